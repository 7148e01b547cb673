import COSE
public import Roster
public import TransparencyLog

/// A receipt whose signature holds under the roster, and the authority whose log gave it. Only the verifier makes one.
public struct VerifiedReceipt: Sendable {
  public let receipt: Receipt
  public let authority: Authority

  fileprivate init(receipt: Receipt, authority: Authority) {
    self.receipt = receipt
    self.authority = authority
  }
}

/// Why a receipt or checkpoint proves nothing.
public struct ProofRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String
  init(_ description: String) { self.description = description }
}

/// Verifies what logs sign: receipts and checkpoints.
public struct LogVerifier: Sendable {
  public let roster: VerifiedRoster

  public init(roster: VerifiedRoster) { self.roster = roster }

  /// Verifies a receipt for an entry: its key must be the receipt key of the authority whose log it names.
  public func verify(receipt bytes: [UInt8], for entry: LogEntry) throws(ProofRefusal) -> VerifiedReceipt {
    let receipt: Receipt
    do { receipt = try Receipt(decoding: bytes) } catch { throw ProofRefusal("a receipt cannot be read: \(error)") }
    guard let holder = roster.holder(of: receipt.keyID) else { throw ProofRefusal("the receipt's key is not listed") }
    guard holder.record.purpose == .receipt, sameBytes(holder.authority.uri, receipt.issuer),
      holder.authority.owns(origin: receipt.origin)
    else { throw ProofRefusal("the receipt's key is not that of the log \(receipt.origin)") }
    guard holder.record.standing(at: receipt.issuedAt) == .valid else {
      throw ProofRefusal("the receipt's key was not valid when it was issued")
    }
    guard receipt.verify(entry: entry, with: holder.record.key) == .valid else {
      throw ProofRefusal("the receipt of \(receipt.origin) does not fit the statement")
    }
    return VerifiedReceipt(receipt: receipt, authority: holder.authority)
  }

  /// Verifies a signed checkpoint by the checkpoint key of the authority that owns its origin.
  public func verify(checkpoint note: [UInt8]) throws(ProofRefusal) -> SignedCheckpoint {
    let signed: SignedCheckpoint
    do { signed = try SignedCheckpoint(decoding: note) } catch {
      throw ProofRefusal("a checkpoint cannot be read: \(error)")
    }
    let origin = signed.checkpoint.origin
    guard let authority = roster.body.authorities.first(where: { $0.owns(origin: origin) }) else {
      throw ProofRefusal("no authority of the roster owns the log \(origin)")
    }
    // The holders of the coalition's root signed what they say a log ended with.
    if roster.body.authorities.contains(where: { $0.succeeds?.finalCheckpoint == note }) { return signed }
    let keys = authority.keys.filter { $0.purpose == .checkpoint }
    guard keys.contains(where: { signed.verify(originKey: $0.key) }) else {
      throw ProofRefusal("the checkpoint of \(origin) is not signed by its checkpoint key")
    }
    return signed
  }
}
