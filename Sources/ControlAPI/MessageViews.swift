/// Sends a message: POST /v1/messages. It is signed, sealed to its readers and receipted like any other statement.
public struct MessageRequest: Codable, Hashable, Sendable {
  /// A file that was handed in before by POST /v1/attachments.
  public struct Attachment: Codable, Hashable, Sendable {
    /// What POST /v1/attachments answered.
    public var attachment: String
    public var name: String
    public var mediaType: String

    public init(attachment: String, name: String, mediaType: String) {
      self.attachment = attachment
      self.name = name
      self.mediaType = mediaType
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
      case attachment, name
      case mediaType = "media_type"
    }
  }

  /// A UUID that the client chooses, so that the same request twice sends one message. With an `Idempotency-Key` the
  /// daemon chooses one when it is absent.
  public var messageID: String?
  /// The authorities that may read it, "MEMBER/authority". Absent: every other active authority of the roster.
  public var to: [String]?
  public var subject: String
  /// Line by line, without line breaks.
  public var text: [String]?
  public var attachments: [Attachment]?
  /// The statement that it answers or is about: its id in hexadecimal.
  public var statement: String?

  public init(messageID: String?, to: [String]?, subject: String, text: [String]?, attachments: [Attachment]?) {
    self.messageID = messageID
    self.to = to
    self.subject = subject
    self.text = text
    self.attachments = attachments
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case to, subject, text, attachments, statement
    case messageID = "message_id"
  }
}

extension MessageRequest: StrictlyDecoded {
  public static var fields: [String] { CodingKeys.allCases.map(\.rawValue) }
  public static var nested: [String: any StrictlyDecoded.Type] { ["attachments": Attachment.self] }
}

extension MessageRequest.Attachment: StrictlyDecoded {
  public static var fields: [String] { CodingKeys.allCases.map(\.rawValue) }
}

/// A file that waits for its message: POST /v1/attachments.
public struct UploadView: Codable, Hashable, Sendable {
  public var attachment: String
  /// In bytes.
  public var size: UInt64
  /// After which it is forgotten, in seconds since 1970.
  public var until: Int64

  public init(attachment: String, size: UInt64, until: Int64) {
    self.attachment = attachment
    self.size = size
    self.until = until
  }
}

/// A message as it stands in a list: GET /v1/messages.
public struct MessageSummary: Codable, Hashable, Sendable {
  public var statement: String
  public var messageID: String
  public var index: UInt64
  /// sent or received.
  public var direction: String
  public var from: String
  public var to: [String]
  /// Nil while its content has not arrived.
  public var subject: String?
  public var occurredAt: String
  public var attachments: Int
  /// Whether all of it is here.
  public var complete: Bool
  /// Of a sent one: how many of its readers have given their verified receipt.
  public var delivered: Int?
  /// Of a received one: when this local user opened it first, in seconds since 1970.
  public var readAt: Int64?

  public init(
    statement: String, messageID: String, index: UInt64, direction: String, from: String, to: [String],
    subject: String?, occurredAt: String, attachments: Int, complete: Bool, delivered: Int?, readAt: Int64?
  ) {
    self.readAt = readAt
    self.statement = statement
    self.messageID = messageID
    self.index = index
    self.direction = direction
    self.from = from
    self.to = to
    self.subject = subject
    self.occurredAt = occurredAt
    self.attachments = attachments
    self.complete = complete
    self.delivered = delivered
  }

  enum CodingKeys: String, CodingKey {
    case statement, index, direction, from, to, subject, attachments, complete, delivered
    case messageID = "message_id"
    case occurredAt = "occurred_at"
    case readAt = "read_at"
  }
}

/// A message opened: GET /v1/messages/{id}.
public struct MessageView: Codable, Hashable, Sendable {
  /// One attached file.
  public struct AttachmentView: Codable, Hashable, Sendable {
    /// attachment-1 and so on: what GET /v1/messages/{id}/attachment asks for.
    public var payload: String
    public var name: String
    public var mediaType: String
    /// In bytes.
    public var size: UInt64
    /// Whether all of it has arrived.
    public var complete: Bool

    public init(payload: String, name: String, mediaType: String, size: UInt64, complete: Bool) {
      self.payload = payload
      self.name = name
      self.mediaType = mediaType
      self.size = size
      self.complete = complete
    }

    enum CodingKeys: String, CodingKey {
      case payload, name, size, complete
      case mediaType = "media_type"
    }
  }

  public var statement: String
  public var messageID: String
  public var index: UInt64
  public var from: String
  public var to: [String]
  public var subject: String
  /// Line by line.
  public var text: [String]
  public var occurredAt: String
  public var attachments: [AttachmentView]
  /// The statement that it answers or is about.
  public var about: String?

  public init(
    statement: String, messageID: String, index: UInt64, from: String, to: [String], subject: String, text: [String],
    occurredAt: String, attachments: [AttachmentView], about: String?
  ) {
    self.statement = statement
    self.messageID = messageID
    self.index = index
    self.from = from
    self.to = to
    self.subject = subject
    self.text = text
    self.occurredAt = occurredAt
    self.attachments = attachments
    self.about = about
  }

  enum CodingKeys: String, CodingKey {
    case statement, index, from, to, subject, text, attachments, about
    case messageID = "message_id"
    case occurredAt = "occurred_at"
  }
}

/// What became of a message that was sent: POST /v1/messages.
public struct SentView: Codable, Hashable, Sendable {
  public var messageID: String
  /// One for up to seven readers: a sealed payload has places for eight keys.
  public var statements: [String]
  public var to: [String]

  public init(messageID: String, statements: [String], to: [String]) {
    self.messageID = messageID
    self.statements = statements
    self.to = to
  }

  enum CodingKeys: String, CodingKey {
    case statements, to
    case messageID = "message_id"
  }
}
