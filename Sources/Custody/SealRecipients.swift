public import OpenSSL
public import Roster

/// To whom the payloads of an event are sealed: its issuer, its parties but not its carrier, and the issuer's recovery
/// keys, so that a lost key does not lose the record (F25).
public struct SealRecipients: Sendable {
  private let authorities: [Authority]
  private let issuer: Authority
  private let time: UnixTime

  public init(of event: Event, issuer: Authority, roster: VerifiedRoster, at time: UnixTime) {
    let others = Set(event.readers).subtracting([issuer.name])
    authorities = [issuer] + others.sorted().compactMap { roster.authority($0) }
    self.issuer = issuer
    self.time = time
  }

  /// The keys that open payloads of a role.
  public func keys(for role: SealRole) -> [PublicKey] {
    var keys: [PublicKey] = []
    let found =
      authorities.flatMap { $0.sealKeys(role, at: time) } + issuer.sealKeys(.recovery, at: time)
    for record in found where !keys.contains(record.key) { keys.append(record.key) }
    return keys
  }

  /// Those who could open nothing: the roster lists no valid seal key of theirs.
  public var withoutKey: [AuthorityName] {
    authorities.filter { $0.sealKeys(.party, at: time).isEmpty }.map(\.name)
  }
}
