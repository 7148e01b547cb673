import ControlAPI
import Foundation
import Testing

extension EndToEnd {
  @Suite struct GroupCommitTests {
    @Test("32 offers at once are all answered, each with its own index, without a gap")
    func offers() async throws {
      try await World.run { world in
        let syr = world.syr
        let intake = try await syr.sign(syr.intake()).statement
        let before = try await syr.status().size
        let views = try await together(32) { try await syr.draft(syr.request("offer", intake, to: world.irq.name)) }
        let indexes = views.compactMap(\.index).sorted()
        #expect(indexes == Array(before..<before + 32))
        #expect(Set(views.compactMap(\.statement)).count == 32)
        #expect(try await syr.status().size == before + 32)
        #expect(try syr.amana("audit").code == 0)
      }
    }

    @Test("In one batch a refused request leaves no trace and the others are signed")
    func mixed() async throws {
      try await World.run { world in
        let syr = world.syr
        let intake = try await syr.sign(syr.intake()).statement
        let before = try await syr.status().size
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
          for number in 0..<24 {
            let request = syr.request("offer", intake, to: number.isMultiple(of: 3) ? "NOBODY/here" : world.irq.name)
            group.addTask { try await syr.post(request).status }
          }
          return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.count { $0 == 201 } == 16)
        #expect(statuses.count { (400..<500).contains($0) } == 8)
        #expect(try await syr.status().size == before + 16)
        #expect(try syr.amana("audit").code == 0)
      }
    }
  }
}
