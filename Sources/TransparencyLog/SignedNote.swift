public import COSE

/// A text signed by one or more keys (C2SP signed-note). Nothing is proven by having one: check it with a `NoteKey`.
public struct SignedNote: Hashable, Sendable {
  /// Larger notes are refused before anything is read, in bytes.
  public static let maximumByteCount = 64 << 10
  /// What the specification asks everyone to accept, and no more.
  public static let maximumSignatureCount = 16

  /// What is signed, with its final newline.
  public let text: String
  /// The signature lines in their order.
  public let signatures: [NoteSignature]

  /// Decodes a whole note strictly: UTF-8, no control characters but newlines, canonical base64, nothing after.
  public init(decoding bytes: [UInt8]) throws(DecodeError) {
    guard bytes.count <= Self.maximumByteCount else { throw DecodeError(.tooLarge, at: Self.maximumByteCount) }
    try checkNoteText(bytes)
    guard let end = Self.textEnd(bytes) else { throw DecodeError(.missingField, at: bytes.count, "a blank line") }
    text = String(decoding: bytes[..<end], as: UTF8.self)
    signatures = try Self.signatures(bytes[(end + 1)...])
  }

  /// Puts a note together; refused where `init(decoding:)` would refuse its encoding or read another text.
  public init(text: String, signatures: [NoteSignature]) throws(DecodeError) {
    self.text = text
    self.signatures = signatures
    guard try SignedNote(decoding: encoded()).text == text else {
      throw DecodeError(.invalidValue, at: 0, "the text does not end where a note's text ends")
    }
  }

  /// The note's bytes.
  public func encoded() -> [UInt8] {
    Array((text + "\n" + signatures.map { $0.line + "\n" }.joined()).utf8)
  }

  /// The last empty line ends the text, whose own newline stands before it.
  private static func textEnd(_ bytes: [UInt8]) -> Int? {
    bytes.indices.dropFirst().last { bytes[$0] == 0x0a && bytes[$0 - 1] == 0x0a }
  }

  private static func signatures(_ block: ArraySlice<UInt8>) throws(DecodeError) -> [NoteSignature] {
    guard block.last == 0x0a else { throw DecodeError(.truncated, at: block.endIndex, "a signature line") }
    let lines = block.dropLast().split(separator: 0x0a, omittingEmptySubsequences: false)
    guard lines.count <= maximumSignatureCount else {
      throw DecodeError(.tooLarge, at: block.startIndex, "\(lines.count) signatures")
    }
    var signatures: [NoteSignature] = []
    for line in lines {
      guard let signature = NoteSignature(line: line) else {
        throw DecodeError(.invalidValue, at: line.startIndex, "not a signature line")
      }
      signatures.append(signature)
    }
    return signatures
  }
}

/// Refuses bytes that are not UTF-8 or hold control characters other than newline.
func checkNoteText(_ bytes: [UInt8]) throws(DecodeError) {
  if let control = bytes.firstIndex(where: { $0 < 0x20 && $0 != 0x0a }) {
    throw DecodeError(.forbiddenText, at: control, "a control character")
  }
  guard String(validating: bytes, as: UTF8.self) != nil else { throw DecodeError(.invalidUTF8, at: 0) }
}
