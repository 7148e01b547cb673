public import OpenSSL

extension Checkpoint {
  /// Signs a checkpoint as the log: an Ed25519 signature under the origin as key name.
  public static func sign(_ checkpoint: Checkpoint, key: PrivateKey) throws(OpenSSLError) -> SignedNote {
    let text = checkpoint.noteText
    // A text that reads as another checkpoint, for a line break in the origin, must never be signed.
    guard let read = try? Checkpoint(noteText: text), read == checkpoint else { throw OpenSSLError.unfit }
    guard let signer = NoteKey(name: checkpoint.origin, type: .ed25519, publicKey: key.publicKey) else {
      throw OpenSSLError.unfit
    }
    return try signedNote(text, [], adding: key.sign(Array(text.utf8), scheme: .ed25519), of: signer)
  }
}

extension SignedNote {
  /// This note with a witness's cosignature/v1 at its end, in place of an earlier one under the same name and key.
  /// - Parameters:
  ///   - timestamp: seconds since 1970, at most 2^63 − 1.
  ///   - name: the witness's key name.
  ///   - key: its Ed25519 key, used for nothing else.
  public func cosigned(at timestamp: UInt64, name: String, key: PrivateKey) throws(OpenSSLError) -> SignedNote {
    guard timestamp <= UInt64(Int64.max), (try? Checkpoint(noteText: text)) != nil,
      let signer = NoteKey(name: name, type: .cosignature, publicKey: key.publicKey)
    else { throw OpenSSLError.unfit }
    let signature = try key.sign(cosignedMessage(text, at: timestamp), scheme: .ed25519)
    let time = (0..<8).reversed().map { UInt8(truncatingIfNeeded: timestamp >> (8 * UInt64($0))) }
    return try signedNote(text, signatures.filter { !signer.signed($0) }, adding: time + signature, of: signer)
  }
}

private func signedNote(
  _ text: String, _ others: [NoteSignature], adding signature: [UInt8], of signer: NoteKey
) throws(OpenSSLError) -> SignedNote {
  guard let line = NoteSignature(name: signer.name, keyHash: signer.keyHash, signature: signature),
    let note = try? SignedNote(text: text, signatures: others + [line])
  else { throw OpenSSLError.unfit }
  return note
}
