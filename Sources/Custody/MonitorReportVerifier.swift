import COSE
public import Roster

/// A signed report of a monitor whose signatures hold. Only the verifier makes one.
public struct VerifiedMonitorReport: Hashable, Sendable {
  /// Who vouches that its monitor saw this.
  public let authority: AuthorityName
  /// When it was signed, by the signer's clock.
  public let at: UnixTime
  /// The digest of the roster under which was looked.
  public let roster: [UInt8]
  /// The report, its texts and its proofs.
  public let covers: [FileCover]
  /// The report's name without its ending.
  public let base: String
  /// By which its signatures were verified.
  public let algorithms: [String]
  /// What could be neither verified nor refuted on this machine, and why.
  public let unverified: [String]
}

/// Why a signed report of a monitor proves nothing.
public enum MonitorReportRefusal: Error, Hashable, Sendable {
  /// It is not of the form: why.
  case unreadable(String)
  /// The roster lists no authority with this URI.
  case issuer(String)
  /// It says that it was signed at this moment, which is yet to come.
  case future(UnixTime)
  /// The beginning of a key's thumbprint, hexadecimal: the roster does not list it as a statement key of this authority.
  case stranger(key: String, of: String)
  /// The signature by this key does not hold.
  case broken(key: String)
  /// The key was not valid at this moment, when it signed.
  case notValid(UnixTime)
  /// Others may have had the key since this moment, and nobody is known to have seen the report before.
  case exposed(UnixTime)
  /// The key ended at this moment, longer ago than the grace, and nobody is known to have seen the report before.
  case ended(UnixTime)
  /// This machine can neither verify nor refute it: why.
  case unverifiable(String)
  /// A file that it covers is not there.
  case missing(String)
  /// A file that it covers is not what it was.
  case changed(String)
  /// A file that the report names as a proof is not covered.
  case uncovered(String)
  /// What the report says of itself is not what was signed: it is another's, or of another roster.
  case otherReport

  /// Whether nothing is known to be wrong: it is only not proven any more, or not here.
  public var isUndecided: Bool {
    switch self {
    case .ended, .unverifiable: true
    default: false
    }
  }
}

/// Verifies signed reports of monitors under a roster.
public struct MonitorReportVerifier: Sendable {
  let roster: VerifiedRoster
  let policy: Policy

  /// - Parameter roster: one that is trusted; it need not be the one under which was looked.
  public init(roster: VerifiedRoster, policy: Policy = .standard) {
    self.roster = roster
    self.policy = policy
  }

  /// Reads one, of which without a roster nothing more can be said.
  /// - Throws: `MonitorReportRefusal.unreadable`.
  public static func read(_ bytes: [UInt8]) throws(MonitorReportRefusal) -> SignedMonitorReport {
    do throws(DecodeError) { return try SignedMonitorReport(decoding: bytes) } catch {
      throw MonitorReportRefusal.unreadable("\(error)")
    }
  }

  /// Verifies who signed. Nobody but the signer says when, so that it counts as seen now. Whether the files are what they
  /// were is for whoever has them to say.
  public func verify(_ report: SignedMonitorReport, now: UnixTime) throws(MonitorReportRefusal)
    -> VerifiedMonitorReport
  {
    let signers = try signers(of: report, now)
    guard signers.stand(seenAt: now, policy) else { throw refusal(of: signers, at: report.content.at, now) }
    return VerifiedMonitorReport(
      authority: signers.authority.name, at: report.content.at, roster: report.content.roster,
      covers: report.content.covers, base: report.base, algorithms: signers.algorithms, unverified: signers.unverified)
  }

  private func signers(of report: SignedMonitorReport, _ now: UnixTime) throws(MonitorReportRefusal) -> FileSigners {
    let (issuer, time) = (report.content.issuer, report.content.at)
    do throws(FileSigners.Refusal) {
      return try FileSigners(of: report.message, by: issuer, at: time, under: roster, policy, now: now)
    } catch {
      switch error {
      case .issuer: throw MonitorReportRefusal.issuer(issuer)
      case .future: throw MonitorReportRefusal.future(time)
      case .broken(let kid): throw MonitorReportRefusal.broken(key: hexadecimal(kid.prefix(8)))
      case .stranger(let kid):
        let authority = roster.authority(uri: issuer)?.name.description ?? issuer
        throw MonitorReportRefusal.stranger(key: hexadecimal(kid.prefix(8)), of: authority)
      }
    }
  }

  /// Why signatures that hold prove nothing.
  private func refusal(of signers: FileSigners, at time: UnixTime, _ now: UnixTime) -> MonitorReportRefusal {
    guard let record = signers.records.first else {
      return signers.hasVoidKey ? .notValid(time) : .unverifiable(signers.unverified.first ?? "")
    }
    if let exposed = signers.records.compactMap(\.exposedFrom).min(), exposed <= now { return .exposed(exposed) }
    return .ended(signers.records.map(\.endsAt).reduce(record.endsAt, max))
  }
}
