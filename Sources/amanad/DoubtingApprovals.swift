import Custody
import ReceiptStore
import Roster

/// V15 for what was approved with officers' keys that others may have.
extension Doubts {
  /// Every statement registered before an entry that has too few officers without such keys, with the moment from which.
  func byApprovals(before index: UInt64) throws -> [StatementID: UnixTime] {
    var found: [StatementID: UnixTime] = [:]
    for authority in roster.body.authorities {
      guard let earliest = authority.officers.flatMap(\.keys).compactMap(\.exposedFrom).min() else { continue }
      try reader.eachStatement(of: authority.name, ownOrSince: earliest, before: index) { stored in
        if let time = try approvalsExposure(of: stored) { found[stored.id] = time }
      }
    }
    return found
  }

  /// The moment from which others may have the officers' keys that a statement on record needed, if nobody but its issuer
  /// is known to have seen it before; else nil.
  func approvalsExposure(of stored: StoredStatement) throws -> UnixTime? {
    let signed = try SignedStatement(decoding: stored.bytes)
    guard let since = verifier.approvalsExposedFrom(signed), stored.isOwn || stored.registeredAt >= since else {
      return nil
    }
    return try witnessedAt(signed, stored).map { $0 < since } == true ? nil : since
  }
}

extension Registrar {
  /// What arrives approved with such keys, and unseen before, is on record and moves nobody by itself.
  mutating func doubt(approvalsOf signed: SignedStatement, since time: UnixTime?) throws {
    guard let time else { return }
    try begin(doubtOf: signed.id, Doubts.Exposure(since: time, isByList: false), evidence: signed.attaching([]))
  }

  /// Whose keys others may have, of a statement that is in doubt for that.
  func exposedKeys(of id: StatementID) throws -> String {
    guard let stored = try transaction.reader.statement(id), try doubts.exposure(of: stored) == nil else {
      return "its key"
    }
    return "the keys of officers who approved it"
  }
}
