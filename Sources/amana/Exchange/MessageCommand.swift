import ArgumentParser
import ControlAPI
import Custody
import Foundation

/// Signed and sealed messages.
struct MessageCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "message", abstract: "Send and read signed, sealed messages: briefings, notices, requests.",
    discussion: "A message is receipted like any other statement and leaves by itself; amana outbox shows what has not "
      + "arrived.",
    subcommands: [MessageSend.self, MessageList.self, MessageRead.self])
}

/// Lists messages.
struct MessageList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List messages, newest first.",
    discussion: "Subjects are sealed like the rest: that they were shown is on record, like every reading.")
  @ArgumentParser.Flag(name: .long, help: "Only those that were sent.") var sent = false
  @ArgumentParser.Flag(name: .long, help: "Only those that were received.") var received = false
  @Option(name: .long, help: "Only from or to this authority, MEMBER/authority.") var peer: String?
  @Option(name: .long, help: "At most so many of the newest.") var limit = 100
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.message.list of docs/json.md.") var json = false
  @OptionGroup var connection: Connection

  func validate() throws {
    guard !sent || !received else { throw usage(.usageNotBoth, "--sent", "--received") }
    guard (1...100_000).contains(limit) else { throw usage(.usageBetween, "--limit", "1", "100000") }
  }

  func run() async throws {
    let session = connection.session
    let language = session.language
    var filters: [String] = []
    if sent { filters.append("direction=sent") }
    if received { filters.append("direction=received") }
    if let peer { filters.append("peer=\(try authority(peer, of: "--peer", language))") }
    let messages = try await session.all("/v1/messages", filters, as: MessageSummary.self, limit: limit)
    if json { return try printJSON(.messageList, ["messages": messages]) }
    guard !messages.isEmpty else { return print(say(.messagesNone, in: language)) }
    var table = Table(
      [.headOccurred, .headWay, .headFrom, .headTo, .headSubject, .headAttachments, .headDelivered, .headStatement].map
      { say($0, in: language) })
    for message in messages {
      table.add([
        message.occurredAt, word(message.direction, in: language), message.from, readers(message, language),
        message.subject ?? say(.messageSealed, in: language), String(message.attachments),
        standing(message, language),
        String(message.statement.prefix(12)),
      ])
    }
    printTable(table, in: language)
  }

  /// Of a sent one whom it has reached; of a received one whether you have read it.
  private func standing(_ message: MessageSummary, _ language: Language) -> String {
    if let delivered = message.delivered {
      return say(.deliveredOf, in: language, String(delivered), String(message.to.count))
    }
    return message.readAt == nil ? say(.messageUnread, in: language) : ""
  }

  private func readers(_ message: MessageSummary, _ language: Language) -> String {
    let shown = message.to.prefix(3).joined(separator: separator(in: language))
    guard message.to.count > 3 else { return shown }
    return shown + " " + say(.andMore, in: language, String(message.to.count - 3))
  }
}

/// Reads a message.
struct MessageRead: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "read", abstract: "Read a message, and save its attachments.",
    discussion: """
      That it was read is on record. Attachments are saved under the names their sender gave them, without any path, \
      readable by you alone, and never over an existing file.
      """)
  @Argument(help: "The beginning of the message's id, at least 4 digits.") var id: String
  @Option(name: .long, help: "Save the attachments in this directory.") var save: String?
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.message.read of docs/json.md.") var json = false
  @OptionGroup var connection: Connection

  func run() async throws {
    let session = connection.session
    let statement = try await session.message(id)
    let message = try await session.get("/v1/messages/\(statement)", as: MessageView.self)
    if !json { MessageScreen(language: session.language).show(message, isSaving: save != nil) }
    var saved: [String] = []
    for attachment in message.attachments {
      guard let save else { break }
      guard attachment.complete else {
        printError([say(.messageNotHere, in: session.language, attachment.name)])
        continue
      }
      saved.append(try await fetch(attachment, of: statement, into: save, session))
    }
    if json { try printJSON(.messageRead, Merged(message, ["saved": saved])) }
    if save != nil, saved.count < message.attachments.count { throw ExitCode(Exit.doesNotHold) }
  }

  private func fetch(
    _ attachment: MessageView.AttachmentView, of statement: String, into folder: String, _ session: Session
  ) async throws -> String {
    // The daemon has refused other names; whoever answers here may be no daemon of ours.
    let name = MessageContent.isName(attachment.name) ? attachment.name : "attachment"
    let file = try NewFile("\(folder)/\(name)")
    do {
      try await session.download("/v1/messages/\(statement)/attachment?payload=\(attachment.payload)") {
        try file.write($0)
      }
    } catch {
      file.discard()
      throw error
    }
    try file.keep()
    if !json { print(say(.messageSaved, in: session.language, visible(file.path), String(attachment.size))) }
    return file.path
  }
}

extension Session {
  /// The id of the one message that an id or a record's id means. One to many readers is several statements, which say
  /// the same.
  func message(_ text: String) async throws -> String {
    let found = try await statements(text)
    let messages = found.filter { $0.event == "message" }
    guard let first = messages.first else {
      let event = word(found.first?.event ?? "", in: language)
      throw CommandFailure(
        Exit.doesNotHold, say(.wrongEvent, in: language, text, event, word("message", in: language)))
    }
    guard Set(messages.map(\.recordID)).count == 1 else { throw ambiguous(text, messages) }
    return first.statement
  }
}

/// A message for people.
struct MessageScreen {
  let language: Language

  func show(_ message: MessageView, isSaving: Bool) {
    var table = Table()
    func add(_ name: Text, _ value: String) { table.add([say(name, in: language), value]) }
    add(.headFrom, message.from)
    add(.headTo, message.to.joined(separator: separator(in: language)))
    add(.headOccurred, message.occurredAt)
    add(.headSubject, message.subject)
    add(.headStatement, message.statement)
    if let about = message.about { add(.headAbout, about) }
    printTable(table, in: language)
    if !message.text.isEmpty { print("") }
    // Whoever wrote it decides nothing about how the lines around it look.
    for line in message.text { print(closingIsolates(printable(line))) }
    guard !message.attachments.isEmpty else { return }
    print("")
    var files = Table([.headAttachments, .headName, .headType, .headSize, .headComplete].map { say($0, in: language) })
    for attachment in message.attachments {
      files.add([
        attachment.payload, attachment.name, attachment.mediaType, String(attachment.size),
        say(attachment.complete ? .wordYes : .wordNo, in: language),
      ])
    }
    printTable(files, in: language)
    if !isSaving { print(say(.messageSaveNext, in: language, String(message.statement.prefix(12)))) }
  }
}
