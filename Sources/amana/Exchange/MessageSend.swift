import ArgumentParser
import ControlAPI
import Custody
import Foundation
import Roster

/// Sends a message.
struct MessageSend: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "send", abstract: "Send a signed message, sealed to its readers, with files of any type.",
    discussion: """
      Files are handed over piece by piece, at most 64 MiB each. Everything is looked at before the first byte is sent, and \
      a message that breaks off leaves nothing behind.
      """)
  @Argument(help: "Files to attach.") var files: [String] = []
  @Option(name: .long, help: "A reader, MEMBER/authority; once for each.") var to: [String] = []
  @ArgumentParser.Flag(name: .long, help: "To every other active authority of the roster.") var all = false
  @Option(name: .long, help: "The subject, sealed like the rest.") var subject: String
  @Option(name: .long, help: "A file with the text, UTF-8.") var textFile: String?
  @Option(name: .long, help: "The media type of the files. Default: by the ending of each name.") var mediaType: String?
  @Option(name: .long, help: "The statement that it is about: the beginning of its id.") var about: String?
  @Option(name: .long, help: "A UUID for the message; the same one again has no second effect. Default: a new one.")
  var message: String?
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.message.send of docs/json.md.") var json = false
  @OptionGroup var connection: Connection

  func validate() throws {
    guard mediaType == nil || !files.isEmpty else { throw usage(.usageGoesWith, "--media-type", "FILE …") }
  }

  func run() async throws {
    let session = connection.session
    let language = session.language
    guard all != !to.isEmpty else { throw CommandFailure(Exit.usage, say(.messageToNobody, in: language)) }
    let readers = try to.map { try authority($0, of: "--to", language).description }
    let text = try textFile.map { try lines(of: $0, language) }
    let sources = try attached(language)
    var request = MessageRequest(
      messageID: message ?? newDraftID(), to: all ? nil : readers, subject: subject, text: text, attachments: nil)
    if let about {
      let found = try await session.statements(about)
      guard let first = found.first, found.count == 1 else { throw session.ambiguous(about, found) }
      request.statement = first.statement
    }
    var attachments: [MessageRequest.Attachment] = []
    for (source, name, type) in sources {
      let body = try await session.upload("/v1/attachments", file: source)
      let upload = try session.decode(UploadView.self, body)
      attachments.append(MessageRequest.Attachment(attachment: upload.attachment, name: name, mediaType: type))
    }
    if !attachments.isEmpty { request.attachments = attachments }
    let sent = try await session.post("/v1/messages", request, as: SentView.self)
    if json { return try printJSON(.messageSend, sent) }
    let names = sent.to.joined(separator: separator(in: language))
    let statements = sent.statements.map { String($0.prefix(16)) }.joined(separator: separator(in: language))
    print(say(.messageSent, in: language, sent.messageID, names, statements))
  }

  /// Looked at before anything is sent.
  private func attached(_ language: Language) throws -> [(FileSource, name: String, type: String)] {
    guard files.count <= MessageContent.maximumAttachments else {
      throw CommandFailure(
        Exit.usage, say(.messageTooMany, in: language, String(MessageContent.maximumAttachments)))
    }
    if let mediaType, !MessageContent.isMediaType(mediaType) {
      throw CommandFailure(Exit.usage, say(.messageMediaType, in: language, visible(mediaType)))
    }
    return try files.map { path in
      let name = URL(filePath: path).lastPathComponent
      guard MessageContent.isName(name) else {
        throw CommandFailure(Exit.usage, say(.messageName, in: language, visible(name)))
      }
      return (
        try FileSource(path, limit: MessageContent.maximumAttachment), name, mediaType ?? MediaType.of(name)
      )
    }
  }

  /// Line by line: no text that is signed holds a control character. A tab is what it looks like, spaces.
  private func lines(of path: String, _ language: Language) throws -> [String] {
    let bytes = try readFile(path, limit: MessageContent.maximumText)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw CommandFailure(Exit.usage, say(.messageTextUTF8, in: language, visible(path)))
    }
    var lines = text.replacing("\r\n", with: "\n").replacing("\t", with: "    ")
      .split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
    if lines.last?.isEmpty == true { lines.removeLast() }
    if let first = lines.first, first.hasPrefix("\u{feff}") { lines[0] = String(first.dropFirst()) }
    for (index, line) in lines.enumerated()
    where !isSafeText(line) || line.utf8.count > MessageContent.maximumLine {
      throw CommandFailure(
        Exit.usage,
        say(.messageText, in: language, visible(path), String(index + 1), String(MessageContent.maximumLine)))
    }
    return lines
  }
}

/// The media type that the ending of a name stands for.
enum MediaType {
  private static let known = [
    "pdf": "application/pdf", "txt": "text/plain", "md": "text/markdown", "csv": "text/csv",
    "json": "application/json", "xml": "application/xml", "html": "text/html", "png": "image/png", "jpg": "image/jpeg",
    "jpeg": "image/jpeg", "tif": "image/tiff", "tiff": "image/tiff", "zip": "application/zip",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text", "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "amana": "application/vnd.amana.bundle+cbor",
  ]

  static func of(_ name: String) -> String {
    known[name.split(separator: ".").last.map { $0.lowercased() } ?? ""] ?? "application/octet-stream"
  }
}
