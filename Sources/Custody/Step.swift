public import Roster

/// One custody transition of one line, as a registered statement made it.
public struct Step: Hashable, Sendable {
  /// What a transition does to custody.
  public enum Effect: Hashable, Sendable {
    /// A chain starts with its issuer.
    case intake
    /// Decisions go to the receiver's log: a release or a redirect.
    case release(to: AuthorityName, acceptBy: UnixTime?)
    /// The receiver's one answer to a release.
    case answer(AnswerCode)
    /// The custodian's word that the chain is over: a death, or a release to liberty.
    case end
    /// The custodian's word that the person is gone: it stays responsible.
    case suspend
    /// The custodian's word that the person is there again.
    case resume

    /// Whether it says of a release that nobody came by it, or will.
    var disclaims: Bool { [.answer(.refused), .answer(.missing), .answer(.recalled)].contains(self) }
  }

  public let id: StatementID
  /// What it builds on: the custody_prev of a release, the release of an answer, nothing for an intake.
  public let previous: StatementID?
  public let effect: Effect
  public let issuer: AuthorityName
  /// Its leaf index in the manifest of the intake or release; of an answer, that of the release it answers.
  public let line: Int
  /// When it occurred at the earliest, for V17.
  public let earliest: UnixTime
  /// Whether others may have had the key that signed it, and nobody had seen it before (V15): it is heard, and decides
  /// nothing by itself.
  public var isDoubted: Bool
  /// Whether paper came first (`Event.lateEntry`): it takes effect only where it fits (decision 54).
  public let isLateEntry: Bool

  public init(
    id: StatementID, previous: StatementID?, effect: Effect, issuer: AuthorityName, line: Int, earliest: UnixTime,
    isDoubted: Bool = false, isLateEntry: Bool = false
  ) {
    self.id = id
    self.previous = previous
    self.effect = effect
    self.issuer = issuer
    self.line = line
    self.earliest = earliest
    self.isDoubted = isDoubted
    self.isLateEntry = isLateEntry
  }

  /// The step as one of those who act in the place of its authorities now.
  func under(_ successions: Successions) -> Step {
    var effect = effect
    if case .release(let to, let acceptBy) = effect {
      effect = .release(to: successions.current(to), acceptBy: acceptBy)
    }
    return Step(
      id: id, previous: previous, effect: effect, issuer: successions.current(issuer), line: line, earliest: earliest,
      isDoubted: isDoubted, isLateEntry: isLateEntry)
  }

  var isRelease: Bool { if case .release = effect { true } else { false } }

  /// Who must have a say where this step is contested.
  var parties: [AuthorityName] { if case .release(let to, _) = effect { [issuer, to] } else { [issuer] } }
}

/// What one party signed to settle a contested line (custody.md, The serialization rule).
public struct Resolution: Hashable, Sendable {
  public let id: StatementID
  public let issuer: AuthorityName
  /// Counted from 1; a party signs once a round.
  public let round: UInt64
  /// The competing last steps it settles, sorted.
  public let heads: [StatementID]
  /// Who is responsible from then on.
  public let custodian: AuthorityName
  /// Whether others may have had the key that signed it, and nobody had seen it before (V15): it completes no round, and the
  /// next one opens.
  public var isDoubted: Bool

  public init(
    id: StatementID, issuer: AuthorityName, round: UInt64, heads: [StatementID], custodian: AuthorityName,
    isDoubted: Bool = false
  ) {
    self.isDoubted = isDoubted
    self.id = id
    self.issuer = issuer
    self.round = round
    self.heads = heads
    self.custodian = custodian
  }

  /// The signature as one of those who act in the place of its authorities now.
  func under(_ successions: Successions) -> Resolution {
    Resolution(
      id: id, issuer: successions.current(issuer), round: round, heads: heads,
      custodian: successions.current(custodian), isDoubted: isDoubted)
  }
}

/// A log that was restored from a backup, and the last step on a line that it knows of: until everybody has answered what
/// they hold of it, nobody knows what it did next (V21).
public struct RestoredLog: Hashable, Sendable {
  public let authority: AuthorityName
  /// A step, or the last signature that settled the line.
  public let after: StatementID
  /// Its own signatures under settlements of the line that it knows of, sorted: what a partner's signature completes
  /// later may have been complete, and gone on, in the lost part.
  public let signed: [StatementID]

  public init(authority: AuthorityName, after: StatementID, signed: [StatementID] = []) {
    self.authority = authority
    self.after = after
    self.signed = signed
  }
}

/// A line that several logs claim to decide: everyone who holds it stays answerable, and all are named.
public struct Contest: Hashable, Sendable {
  /// The competing last steps, sorted: what a resolution cites.
  public let heads: [StatementID]
  /// The releaser, every addressee and every claimant, sorted: all of them must sign.
  public let parties: [AuthorityName]
  /// The round in which they sign now.
  public let round: UInt64
  /// What has been signed in this round.
  public let signed: [Resolution]
  /// The releases in it, each with the line's index there, that a party's signature answers.
  let releases: [Step]
}
