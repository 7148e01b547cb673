import COSE

/// The first field of a file that is one map: by it a file is told from others before anything else of it is read.
enum FormatHead {
  private static var field: [UInt8] {
    var start = CBOREncoder()
    start.text("format")
    return start.bytes
  }

  /// Whether a file's format begins with this name, so that it is one of some version.
  static func begins(with name: String, in bytes: [UInt8]) -> Bool {
    // A map's head and the text's head stand before.
    let text = bytes.dropFirst(1 + field.count + 1)
    return bytes.dropFirst().starts(with: field) && text.starts(with: Array(name.utf8))
  }

  /// Whether a file's format is this one.
  static func isExactly(_ format: String, in bytes: [UInt8]) -> Bool {
    var start = CBOREncoder()
    start.text(format)
    return bytes.dropFirst().starts(with: field + start.bytes)
  }
}
