import ControlAPI
import Custody
import Foundation
import Testing

extension EndToEnd {
  /// What a bundle in clear shows a partner is no more than what is sealed to it.
  @Suite struct ClearBundleTests {
    private func names(in bytes: [UInt8]) -> [Int] {
      (1...3).filter { number in
        ["Abdulsalam Muhammad \(number)", "HSK-\(1000 + number)"]
          .contains { bytes.firstRange(of: Array($0.utf8)) != nil }
      }
    }

    @Test("A bundle in clear names to a partner whom it gets, and nobody of whom it only gets the lines of the history")
    func strangers() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let intake = try #require(try await syr.sign(syr.intake(3)).statement)
        var request = syr.request("release", intake, to: irq.name, hours: 8)
        request.lines = [try #require(try await syr.lines(intake).first { $0.reference == "HSK-1002" }).line]
        let release = try #require(try await syr.sign(request).statement)
        let clear = try await syr.bundle(to: irq, clear: true)
        #expect(names(in: clear) == [2])
        #expect(try Custody.Bundle(decoding: clear).notice == Custody.Bundle.clearNotice)
        let noted: [ReadView] = try await syr.get("/v1/reads")
        #expect(Set(noted.filter { $0.operation == "exportBundle" }.map(\.statement)) == [intake, release])
        #expect(names(in: try await syr.bundle(to: syr, clear: true)) == [1, 2, 3], "its own people")
        // The others' lines are there, as the sealed history has them, so that everything can be judged.
        let report = try await irq.take(clear).statements
        #expect(report.allSatisfy { $0.result == "registered" && $0.failings.isEmpty }, "\(report)")
        #expect(try await irq.lines(intake).compactMap(\.reference) == ["HSK-1002"])
        #expect(try await irq.lines(intake).count == 3)
        let custody = try await world.custody(release)
        #expect(custody.syr == custody.irq && custody.syr.count == 1)
        for side in [syr, irq] { #expect(try side.amana("audit").code == 0) }
      }
    }
  }
}
