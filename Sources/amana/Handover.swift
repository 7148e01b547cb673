import ArgumentParser
import ControlAPI

/// What an offer and a release have in common.
struct HandoverOptions: ParsableArguments {
  @Argument(help: "The intake, offer or agreement whose lines go: the beginning of its id or its record's id.")
  var statement: String
  @Option(name: .long, help: "The receiving authority, MEMBER/authority.") var to: String
  @Option(name: .long, help: "Only these lines: numbers, ranges or register references, by comma. Default: all.")
  var lines: String?
  @Option(name: .long, help: "How many officers must approve, if more than the event asks for.")
  var officers: Int?
  @OptionGroup var event: EventOptions
  @OptionGroup var connection: Connection

  func run(_ type: String, acceptBy: String?) async throws {
    let session = connection.session
    let source = try await session.statement(statement, events: sources(type))
    var request = event.request(type)
    request.statement = source.statement
    request.to = to
    request.officers = officers
    request.acceptBy = acceptBy
    if let lines {
      let shown = try await session.get("/v1/statements/\(source.statement)/lines", as: [LineView].self)
      request.lines = try LineSelection(lines).indexes(in: shown)
    }
    session.report(try await session.post("/v1/drafts", request, as: DraftView.self))
  }

  private func sources(_ type: String) -> [String] {
    type == "offer" ? ["intake"] : ["offer-agreed", "offer", "intake", "release"]
  }
}

/// Offers custody to another authority.
struct Offer: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Offer lines to another authority; custody does not move.")
  @OptionGroup var options: HandoverOptions

  func run() async throws { try await options.run("offer", acceptBy: nil) }
}

/// Releases custody to another authority.
struct Release: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Release lines to another authority: from then on its log decides; you stay responsible until it accepts."
  )
  @Option(name: .long, help: "Past this moment unanswered lines are overdue (RFC 3339 with offset).")
  var acceptBy: String?
  @OptionGroup var options: HandoverOptions

  func run() async throws { try await options.run("release", acceptBy: acceptBy) }
}

/// Agrees to an offer.
struct OfferAgree: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "agree", abstract: "Agree to an offer made to you.")
  @OptionGroup var options: OfferAnswerOptions

  func run() async throws { try await options.run("offer-agreed") }
}

/// Declines an offer.
struct OfferDecline: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "decline", abstract: "Decline an offer made to you.")
  @OptionGroup var options: OfferAnswerOptions

  func run() async throws { try await options.run("offer-declined") }
}

/// What both answers to an offer have in common.
struct OfferAnswerOptions: ParsableArguments {
  @Argument(help: "The offer: the beginning of its id or its record's id.") var offer: String
  @Option(name: .long, help: "The code of the reason.") var reason: String?
  @OptionGroup var event: EventOptions
  @OptionGroup var connection: Connection

  func run(_ type: String) async throws {
    let session = connection.session
    var request = event.request(type)
    request.statement = try await session.statement(offer, events: ["offer"]).statement
    request.reason = reason
    session.report(try await session.post("/v1/drafts", request, as: DraftView.self))
  }
}
