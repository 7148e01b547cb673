import Custody
import Roster
import TestSupport
import Testing

/// The history of one line, step by step, without anything that is signed.
struct Line {
  static let names = ["IRQ/b", "SYR/a", "TUR/c"].compactMap { AuthorityName($0) }
  static let (irq, syr, tur) = (names[0], names[1], names[2])

  var random: SeededGenerator
  private(set) var steps: [Step] = []
  private(set) var resolutions: [Resolution] = []
  private let subject: SubjectReference

  /// A line that SYR has taken in.
  init(_ random: SeededGenerator = SeededGenerator(seed: 21)) {
    self.random = random
    subject = SubjectReference(unchecked: self.random.bytes(16))
    add(.intake, by: Self.syr)
  }

  private mutating func id() -> StatementID { StatementID(unchecked: random.bytes(32)) }

  /// Adds a step; without `previous` it builds on the last one.
  @discardableResult
  mutating func add(
    _ effect: Step.Effect, by issuer: AuthorityName, after previous: StatementID? = nil, isLateEntry: Bool = false
  ) -> StatementID {
    let step = Step(
      id: id(), previous: effect == .intake ? nil : previous ?? steps.last?.id, effect: effect, issuer: issuer,
      line: steps.count, earliest: Int64(steps.count), isLateEntry: isLateEntry)
    steps.append(step)
    return step.id
  }

  @discardableResult
  mutating func release(to name: AuthorityName, by issuer: AuthorityName, after previous: StatementID? = nil)
    -> StatementID
  {
    add(.release(to: name, acceptBy: nil), by: issuer, after: previous)
  }

  /// Parties sign the end of a contest.
  /// - Returns: the last signature.
  @discardableResult
  mutating func settle(_ contest: Contest?, by parties: [AuthorityName]? = nil, custodian: AuthorityName) throws
    -> StatementID
  {
    let contest = try #require(contest)
    let signed = (parties ?? contest.parties).map {
      Resolution(id: id(), issuer: $0, round: contest.round, heads: contest.heads, custodian: custodian)
    }
    resolutions += signed
    return try #require(signed.map(\.id).max())
  }

  /// What it adds up to.
  /// - Parameter isShuffled: whether the steps and signatures are given in another order.
  func chain(restored: RestoredLog? = nil, isShuffled: Bool = false) throws -> ChainState {
    var random = random
    return try #require(
      ChainState(
        subject: subject, kind: .detaineeTransfer, steps: isShuffled ? steps.shuffled(using: &random) : steps,
        resolutions: isShuffled ? resolutions.shuffled(using: &random) : resolutions, restored: restored))
  }

  /// The chain where an authority's log was restored now, and what that chain keeps of it.
  func restoring(_ name: AuthorityName) throws -> (chain: ChainState, log: RestoredLog) {
    let chain = try #require(try chain().restoring(name))
    return (chain, try #require(chain.restored))
  }
}

extension Line {
  /// Something rightful happens to it, or now and then something wrong; what is contested is signed by some.
  mutating func grow() throws {
    let chain = try chain()
    if let contest = chain.contest {
      let parties = contest.parties.filter { party in
        !contest.signed.contains { $0.issuer == party } && Int.random(in: 0...5, using: &random) > 0
      }
      let custodian = try #require(contest.parties.randomElement(using: &random))
      if !parties.isEmpty { try settle(contest, by: parties, custodian: custodian) }
      return
    }
    let to = try #require(Self.names.filter { $0 != chain.custodian }.randomElement(using: &random))
    if Int.random(in: 0...5, using: &random) == 0 {
      let name = try #require(Self.names.randomElement(using: &random))
      let base = try #require(steps.randomElement(using: &random))
      add(Bool.random(using: &random) ? .intake : .release(to: to, acceptBy: nil), by: name, after: base.id)
    } else if let open = chain.openRelease {
      let code = try #require([AnswerCode.accepted, .refused, .missing, .recalled].randomElement(using: &random))
      add(.answer(code), by: open.to, after: open.statement)
    } else {
      release(to: to, by: chain.custodian, after: chain.head)
    }
  }
}
