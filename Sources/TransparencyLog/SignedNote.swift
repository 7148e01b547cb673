public import COSE
public import OpenSSL

/// One signature line of a note: a key's name and hash, and what it signed.
public struct NoteSignature: Hashable, Sendable {
  public let name: String
  /// 4 bytes.
  public let keyHash: [UInt8]
  public let signature: [UInt8]

  public init(name: String, keyHash: [UInt8], signature: [UInt8]) {
    self.name = name
    self.keyHash = keyHash
    self.signature = signature
  }
}

/// A signed note (C2SP signed-note): text that ends with a newline, a blank line, signature lines.
public struct SignedNote: Hashable, Sendable {
  public static let maximumByteCount = 64 << 10
  public static let maximumSignatures = 16

  public let text: String
  public let signatures: [NoteSignature]

  public init(text: String, signatures: [NoteSignature]) {
    self.text = text
    self.signatures = signatures
  }

  /// Decodes strictly: UTF-8, no control characters but newlines, canonical base64, at most 16 signatures.
  public init(decoding bytes: [UInt8]) throws(DecodeError) {
    guard bytes.count <= Self.maximumByteCount else { throw DecodeError(.tooLarge, at: Self.maximumByteCount) }
    guard String(validating: bytes, as: UTF8.self) != nil else { throw DecodeError(.invalidUTF8, at: 0) }
    if let offset = bytes.firstIndex(where: { $0 < 0x20 && $0 != 0x0a || $0 == 0x7f }) {
      throw DecodeError(.forbiddenText, at: offset)
    }
    guard bytes.last == 0x0a else { throw DecodeError(.truncated, at: bytes.count, "a note ends with a newline") }
    guard let blank = bytes.indices.dropLast().last(where: { bytes[$0] == 0x0a && bytes[$0 + 1] == 0x0a }) else {
      throw DecodeError(.missingField, at: 0, "the blank line before the signatures")
    }
    let lines = bytes[(blank + 2)...].split(separator: 0x0a, omittingEmptySubsequences: false).dropLast()
    guard !lines.isEmpty else { throw DecodeError(.missingField, at: bytes.count, "a signature") }
    guard lines.count <= Self.maximumSignatures else { throw DecodeError(.tooLarge, at: blank, "signatures") }
    var signatures: [NoteSignature] = []
    for line in lines { signatures.append(try Self.signature(line)) }
    text = String(decoding: bytes[...blank], as: UTF8.self)
    self.signatures = signatures
  }

  private static func signature(_ line: ArraySlice<UInt8>) throws(DecodeError) -> NoteSignature {
    let parts = String(decoding: line, as: UTF8.self).split(separator: " ", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].utf8.elementsEqual("—".utf8), isName(parts[1]),
      let bytes = Base64.decode(parts[2]),
      bytes.count > 4
    else { throw DecodeError(.invalidValue, at: line.startIndex, "a signature line is — NAME BASE64") }
    return NoteSignature(name: String(parts[1]), keyHash: Array(bytes[..<4]), signature: Array(bytes[4...]))
  }

  private static func isName(_ name: Substring) -> Bool {
    !name.isEmpty && !name.contains("+") && !name.unicodeScalars.contains { $0.properties.isWhitespace }
  }

  /// The note as bytes.
  public func encoded() -> [UInt8] {
    let lines = signatures.map { "— \($0.name) \(Base64.encode($0.keyHash + $0.signature))\n" }
    return Array((text + "\n" + lines.joined()).utf8)
  }
}

/// A key that signs notes, by its name and type.
public struct NoteKey: Hashable, Sendable {
  public enum KeyType: UInt8, Sendable {
    case ed25519 = 0x01
    /// C2SP tlog-cosignature, v1.
    case cosignature = 0x04
  }

  public let name: String
  public let type: KeyType
  public let key: PublicKey

  public init?(name: String, type: KeyType, key: PublicKey) {
    guard key.type == .ed25519 else { return nil }
    self.name = name
    self.type = type
    self.key = key
  }

  /// SHA-256(name ‖ 0x0A ‖ type ‖ public key), first 4 bytes.
  public var hash: [UInt8] {
    Array(SHA256.hash(Array(name.utf8) + [0x0a, type.rawValue] + (key.raw ?? [])).prefix(4))
  }

  /// When this key signed the note: 0 for a plain signature, the timestamp for a cosignature, nil when it did not.
  public func verify(_ note: SignedNote) -> UInt64? {
    for line in note.signatures where line.name.utf8.elementsEqual(name.utf8) && line.keyHash == hash {
      switch type {
      case .ed25519:
        if key.verifies(line.signature, of: Array(note.text.utf8), scheme: .ed25519) { return 0 }
      case .cosignature:
        guard line.signature.count == 72 else { continue }
        let time = line.signature[..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        if key.verifies(line.signature[8...], of: Self.cosigned(note.text, at: time), scheme: .ed25519) { return time }
      }
    }
    return nil
  }

  static func cosigned(_ text: String, at time: UInt64) -> [UInt8] {
    Array("cosignature/v1\ntime \(time)\n\(text)".utf8)
  }
}
