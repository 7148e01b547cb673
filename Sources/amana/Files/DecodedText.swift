/// A file's text as UTF-8, and what it was taken for.
struct DecodedText {
  /// Why it was taken for that.
  enum Reason: String { case mark, content, guess, told }

  let bytes: [UInt8]
  let encoding: TextEncoding
  let reason: Reason

  /// - Parameter told: the encoding that the caller names; a byte order mark must not say otherwise.
  init(_ file: [UInt8], told: TextEncoding? = nil) throws(Finding) {
    if let text = Self.otherFormat(file) { throw Finding(text) }
    let mark = TextEncoding.mark(file)
    if let told, let mark, told != mark.encoding {
      throw Finding(.fileEncodingContradicts, mark.encoding.title, told.title)
    }
    if let told {
      (encoding, reason) = (told, .told)
    } else if let mark {
      (encoding, reason) = (mark.encoding, .mark)
    } else {
      (encoding, reason) = try TextEncoding.detected(in: file)
    }
    bytes = try Self.utf8(mark.map { Array(file.dropFirst($0.length)) } ?? file, encoding)
    if let zero = bytes.firstIndex(of: 0) { throw Finding(.fileZeroByte, String(line(at: zero))) }
  }

  /// The number of the line in which a byte stands, from 1.
  func line(at position: Int) -> Int { bytes.prefix(position).count { $0 == UInt8(ascii: "\n") } + 1 }

  /// Formats that are not text and that people take for CSV because a spreadsheet opens them.
  private static func otherFormat(_ file: [UInt8]) -> Text? {
    if file.starts(with: [0x50, 0x4b, 0x03, 0x04]) || file.starts(with: [0xd0, 0xcf, 0x11, 0xe0]) {
      return .fileSpreadsheet
    }
    if file.starts(with: Array("%PDF".utf8)) { return .filePDF }
    let is32 = file.starts(with: [0xff, 0xfe, 0, 0]) || file.starts(with: [0, 0, 0xfe, 0xff])
    return is32 ? .fileUTF32 : nil
  }

  private static func utf8(_ bytes: [UInt8], _ encoding: TextEncoding) throws(Finding) -> [UInt8] {
    switch encoding {
    case .windows1256: return Windows1256.utf8(bytes)
    case .utf8:
      guard let census = UTF8Census.ifInvalid(bytes) else { return bytes }
      throw census.isCutOff
        ? Finding(.fileCutCharacter, encoding.title) : Finding(.fileNotUTF8, String(census.firstError))
    case .utf16LittleEndian, .utf16BigEndian:
      guard bytes.count.isMultiple(of: 2) else { throw Finding(.fileCutCharacter, encoding.title) }
      let first = encoding == .utf16BigEndian ? 0 : 1
      let units = stride(from: 0, to: bytes.count, by: 2).map { place -> UInt16 in
        UInt16(bytes[place + first]) << 8 | UInt16(bytes[place + 1 - first])
      }
      guard let text = String(validating: units, as: UTF16.self) else { throw Finding(.fileNotUTF16, encoding.title) }
      return Array(text.utf8)
    }
  }
}
