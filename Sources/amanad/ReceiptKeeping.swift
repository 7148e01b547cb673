import COSE
import Custody
import OpenSSL
import ReceiptStore
import Roster
import TransparencyLog

extension Registrar {
  /// Keeps another log's verified receipt, whichever way it came: it ends the wait for it, unless that log has begun a new epoch
  /// since, and its root is held against
  /// the checkpoints of that log.
  /// - Returns: whether it was new.
  mutating func keep(_ verified: VerifiedReceipt, of entry: LogEntry) throws -> Bool {
    let (receipt, log) = (verified.receipt, verified.authority)
    let isNew = try transaction.keep(
      receipt: receipt.message.bytes, of: entry, origin: receipt.origin, issuedAt: receipt.issuedAt)
    if isNew {
      try hold(receipt, against: entry, of: log)
      try easeDoubt(of: entry)
      try bringInside(entry)
    }
    guard try transaction.reader.hasOfNewestEpoch([receipt.origin], log) else { return isNew }
    if try transaction.markDelivered(entry, to: log.name, at: now) {
      let statement = try transaction.reader.statement(entry: entry)?.id
      tell(ExchangeNews(.delivered, log.name, statement: statement, entry: entry.bytes))
    }
    return isNew
  }

  /// Keeps a verified time stamp, whichever way it came: it may end a doubt. One that is a witness goes before one that is
  /// none; of two alike the earlier.
  mutating func keep(_ stamp: VerifiedTimeStamp, of signed: SignedStatement) throws {
    let stamps = TimeStampVerifier(roster: office.roster, revocations: office.revocations)
    if let known = try transaction.reader.timeStamp(signed.entry).flatMap({ try? stamps.verify($0, for: signed) }),
      known.isWitness == stamp.isWitness ? known.token.time <= stamp.token.time : known.isWitness
    {
      return
    }
    try transaction.keep(timeStamp: stamp.token.der, of: signed.entry, at: stamp.token.time)
    try easeDoubt(of: signed.entry)
  }

  /// A root that no checkpoint of that size has is an alarm with both kept (V20).
  private mutating func hold(_ receipt: Receipt, against entry: LogEntry, of log: Authority) throws {
    guard let root = receipt.proof.root(from: entry.leafHash) else { return }
    let notes = try transaction.reader.checkpoints(origin: receipt.origin, sizes: [receipt.proof.size])
    let kept = notes.compactMap { try? SignedCheckpoint(decoding: $0).checkpoint }
    guard
      let alarm = LogChecks().judge(receipt: root, size: receipt.proof.size, origin: receipt.origin, kept: kept),
      let known = notes.first, try !transaction.reader.hasCheckpoint(origin: receipt.origin, root: root)
    else { return }
    let evidence = LogEvidence(known: known, new: nil, receipt: receipt.message.bytes, entry: entry, proof: nil)
    try raise(alarm: alarm, evidence: evidence.encoded())
    tell(ExchangeNews(.peerAlarm, log.name, entry: entry.bytes, code: alarm.code.rawValue))
  }
}
