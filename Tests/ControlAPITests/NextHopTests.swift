import COSE
import ControlAPI
import Custody
import Roster
import TestSupport
import Testing

/// What a line says to whoever has somebody next.
@Suite struct NextHopTests {
  private static let names = ["SYR/a", "IRQ/b"].compactMap { AuthorityName($0) }
  private static let (syr, irq) = (names[0], names[1])

  private struct Earlier: EarlierStatements {
    /// Statements in the order of the log, each with whom it is addressed to.
    let order: [(id: StatementID, to: AuthorityName?)]
    var manifests: [StatementID: Manifest] = [:]

    func receiver(of id: StatementID) -> AuthorityName? { order.first { $0.id == id }?.to }
    func place(of id: StatementID) -> UInt64? { order.firstIndex { $0.id == id }.map { UInt64($0) + 1 } }
    func lines(of id: StatementID) -> Manifest? { manifests[id] }
  }

  private static func id(_ number: UInt8) -> StatementID {
    StatementID(unchecked: [UInt8](repeating: number, count: 32))
  }

  private static func step(_ number: UInt8, after previous: UInt8?, _ effect: Step.Effect, by issuer: AuthorityName)
    -> Step
  {
    Step(id: id(number), previous: previous.map(id), effect: effect, issuer: issuer, line: 0, earliest: Int64(number))
  }

  /// SYR takes somebody in (1) and releases them to IRQ (2), which accepts (3) and sends them back (4, accepted by 5).
  private static let journey = [
    step(1, after: nil, .intake, by: syr), step(2, after: 1, .release(to: irq, acceptBy: nil), by: syr),
    step(3, after: 2, .answer(.accepted), by: irq), step(4, after: 3, .release(to: syr, acceptBy: nil), by: irq),
    step(5, after: 4, .answer(.accepted), by: syr),
  ]
  private let subject = SubjectReference(unchecked: [UInt8](repeating: 7, count: 16))

  /// What the line of the first release says when it is released to IRQ after so many steps.
  private func assurances(after count: Int, changing: (inout [Step]) -> Void = { _ in }) throws -> CBOR? {
    var steps = Array(Self.journey.prefix(count))
    changing(&steps)
    let earlier = Earlier(order: [
      (Self.id(1), nil), (Self.id(2), Self.irq), (Self.id(3), nil), (Self.id(4), Self.syr), (Self.id(5), nil),
    ])
    let schema = LineSchema.person
    let position = try #require(schema.position(of: "assurances"))
    var line = [CBOR](repeating: .null, count: schema.fields.count)
    line[position] = .array(["non-refoulement"])
    let chain = try #require(ChainState(subject: subject, kind: .detaineeTransfer, steps: steps))
    var hop = NextHop(
      drafter: Self.syr, places: .none, earlier: earlier, described: Self.id(2), schema: schema, to: Self.irq)
    return try hop.fields(of: line, chain, isAgeSaid: true)[position]
  }

  @Test("What was said of one journey is not said of the next, also where it leads to the same receiver")
  func sameReceiverAgain() throws {
    #expect(try assurances(after: 5) == .null)
    #expect(try assurances(after: 2) == .array(["non-refoulement"]), "the same journey")
    let refused = try assurances(after: 3) {
      $0[2] = Self.step(3, after: 2, .answer(.refused), by: Self.irq)
    }
    #expect(refused == .array(["non-refoulement"]), "who was refused has not gone")
  }

  @Test(
    "Whoever goes on after we accepted them goes in the condition that we saw, and nobody repeats that they are fit")
  func condition() throws {
    let (schema, answer) = (LineSchema.person, LineSchema.outcome)
    let (condition, fit) = (
      try #require(schema.position(of: "condition")), try #require(schema.position(of: "fit_to_travel"))
    )
    var outcome = [CBOR](repeating: .null, count: answer.fields.count)
    outcome[0] = .bytes(subject.bytes)
    outcome[try #require(answer.position(of: "condition"))] = .map(["complaint_made": .bool(true)])
    var random = SeededGenerator(seed: 5)
    let manifest = Manifest.shuffled(
      schema: answer, recordID: RecordID(unchecked: [UInt8](repeating: 1, count: 16)), lines: [outcome]
    ) { random.bytes($0) }
    let earlier = Earlier(
      order: [(Self.id(1), nil), (Self.id(2), Self.irq), (Self.id(3), nil)], manifests: [Self.id(3): manifest])
    var line = [CBOR](repeating: .null, count: schema.fields.count)
    line[condition] = .map([
      "visible_injuries": .bool(false), "complaint_made": .bool(false), "medicines": .bool(false),
    ])
    line[fit] = .map(["status": "yes"])
    // IRQ accepted them with a complaint, and releases them from what SYR wrote.
    let chain = try #require(
      ChainState(subject: subject, kind: .detaineeTransfer, steps: Array(Self.journey.prefix(3))))
    var hop = NextHop(
      drafter: Self.irq, places: .none, earlier: earlier, described: Self.id(2), schema: schema, to: Self.syr)
    let fields = try hop.fields(of: line, chain, isAgeSaid: false)
    let expected = CBOR.map([
      "visible_injuries": .bool(false), "complaint_made": .bool(true), "medicines": .bool(false),
    ])
    #expect(fields[condition].encoded() == expected.encoded())
    #expect(fields[fit] == .null)
  }
}
