import ArgumentParser
import ControlAPI

/// Asks for people back who are released and not yet answered.
struct Recall: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Ask the receiver to give lines of your release back before it has answered.",
    discussion: """
      A recall is a request: it takes effect only when the receiver agrees, and only for lines that it has not answered. \
      Until then your release stands.
      """)
  @Argument(help: "Your release: the beginning of its id or its record's id.") var release: String
  @Option(
    name: .long, help: "Only these lines: numbers, ranges or register references. Default: all without an answer.")
  var lines: String?
  @Option(name: .long, help: "The code of the reason.") var reason: String?
  @OptionGroup var event: EventOptions
  @OptionGroup var offline: OfflineOptions
  @OptionGroup var connection: Connection

  func run() async throws {
    var request = event.request("recall")
    request.reason = reason
    try await offline.desk(connection).draft(request, about: lines, of: release, events: ["redirect", "release"])
  }
}

/// Releases again, to somebody else, whom the first receiver gave back.
struct Redirect: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Release refused or recalled lines to another receiver, which has agreed to an offer of them.",
    discussion: "Offer them first: `amana offer RELEASE --to OTHER/authority --lines THEM`, and wait for its agreement."
  )
  @Argument(help: "Your first release: the beginning of its id or its record's id.") var release: String
  @Option(name: .long, help: "The new receiver's agreement: the beginning of its id or its record's id.")
  var agreement: String
  @Option(name: .long, help: "Only these lines. Default: all that were refused or recalled.") var lines: String?
  @Option(name: .long, help: "Past this moment unanswered lines are overdue (RFC 3339 with offset).")
  var acceptBy: String?
  @OptionGroup var liberty: LibertyOption
  @Option(name: .long, help: "Who brings them, MEMBER/authority.") var carrier: String?
  @OptionGroup var additions: AdditionOptions
  @OptionGroup var place: PlaceOptions
  @OptionGroup var event: EventOptions
  @OptionGroup var connection: Connection

  func run() async throws {
    let session = connection.session
    var request = event.request("redirect")
    place.put(into: &request)
    let agreed = try await session.statement(agreement, events: ["offer-agreed"])
    request.agreement = agreed.statement
    try additions.put(into: &request, handing: agreed.kind, session.language)
    request.acceptBy = acceptBy
    request.libertyStatus = liberty.liberty
    request.carrier = carrier
    try await session.draft(request, about: lines, of: release, events: ["redirect", "release"])
  }
}

/// Says that custody of lines is disputed.
struct Dispute: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Put on record that custody of lines is disputed. It moves nobody.")
  @Argument(help: "A statement with these lines: the beginning of its id or its record's id.") var statement: String
  @Option(name: .long, help: "Only these lines. Default: all of the statement.") var lines: String?
  @Option(name: .long, help: "The code of the reason.") var reason: String
  @OptionGroup var event: EventOptions
  @OptionGroup var connection: Connection

  func run() async throws {
    var request = event.request("disputed")
    request.reason = reason
    try await connection.session.draft(request, about: lines, of: statement, events: disputable)
  }
}

/// Signs the end of a dispute.
struct Resolve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Sign, as one of its parties, who is the custodian of contested lines.",
    discussion: """
      A contested line is settled when the releaser, every addressee and every claimant have signed the same custodian \
      over the same last steps in the same round; a differing signature or a new step opens the next round. Two officers \
      must approve. `amana show ID --lines` names the parties and who has signed.
      """)
  @Argument(help: "A statement with these lines: the beginning of its id or its record's id.") var statement: String
  @Option(name: .long, help: "Who is responsible from then on, MEMBER/authority.") var custodian: String
  @Option(name: .long, help: "Only these lines. Default: all that are contested.") var lines: String?
  @Option(name: .long, help: "The code of the reason.") var reason: String?
  @OptionGroup var event: EventOptions
  @OptionGroup var connection: Connection

  func run() async throws {
    var request = event.request("dispute-resolved")
    request.custodian = custodian
    request.reason = reason
    try await connection.session.draft(request, about: lines, of: statement, events: disputable)
  }
}

/// Events whose lines can be disputed, the furthest step first.
private let disputable = [
  "outcome", "redirect", "release", "intake", "offer", "recall-agreed", "recall", "disputed", "dispute-resolved",
]
