import OpenSSL
public import Roster
import TransparencyLog

/// A verified statement, the receipts and the time stamp held for it, and its anchored time (custody.md, Which roster, which time).
public struct AnchoredStatement: Sendable {
  public let statement: VerifiedStatement
  public let receipts: [VerifiedReceipt]
  public let timeStamp: VerifiedTimeStamp?
  /// The earliest moment by which another member, a counterparty or a time stamping authority that another member lists
  /// had seen it, in seconds since 1970.
  public let anchoredAt: UnixTime
}

extension StatementVerifier {
  /// Verifies every receipt and the time stamp, takes the anchored time from them, and verifies the statement for that
  /// time.
  /// - Parameters:
  ///   - receipts: those held for it; with none given, those and the time stamp attached to it.
  ///   - timeStamp: the token held for it, where receipts are given.
  ///   - seenAt: when it came here, which anchors what nobody else has receipted.
  /// - Throws: `ProofRefusal` for a receipt or time stamp, `StatementRefusal` for the statement.
  public func verify(_ signed: SignedStatement, receipts: [[UInt8]]? = nil, timeStamp: [UInt8]? = nil, seenAt: UnixTime)
    throws -> AnchoredStatement
  {
    let logs = LogVerifier(roster: roster)
    let verified = try (receipts ?? signed.receipts).map { try logs.verify(receipt: $0, for: signed.entry) }
    let token = try (receipts == nil ? signed.timeStamp : timeStamp).map {
      try TimeStampVerifier(roster: roster, revocations: revocations).verify($0, for: signed)
    }
    return try verify(signed, verified: verified, timeStamp: token, seenAt: seenAt)
  }

  /// Takes the anchored time from receipts and a time stamp that were verified before, and verifies the statement for
  /// that time.
  /// - Parameters:
  ///   - receipts: of this statement's entry, and of this verifier's roster.
  ///   - seenAt: when it came here, which anchors what nobody else has receipted.
  public func verify(
    _ signed: SignedStatement, verified receipts: [VerifiedReceipt], timeStamp: VerifiedTimeStamp? = nil,
    seenAt: UnixTime
  ) throws(StatementRefusal) -> AnchoredStatement {
    let anchoredAt = min(witnessedAt(signed, receipts, timeStamp) ?? seenAt, seenAt)
    return AnchoredStatement(
      statement: try verify(signed, anchoredAt: anchoredAt), receipts: receipts, timeStamp: timeStamp,
      anchoredAt: anchoredAt)
  }

  /// The earliest moment by which a receipt or a time stamp proves that somebody else had seen a statement; nil when none
  /// does.
  public func witnessedAt(
    _ signed: SignedStatement, _ receipts: [VerifiedReceipt], _ timeStamp: VerifiedTimeStamp? = nil
  ) -> UnixTime? {
    let times = receipts.filter { anchors(signed, by: $0.authority) && !isExposed($0) }.map(\.receipt.issuedAt)
    let stamp = timeStamp.flatMap { $0.isWitness ? $0.token.time : nil }
    return (times + [stamp].compactMap(\.self)).min()
  }

  /// Whether others may have the key that a receipt was made with: then its time is anybody's word.
  private func isExposed(_ receipt: VerifiedReceipt) -> Bool {
    checks.applies(.v15) && roster.holder(of: receipt.receipt.keyID)?.record.exposedFrom != nil
  }

  /// Whether a log's receipt proves that somebody but the issuer and its own member's organs had seen the statement.
  private func anchors(_ signed: SignedStatement, by log: Authority) -> Bool {
    guard !sameBytes(log.uri, signed.issuer), let issuer = roster.authority(uri: signed.issuer) else { return false }
    // Whoever stands in the issuer's place may have its keys and machine.
    guard !roster.successions.areOne(log.name, issuer.name) else { return false }
    return log.name.member != issuer.name.member || signed.event.addressees.contains(log.name)
  }
}
