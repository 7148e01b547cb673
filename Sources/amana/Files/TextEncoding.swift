import ArgumentParser

/// The encodings that a file of persons may have.
enum TextEncoding: String, CaseIterable, ExpressibleByArgument {
  case utf8 = "utf-8"
  case utf16LittleEndian = "utf-16le"
  case utf16BigEndian = "utf-16be"
  case windows1256 = "windows-1256"

  init?(argument: String) { self.init(rawValue: argument.lowercased()) }

  /// The name that people know it by.
  var title: String { self == .windows1256 ? "Windows-1256" : rawValue.uppercased() }

  /// The byte order mark that a file begins with, which decides.
  static func mark(_ bytes: [UInt8]) -> (encoding: TextEncoding, length: Int)? {
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { return (.utf8, 3) }
    if bytes.starts(with: [0xff, 0xfe]) { return (.utf16LittleEndian, 2) }
    if bytes.starts(with: [0xfe, 0xff]) { return (.utf16BigEndian, 2) }
    return nil
  }

  /// What the content says where there is no mark. A manifest begins with two ASCII characters (a column's name, a
  /// quotation mark, a bracket) and never holds a zero byte, so zero bytes at the start are UTF-16 and nothing else.
  static func detected(in bytes: [UInt8]) throws(Finding) -> (encoding: TextEncoding, reason: DecodedText.Reason) {
    let start = bytes.prefix(4).map { $0 == 0 }
    if start == [false, true, false, true] { return (.utf16LittleEndian, .content) }
    if start == [true, false, true, false] { return (.utf16BigEndian, .content) }
    guard let census = UTF8Census.ifInvalid(bytes) else { return (.utf8, .content) }
    if census.isCutOff { throw Finding(.fileCutCharacter, TextEncoding.utf8.title) }
    // Arabic in Windows-1256 is as good as never valid UTF-8; a damaged UTF-8 file mostly is.
    if census.manyByteCharacters >= census.errors { throw Finding(.fileNotUTF8, String(census.firstError)) }
    guard Windows1256.isPlausible(bytes) else { throw Finding(.fileUnknownEncoding, String(census.firstError)) }
    return (.windows1256, .guess)
  }
}

/// What is valid and what is not in bytes that are not UTF-8 as a whole.
struct UTF8Census {
  private(set) var manyByteCharacters = 0
  private(set) var errors = 0
  /// Where the first byte stands that does not fit, from 0.
  private(set) var firstError = 0
  /// Everything is valid but the last character, which lacks bytes.
  private(set) var isCutOff = false

  /// Nil if the bytes are UTF-8.
  static func ifInvalid(_ bytes: [UInt8]) -> UTF8Census? {
    String(validating: bytes, as: UTF8.self) == nil ? UTF8Census(bytes) : nil
  }

  private init(_ bytes: [UInt8]) {
    var parser = Unicode.UTF8.ForwardParser()
    var source = bytes.makeIterator()
    var position = 0
    while true {
      switch parser.parseScalar(from: &source) {
      case .valid(let encoded):
        if encoded.count > 1 { manyByteCharacters += 1 }
        position += encoded.count
      case .error(let length):
        if errors == 0 { firstError = position }
        errors += 1
        position += length
        isCutOff = errors == 1 && position == bytes.count && Self.lacksBytes(bytes[firstError...])
      case .emptyInput: return
      }
    }
  }

  /// Whether these last bytes begin a character that needs more of them.
  private static func lacksBytes(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let lead = bytes.first else { return false }
    let needed = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2
    return (0xc2...0xf4).contains(lead) && bytes.count < needed
  }
}
