import Custody
import OpenSSL
import ReceiptStore
import Roster

/// The certification authorities that the roster's anchors lead to, as far as their certificates are here: the anchors
/// themselves, those above our own key, and those in the paths of statements and time stamps on record.
struct KnownIssuers {
  let office: Office
  let reader: StoreReader
  /// How many time stamps are looked through, the newest.
  private static let timeStamps = 256

  /// Who has signed a list; nil when nobody known has.
  func issuer(of list: RevocationList) throws -> Certificate? {
    let anchors = office.roster.body.authorities.flatMap { $0.anchors.statements + $0.anchors.timestamps }
    if let near = (anchors + office.chain.dropFirst()).first(where: { list.isSigned(by: $0) }) { return near }
    return try inStatements(list) ?? inTimeStamps(list)
  }

  private func inStatements(_ list: RevocationList) throws -> Certificate? {
    let verifier = StatementVerifier(roster: office.roster, policy: office.policy, revocations: [])
    var seen: Set<[Certificate]> = []
    var found: Certificate?
    for authority in office.roster.body.authorities where found == nil && !authority.anchors.statements.isEmpty {
      try reader.eachStatement(of: authority.name, ownOrSince: .min) { stored in
        let signed = try SignedStatement(decoding: stored.bytes)
        guard !signed.certificates.isEmpty, seen.insert(signed.certificates).inserted else { return true }
        found = verifier.path(of: signed)?.certificates.dropFirst().first { list.isSigned(by: $0) }
        return found == nil
      }
    }
    return found
  }

  private func inTimeStamps(_ list: RevocationList) throws -> Certificate? {
    let stamps = TimeStampVerifier(roster: office.roster, revocations: [])
    for (stored, token) in try reader.stamped(limit: Self.timeStamps) {
      let signed = try SignedStatement(decoding: stored.bytes)
      let path = (try? stamps.verify(token, for: signed))?.path
      if let found = path?.certificates.dropFirst().first(where: { list.isSigned(by: $0) }) { return found }
    }
    return nil
  }
}
