public import OpenSSL

/// A key that signs notes, known by a name (C2SP signed-note and tlog-cosignature).
public struct NoteKey: Hashable, Sendable {
  /// The signature type identifier byte.
  public enum SignatureType: UInt8, Sendable, CaseIterable {
    /// Ed25519 over the note's text: how a log signs its checkpoints.
    case ed25519 = 0x01
    /// A witness's timestamped Ed25519 cosignature (tlog-cosignature, cosignature/v1).
    case cosignature = 0x04
  }

  /// The key's name; for a log its origin.
  public let name: String
  /// Which signatures it makes.
  public let type: SignatureType
  /// The Ed25519 key.
  public let publicKey: PublicKey
  /// SHA-256(name ‖ 0x0A ‖ type ‖ 32-byte key), the first 4 bytes.
  public let keyHash: [UInt8]

  /// Nil when the key is not Ed25519 or the name is empty or holds a space, plus sign or control character.
  public init?(name: String, type: SignatureType, publicKey: PublicKey) {
    guard publicKey.type == .ed25519, let raw = publicKey.raw, isNoteKeyName(name) else { return nil }
    self.name = name
    self.type = type
    self.publicKey = publicKey
    keyHash = Array(SHA256.hash(name.utf8 + [0x0a, type.rawValue] + raw).prefix(NoteSignature.keyHashByteCount))
  }

  /// Whether a line says it is of this key: by name and key hash, byte for byte. It is not verified here.
  public func signed(_ signature: NoteSignature) -> Bool {
    // String equality would take two normalisations of one name for the same.
    signature.name.utf8.elementsEqual(name.utf8) && signature.keyHash == keyHash
  }

  /// Whether the note has a signature of this key, and none of this key's that fails.
  public func verifies(_ note: SignedNote) -> Bool {
    let own = note.signatures.filter(signed)
    return !own.isEmpty && own.allSatisfy { verifies($0, over: note.text) }
  }

  /// When this witness cosigned, in seconds since 1970: the earliest of its cosignatures; nil if it has none, if one of
  /// them fails, or for a key of another type.
  public func cosignatureTime(in note: SignedNote) -> UInt64? {
    guard type == .cosignature, verifies(note) else { return nil }
    return note.signatures.filter(signed).compactMap { cosignatureTimestamp($0.signature[...]) }.min()
  }

  /// When this witness made a cosignature of a text, in seconds since 1970; nil where the line is none of this key's.
  /// - Parameter text: a note's, as it was decoded.
  public func cosignatureTime(of line: NoteSignature, over text: String) -> UInt64? {
    guard type == .cosignature, signed(line), verifies(line, over: text) else { return nil }
    return cosignatureTimestamp(line.signature[...])
  }

  private func verifies(_ signature: NoteSignature, over text: String) -> Bool {
    switch type {
    case .ed25519: return publicKey.verifies(signature.signature, of: Array(text.utf8), scheme: .ed25519)
    case .cosignature:
      guard let timestamp = cosignatureTimestamp(signature.signature[...]) else { return false }
      let message = cosignedMessage(text, at: timestamp)
      return publicKey.verifies(signature.signature.dropFirst(8), of: message, scheme: .ed25519)
    }
  }
}

/// What a witness signs: the header line, the time line and the whole text.
func cosignedMessage(_ text: String, at timestamp: UInt64) -> [UInt8] {
  Array("cosignature/v1\ntime \(timestamp)\n\(text)".utf8)
}

/// The 8 bytes before a cosignature's 64; nil for another length or a time over 2^63 − 1 (tlog-cosignature).
private func cosignatureTimestamp(_ signature: ArraySlice<UInt8>) -> UInt64? {
  guard signature.count == 72 else { return nil }
  let timestamp = signature.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
  return timestamp <= UInt64(Int64.max) ? timestamp : nil
}
