public import COSE

/// A log's size and root at a moment, as the text that the log and its witnesses sign (C2SP tlog-checkpoint).
public struct Checkpoint: Hashable, Sendable {
  /// Which log: one line, not empty; ours are URIs without scheme.
  public let origin: String
  /// The number of leaves.
  public let size: UInt64
  /// The root over these leaves; `TreeHash.empty` for none.
  public let root: TreeHash
  /// Further lines, none of them empty. Ours never has any: no monitor can audit them.
  public let extensions: [String]

  /// Any values: signing refuses a checkpoint whose text would read differently.
  public init(origin: String, size: UInt64, root: TreeHash, extensions: [String] = []) {
    self.origin = origin
    self.size = size
    self.root = root
    self.extensions = extensions
  }

  /// The text to sign, every line ended by a newline.
  public var noteText: String {
    ([origin, String(size), Base64.encode(root.bytes)] + extensions).map { $0 + "\n" }.joined()
  }

  /// Reads the text of a note strictly: a decimal size without leading zeros, canonical base64 of 32 bytes, no empty
  /// lines and no control characters.
  public init(noteText: String) throws(DecodeError) {
    let bytes = Array(noteText.utf8)
    guard bytes.count <= SignedNote.maximumByteCount else { throw DecodeError(.tooLarge, at: bytes.count) }
    try checkNoteText(bytes)
    guard bytes.last == 0x0a else { throw DecodeError(.truncated, at: bytes.count, "a checkpoint ends its lines") }
    let lines = bytes.dropLast().split(separator: 0x0a, omittingEmptySubsequences: false)
    guard lines.count >= 3 else { throw DecodeError(.missingField, at: bytes.count, "a checkpoint has three lines") }
    if let empty = lines.first(where: \.isEmpty) {
      throw DecodeError(.invalidValue, at: empty.startIndex, "an empty line")
    }
    guard let size = decimal(lines[1]) else { throw DecodeError(.invalidValue, at: lines[1].startIndex, "tree size") }
    guard let root = Base64.decode(lines[2]).flatMap({ TreeHash($0) }) else {
      throw DecodeError(.invalidValue, at: lines[2].startIndex, "root hash")
    }
    self.init(
      origin: String(decoding: lines[0], as: UTF8.self), size: size, root: root,
      extensions: lines.dropFirst(3).map { String(decoding: $0, as: UTF8.self) })
  }
}

/// A decimal number below 2^64 in its only form: digits, no sign, no leading zero.
func decimal(_ digits: ArraySlice<UInt8>) -> UInt64? {
  guard digits.allSatisfy({ (0x30...0x39).contains($0) }), digits.count == 1 || digits.first != 0x30 else { return nil }
  return UInt64(String(decoding: digits, as: UTF8.self))
}
