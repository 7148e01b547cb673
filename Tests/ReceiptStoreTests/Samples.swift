import COSE
import Custody
import ReceiptStore
import Roster
import Testing
import TransparencyLog

/// SplitMix64: test data that its seed brings back.
struct Seeded: RandomNumberGenerator {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) } }
  mutating func bool() -> Bool { Bool.random(using: &self) }
  mutating func int(_ range: Range<Int>) -> Int { Int.random(in: range, using: &self) }
  mutating func time() -> UnixTime { UnixTime.random(in: 0...253_402_300_799, using: &self) }
  mutating func id() -> StatementID { StatementID(unchecked: bytes(32)) }
  mutating func record() -> RecordID { RecordID(unchecked: bytes(16)) }
  mutating func subject() -> SubjectReference { SubjectReference(unchecked: bytes(16)) }
  mutating func entry() throws -> LogEntry { try #require(LogEntry(bytes(32))) }
  mutating func one<Value>(of values: [Value]) throws -> Value { try #require(values.randomElement(using: &self)) }

  mutating func authority() throws -> AuthorityName {
    try #require(AuthorityName(try one(of: ["SYR/prisons", "IRQ/moj", "TUR/goc-1", "a.b-c_D/x"])))
  }

  /// A value or nil.
  mutating func maybe<Value>(_ make: (inout Seeded) throws -> Value) rethrows -> Value? {
    bool() ? try make(&self) : nil
  }
}

extension Seeded {
  /// A chain of random steps, right and wrong, with signatures under a settlement among them.
  mutating func chain(_ subject: SubjectReference) throws -> ChainState {
    let start = Step(
      id: id(), previous: maybe { $0.id() }, effect: bool() ? .intake : .release(to: try authority(), acceptBy: time()),
      issuer: try authority(), line: int(0..<70_000), earliest: time())
    let kind = try one(of: Kind.allCases)
    var chain = try #require(ChainState(subject: subject, kind: kind, steps: [start]))
    for _ in 0..<int(0..<4) {
      let step =
        if let open = chain.openRelease {
          Step(
            id: id(), previous: open.statement, effect: .answer(try one(of: AnswerCode.allCases)), issuer: open.to,
            line: open.line, earliest: time(), isLateEntry: int(0..<4) == 0)
        } else if int(0..<3) == 0 {
          Step(
            id: id(), previous: chain.head, effect: try one(of: [.end, .suspend, .resume]), issuer: chain.custodian,
            line: int(0..<70_000), earliest: time(), isDoubted: int(0..<8) == 0, isLateEntry: int(0..<4) == 0)
        } else {
          Step(
            id: id(), previous: int(0..<4) == 0 ? id() : chain.head,
            effect: .release(to: try authority(), acceptBy: maybe { $0.time() }), issuer: chain.custodian,
            line: int(0..<70_000), earliest: time())
        }
      chain = try #require(ChainState(subject: subject, kind: kind, steps: chain.steps + [step]))
    }
    guard let contest = chain.contest else { return chain }
    let signed = try (0..<int(0..<3)).map { _ in
      Resolution(
        id: id(), issuer: try authority(), round: contest.round, heads: contest.heads, custodian: try authority(),
        isDoubted: int(0..<8) == 0)
    }
    return try #require(ChainState(subject: subject, kind: kind, steps: chain.steps, resolutions: signed))
  }

  mutating func summary(_ id: StatementID) throws -> StatementSummary {
    StatementSummary(
      id: id, type: try one(of: EventType.allCases), kind: try maybe { try $0.one(of: Kind.allCases) },
      recordID: record(), caseID: maybe { $0.record() }, issuer: try authority(),
      from: try maybe { try $0.authority() }, to: try maybe { try $0.authority() }, acceptBy: maybe { $0.time() },
      lines: int(0..<70_000))
  }

  mutating func statement(_ index: UInt64, id: StatementID? = nil, effective: Bool = true) throws -> StoredStatement {
    let id = id ?? self.id()
    return StoredStatement(
      index: index, entry: try entry(), id: id, bytes: bytes(int(0..<300)), isOwn: bool(), isEffective: effective,
      summary: try summary(id), roster: bytes(32), policy: bytes(32), registeredAt: time())
  }

  mutating func content() throws -> Content {
    let lines = (0..<int(0..<20)).map { _ in [CBOR.bytes(bytes(16)), .null, .text("ولد"), .unsigned(next())] }
    let manifest = Manifest.shuffled(schema: .outcome, recordID: record(), lines: lines) { bytes($0) }
    let annexes = ["a", "identity", "z"].map {
      Annex(id: $0, mediaType: "text/plain", salt: bytes(32), content: bytes(int(0..<100)))
    }
    return Content(manifest: manifest, slots: (0..<manifest.leaves.count).map { _ in bytes(32) }, annexes: annexes)
  }
}

/// Everything of a stored statement, to compare.
func whole(_ stored: StoredStatement?) -> String { stored.map { "\($0)" } ?? "nil" }
