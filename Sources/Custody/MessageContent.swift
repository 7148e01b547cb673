public import COSE

/// What a message says, sealed to its readers (`PayloadKind.message`). Its attachments are sealed payloads of
/// their own, `attachment-1` and so on; here stand their names.
public struct MessageContent: Hashable, Sendable {
  public static let maximumSubject = 256
  public static let maximumLines = 10_000
  public static let maximumLine = 4096
  /// Of the text altogether, in bytes.
  public static let maximumText = 256 << 10
  public static let maximumAttachments = 16
  /// Of one attachment, in bytes.
  public static let maximumAttachment: UInt64 = 64 << 20

  /// One attached file.
  public struct Attachment: Hashable, Sendable {
    /// "attachment-1" to "attachment-16": the sealed payload that holds it.
    public let payloadID: String
    public let name: String
    public let mediaType: String
    public let size: UInt64

    public init(payloadID: String, name: String, mediaType: String, size: UInt64) {
      self.payloadID = payloadID
      self.name = name
      self.mediaType = mediaType
      self.size = size
    }
  }

  public var subject: String
  /// Line by line: no text that is signed holds a control character, a line break among them.
  public var text: [String]
  public var attachments: [Attachment]

  public init(subject: String, text: [String], attachments: [Attachment]) {
    self.subject = subject
    self.text = text
    self.attachments = attachments
  }

  /// A deterministic map {subject, text: [line], attachments: [{id, name, media_type, size}]}.
  public func encoded() -> [UInt8] {
    CBOR.map([
      "subject": .text(subject), "text": .array(text.map(CBOR.text)),
      "attachments": .array(
        attachments.map {
          .map([
            "id": .text($0.payloadID), "name": .text($0.name), "media_type": .text($0.mediaType),
            "size": .unsigned($0.size),
          ])
        }),
    ]).encoded()
  }

  public init(decoding bytes: [UInt8]) throws(DecodeError) {
    let item = try CBOR.decode(bytes[...])
    try refuseForbiddenText(in: item, at: 0)
    var fields = try FieldReader(item, path: "message")
    subject = try fields.text("subject", maximum: Self.maximumSubject)
    var lines: [String] = []
    for line in try fields.array("text", maximum: Self.maximumLines) {
      guard let line = line.text, line.utf8.count <= Self.maximumLine else {
        throw fields.invalid("text", "must be lines of at most \(Self.maximumLine) bytes")
      }
      lines.append(line)
    }
    var found: [Attachment] = []
    for (index, item) in try fields.array("attachments", maximum: Self.maximumAttachments).enumerated() {
      var entry = try FieldReader(item, path: "message.attachments[\(index)]")
      found.append(
        Attachment(
          payloadID: try entry.text("id", maximum: 64), name: try entry.text("name", maximum: 255),
          mediaType: try entry.text("media_type", maximum: 128), size: try entry.uint("size")))
      try entry.finish()
    }
    (text, attachments) = (lines, found)
    try fields.finish()
    if let problem { throw fields.invalid("message", problem) }
  }

  /// What is wrong with it, in words that follow "message"; nil when nothing is. The same for what we send and what comes.
  public var problem: String? {
    guard !subject.isEmpty, subject.utf8.count <= Self.maximumSubject, isSafeText(subject) else {
      return "needs a subject of 1 to \(Self.maximumSubject) bytes without control characters"
    }
    guard text.count <= Self.maximumLines, text.reduce(0, { $0 + $1.utf8.count }) <= Self.maximumText,
      text.allSatisfy({ $0.utf8.count <= Self.maximumLine && isSafeText($0) })
    else {
      return "has a text of more than \(Self.maximumText >> 10) KiB or \(Self.maximumLines) lines, a line of more than "
        + "\(Self.maximumLine) bytes, or a control character in a line"
    }
    guard attachments.count <= Self.maximumAttachments else {
      return "has more than \(Self.maximumAttachments) attachments"
    }
    for (index, attachment) in attachments.enumerated() {
      guard attachment.payloadID == PayloadKind.attachment(index + 1).id else {
        return "numbers its attachments otherwise than attachment-1, attachment-2 and so on"
      }
      guard Self.isName(attachment.name) else {
        return
          "has an attachment whose name is none: 1 to 255 bytes, no path, no control character, no leading full stop"
      }
      guard Self.isMediaType(attachment.mediaType) else {
        return "has an attachment whose media type is none, such as application/pdf"
      }
      guard attachment.size <= Self.maximumAttachment else {
        return "has an attachment of more than \(Self.maximumAttachment) bytes"
      }
    }
    return nil
  }

  /// A file's name and nothing that leads elsewhere, hides or turns.
  public static func isName(_ name: String) -> Bool {
    (1...255).contains(name.utf8.count) && isSafeText(name) && !name.hasPrefix(".")
      && !name.utf8.contains(UInt8(ascii: "/")) && !name.utf8.contains(UInt8(ascii: "\\"))
      && !name.unicodeScalars.contains { (0x2066...0x2069).contains($0.value) || [0x200e, 0x200f].contains($0.value) }
  }

  /// type/subtype of RFC 6838, with parameters left out.
  public static func isMediaType(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count == 2 && text.utf8.count <= 127
      && parts.allSatisfy { part in
        guard let first = part.utf8.first, isLetterOrDigit(first) else { return false }
        return part.utf8.allSatisfy { isLetterOrDigit($0) || "!#$&-^_.+".utf8.contains($0) }
      }
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    0x30...0x39 ~= byte || 0x41...0x5a ~= byte || 0x61...0x7a ~= byte
  }
}
