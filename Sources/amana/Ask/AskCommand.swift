import ArgumentParser
import ControlAPI
import Custody
import Foundation

/// What a duty officer asks.
struct AskCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ask", abstract: "Questions of a duty officer, each answered at once from what this log knows.",
    subcommands: [
      AskWho.self, AskChain.self, AskTransit.self, AskUnresolved.self, AskHeld.self, AskChanges.self, AskTally.self,
    ])
}

/// Whom a question is about.
struct PersonOptions: ParsableArguments {
  @Argument(help: "A statement or record with this person: the beginning of its id.") var id: String?
  @Option(name: .long, help: "The line there: its number, or a reference of your register (line:7, ref:7).")
  var line: String?
  @Option(name: .long, help: "Instead: the person's subject_ref, or its beginning.") var subject: String?

  /// The query that says so.
  func query(_ language: Language) throws -> String {
    if let subject, id == nil, line == nil { return "subject=\(inQuery(subject))" }
    guard let id, let line, subject == nil else { throw CommandFailure(Exit.usage, say(.askWhom, in: language)) }
    return "within=\(try Abbreviation(id, in: language).digits)&line=\(inQuery(line))"
  }
}

/// Text as it stands in a query, whatever is in it.
func inQuery(_ text: String) -> String {
  let plain = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/:")
  return text.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
}

/// Who holds this person now, and on what proof.
struct AskWho: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "who", abstract: "Who holds this person now, and on what proof.",
    discussion: """
      The statements on which the answer rests are checked again: signatures, approvals, receipts, their place in this \
      log, and that the person stands in what was signed. It needs the right to read persons and is noted as a read. \
      Exit code 1 when something does not hold.
      """)
  @OptionGroup var person: PersonOptions
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.ask.who of docs/json.md.") var json = false
  @OptionGroup var connection: Connection

  func run() async throws {
    let session = connection.session
    let query = try person.query(session.language)
    let view = try await session.get("/v1/questions/custody?\(query)", as: PersonView.self)
    if json {
      try printJSON(.askWho, view)
    } else {
      PersonScreen(view: view, language: session.language).show(.askRests)
    }
    if !view.holds { throw ExitCode(Exit.doesNotHold) }
  }
}

/// The whole chain of one person.
struct AskChain: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chain", abstract: "The whole chain of one person from intake to today, every signature checked.",
    discussion: """
      Every statement about this person that is here, in the order of this log, each checked again from its bytes. It \
      needs the right to read persons and is noted as a read. Exit code 1 when something does not hold, the chain is not \
      known from its beginning, or it is contested.
      """)
  @OptionGroup var person: PersonOptions
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.ask.chain of docs/json.md.") var json = false
  @OptionGroup var connection: Connection

  func run() async throws {
    let session = connection.session
    let view = try await whole(session, try person.query(session.language))
    if json {
      try printJSON(.askChain, view)
    } else {
      PersonScreen(view: view, language: session.language).show(.askWhole)
    }
    if !view.holds || !view.unbroken { throw ExitCode(Exit.doesNotHold) }
  }

  /// Page after page, should there be more than one.
  private func whole(_ session: Session, _ query: String) async throws -> PersonView {
    var response = try await session.answer(.get, "/v1/questions/chain?\(query)&limit=1000")
    var view = try session.decode(PersonView.self, response.body)
    while let next = response.next {
      response = try await session.answer(.get, next)
      let page = try session.decode(PersonView.self, response.body)
      view.steps += page.steps
      view.holds = view.holds && page.holds
    }
    return view
  }
}
