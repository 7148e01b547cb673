public import COSE
public import OpenSSL

/// A signed note whose text is a checkpoint. Having one proves nothing: `verify` does.
public struct SignedCheckpoint: Hashable, Sendable {
  /// The note as it was received.
  public let note: SignedNote
  /// What its text says.
  public let checkpoint: Checkpoint

  /// Decodes a whole note and its text.
  public init(decoding bytes: [UInt8]) throws(DecodeError) { try self.init(SignedNote(decoding: bytes)) }

  /// Takes a note whose text is a checkpoint.
  public init(_ note: SignedNote) throws(DecodeError) {
    checkpoint = try Checkpoint(noteText: note.text)
    self.note = note
  }

  /// Whether the log itself signed: a valid Ed25519 signature (type 0x01) under the origin as name, and none that
  /// fails.
  public func verify(originKey: PublicKey) -> Bool {
    NoteKey(name: checkpoint.origin, type: .ed25519, publicKey: originKey)?.verifies(note) ?? false
  }

  /// When this witness cosigned, in seconds since 1970; nil without a valid cosignature/v1 of this name and key.
  public func cosignatureTime(name: String, key: PublicKey) -> UInt64? {
    NoteKey(name: name, type: .cosignature, publicKey: key)?.cosignatureTime(in: note)
  }
}
