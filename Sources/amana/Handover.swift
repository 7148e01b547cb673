import ArgumentParser
import ControlAPI

/// What an offer and a release have in common.
struct HandoverOptions: ParsableArguments {
  @Argument(help: "The intake, offer, agreement or release whose lines go: the beginning of its id or its record's id.")
  var statement: String
  @Option(name: .long, help: "The receiving authority, MEMBER/authority.") var to: String
  @Option(name: .long, help: "Only these lines: numbers, ranges or register references, by comma. Default: all.")
  var lines: String?
  @Option(name: .long, help: "How many officers must approve, if more than the event asks for.")
  var officers: Int?
  @OptionGroup var liberty: LibertyOption
  @OptionGroup var additions: AdditionOptions
  @OptionGroup var place: PlaceOptions
  @OptionGroup var event: EventOptions
  @OptionGroup var offline: OfflineOptions
  @OptionGroup var connection: Connection

  func run(_ type: String, acceptBy: String?, carrier: String? = nil, annexes: [String: [String]]? = nil) async throws {
    let desk = try offline.desk(connection)
    let source = try await desk.source(statement, events: sources(type))
    var request = event.request(type)
    place.put(into: &request)
    request.statement = source.statement
    request.to = to
    request.officers = officers
    request.libertyStatus = liberty.liberty
    request.acceptBy = acceptBy
    request.carrier = carrier
    request.annexes = annexes
    try additions.put(into: &request, handing: source.kind, desk.language)
    request.lines = try await desk.selected(lines, of: source.statement)
    try await desk.make(request)
  }

  private func sources(_ type: String) -> [String] {
    type == "offer"
      ? ["intake", "redirect", "release"] : ["offer-agreed", "offer", "intake", "redirect", "release"]
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
  @Option(
    name: .long, help: "Who brings them, MEMBER/authority: it is told, and records the road with `amana transit`.")
  var carrier: String?
  @OptionGroup var annexes: AnnexOptions
  @OptionGroup var options: HandoverOptions

  func run() async throws {
    try await options.run(
      "release", acceptBy: acceptBy, carrier: carrier, annexes: annexes.read(options.connection.language))
  }
}

/// Agrees to an offer, a recall or a request to return people.
struct Agree: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Agree to an offer made to you, to a recall of what was released to you, or to return people.",
    discussion: """
      Agreeing to a recall gives the decision back to its releaser: you can't accept these lines any more. Whom you agree \
      to return you then release back.
      """)
  @Option(name: .long, help: "Of a recall or a request to return people: only these of its lines.") var lines: String?
  @OptionGroup var options: ProposalAnswer
  @OptionGroup var offline: OfflineOptions

  func run() async throws {
    try await options.run(
      ["offer": "offer-agreed", "recall": "recall-agreed", "return-requested": "return-agreed"], lines: lines,
      at: offline.desk(options.connection))
  }
}

/// Declines an offer, a recall or a request to return people.
struct Decline: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Decline an offer made to you, a recall of what was released to you, or to return people.")
  @OptionGroup var options: ProposalAnswer

  func run() async throws {
    try await options.run(
      ["offer": "offer-declined", "recall": "recall-refused", "return-requested": "return-refused"], lines: nil,
      at: options.connection.session)
  }
}

/// What all answers to a partner's proposal have in common.
struct ProposalAnswer: ParsableArguments {
  @Argument(help: "The offer, recall or request: the beginning of its id or its record's id.") var proposal: String
  @Option(name: .long, help: "The code of the reason.") var reason: String?
  @OptionGroup var event: EventOptions
  @OptionGroup var connection: Connection

  /// - Parameters:
  ///   - answers: the event that answers each kind of proposal.
  ///   - desk: where it is drafted.
  func run(_ answers: [String: String], lines: String?, at desk: any DraftDesk) async throws {
    // A record that was offered, released and asked back means what came last.
    let found = try await desk.source(proposal, events: ["return-requested", "recall", "offer"])
    var request = event.request(answers[found.event] ?? found.event)
    request.statement = found.statement
    request.reason = reason
    let isAsked = found.event != "offer"
    guard lines == nil || isAsked else {
      throw CommandFailure(Exit.usage, say(.linesOfOffer, in: desk.language))
    }
    if isAsked { request.lines = try await desk.selected(lines, of: found.statement) }
    try await desk.make(request)
  }
}
