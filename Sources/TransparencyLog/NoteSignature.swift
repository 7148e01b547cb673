/// One signature line of a signed note (C2SP signed-note).
public struct NoteSignature: Hashable, Sendable {
  /// The size of a key hash, in bytes.
  public static let keyHashByteCount = 4

  /// The key's name: not empty, without spaces, plus signs and control characters.
  public let name: String
  /// The 4 bytes that, with the name, say which key and algorithm signed.
  public let keyHash: [UInt8]
  /// What the algorithm made: 64 bytes for Ed25519, 72 for cosignature/v1; at least 1.
  public let signature: [UInt8]

  /// Nil when the name is not one, the hash has not 4 bytes or the signature is empty.
  public init?(name: String, keyHash: [UInt8], signature: [UInt8]) {
    guard isNoteKeyName(name), keyHash.count == Self.keyHashByteCount, !signature.isEmpty else { return nil }
    self.name = name
    self.keyHash = keyHash
    self.signature = signature
  }

  /// Whether it says that it is of the same key as another, by name and key hash, byte for byte.
  public func isOfSameKey(as other: NoteSignature) -> Bool {
    // String equality would take two normalisations of one name for the same.
    name.utf8.elementsEqual(other.name.utf8) && keyHash == other.keyHash
  }

  /// The line without its newline.
  var line: String { "\u{2014} \(name) \(Base64.encode(keyHash + signature))" }

  /// Reads a line without its newline, whose bytes are known to be UTF-8.
  init?(line: ArraySlice<UInt8>) {
    let emDash: [UInt8] = [0xe2, 0x80, 0x94, 0x20]
    guard line.starts(with: emDash) else { return nil }
    let parts = line.dropFirst(emDash.count).split(separator: 0x20, omittingEmptySubsequences: false)
    guard parts.count == 2, let name = String(validating: parts[0], as: UTF8.self),
      let content = Base64.decode(parts[1])
    else { return nil }
    self.init(
      name: name, keyHash: Array(content.prefix(Self.keyHashByteCount)),
      signature: Array(content.dropFirst(Self.keyHashByteCount)))
  }
}

/// Whether a text may be a key's name (C2SP signed-note).
func isNoteKeyName(_ name: String) -> Bool {
  !name.isEmpty && name.utf8.count <= 1024
    && name.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0 != "+" && !$0.properties.isWhitespace }
}
