public import COSE

/// The signature lines by which a witness answers (C2SP tlog-witness).
public enum Cosignatures {
  /// Larger answers are refused before anything is read, in bytes.
  public static let maximumByteCount = SignedNote.maximumByteCount

  /// The body of an answer.
  public static func encode(_ lines: [NoteSignature]) -> [UInt8] {
    Array(lines.map { $0.line + "\n" }.joined().utf8)
  }

  /// Decodes a whole answer: 1 to 16 signature lines.
  public static func decode(_ bytes: [UInt8]) throws(DecodeError) -> [NoteSignature] {
    guard bytes.count <= maximumByteCount else { throw DecodeError(.tooLarge, at: maximumByteCount) }
    // What follows a text of one line is read as a note's signatures are.
    let note = try SignedNote(decoding: [0x61, 0x0a, 0x0a] + bytes)
    guard note.text == "a\n" else { throw DecodeError(.invalidValue, at: 0, "an empty line") }
    return note.signatures
  }
}

extension SignedNote {
  /// This note with further signatures behind its own. One of the same name and key goes in the place of the older.
  /// - Throws: when there are more than a note takes.
  public func adding(_ lines: [NoteSignature]) throws(DecodeError) -> SignedNote {
    let others = signatures.filter { old in
      !lines.contains { $0.name.utf8.elementsEqual(old.name.utf8) && $0.keyHash == old.keyHash }
    }
    return try SignedNote(text: text, signatures: others + lines)
  }
}
