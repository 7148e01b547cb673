public import COSE
public import OpenSSL

/// A log's head (C2SP tlog-checkpoint): origin, size and root.
public struct Checkpoint: Hashable, Sendable {
  public let origin: String
  public let size: UInt64
  public let root: TreeHash
  /// Further lines, kept as they are.
  public let extensions: [String]

  public init(origin: String, size: UInt64, root: TreeHash, extensions: [String] = []) {
    self.origin = origin
    self.size = size
    self.root = root
    self.extensions = extensions
  }

  /// The text that is signed.
  public var noteText: String {
    ([origin, String(size), Base64.encode(root.bytes)] + extensions).map { $0 + "\n" }.joined()
  }

  /// Strict: a size without leading zeros, canonical base64 of 32 bytes, no empty line.
  public init(noteText text: String) throws(DecodeError) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count >= 4, lines.last?.isEmpty == true, lines.dropLast().allSatisfy({ !$0.isEmpty }) else {
      throw DecodeError(.invalidValue, at: 0, "a checkpoint has an origin, a size and a root, each on a line")
    }
    guard let size = UInt64(lines[1]), String(size) == lines[1] else {
      throw DecodeError(.invalidValue, at: 0, "the size is no decimal number")
    }
    guard let root = Base64.decode(lines[2]).flatMap({ TreeHash($0) }) else {
      throw DecodeError(.invalidValue, at: 0, "the root is no canonical base64 of 32 bytes")
    }
    self.init(
      origin: String(lines[0]), size: size, root: root, extensions: lines[3..<(lines.count - 1)].map { String($0) })
  }

  /// Signs as the log itself, Ed25519 type 0x01 under the origin as name.
  public static func sign(_ checkpoint: Checkpoint, key: PrivateKey) throws(OpenSSLError) -> SignedNote {
    guard let noteKey = NoteKey(name: checkpoint.origin, type: .ed25519, key: key.publicKey) else { throw .unfit }
    let text = checkpoint.noteText
    let signature = try key.sign(Array(text.utf8), scheme: .ed25519)
    return SignedNote(
      text: text, signatures: [NoteSignature(name: noteKey.name, keyHash: noteKey.hash, signature: signature)])
  }
}

extension SignedNote {
  /// The note with one more cosignature (C2SP tlog-cosignature v1).
  /// - Parameter timestamp: seconds since 1970.
  public func cosigned(at timestamp: UInt64, name: String, key: PrivateKey) throws(OpenSSLError) -> SignedNote {
    guard let noteKey = NoteKey(name: name, type: .cosignature, key: key.publicKey) else { throw .unfit }
    let signature = try key.sign(NoteKey.cosigned(text, at: timestamp), scheme: .ed25519)
    let time = (0..<8).map { UInt8(truncatingIfNeeded: timestamp >> (56 - 8 * UInt64($0))) }
    let line = NoteSignature(name: name, keyHash: noteKey.hash, signature: time + signature)
    return SignedNote(text: text, signatures: signatures + [line])
  }
}

/// A note that is a checkpoint. Whether its signatures hold is asked of it.
public struct SignedCheckpoint: Hashable, Sendable {
  public let note: SignedNote
  public let checkpoint: Checkpoint

  public init(decoding bytes: [UInt8]) throws(DecodeError) {
    note = try SignedNote(decoding: bytes)
    checkpoint = try Checkpoint(noteText: note.text)
  }

  /// Whether the log's own key signed it, under its origin as name.
  public func verify(originKey key: PublicKey) -> Bool {
    NoteKey(name: checkpoint.origin, type: .ed25519, key: key)?.verify(note) != nil
  }

  /// When this witness cosigned it, in seconds since 1970; nil when it did not.
  public func cosignatureTime(name: String, key: PublicKey) -> UInt64? {
    NoteKey(name: name, type: .cosignature, key: key)?.verify(note)
  }
}
