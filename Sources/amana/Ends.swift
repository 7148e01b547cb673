import ArgumentParser
import ControlAPI
import Custody

/// Says what befell people.
struct Incident: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Record what befell people in your hands, or on the road of a release: a death, an escape, a birth …",
    discussion: """
      A death ends the chain, an escape or missing suspends it, found resumes it; you stay responsible. While a release is \
      open only its receiver's answer counts: `amana ended` for a death, `amana missing` for who is not there. A death \
      needs a physician's approval; where nobody can give it, say --without medical, and the statement says so. A newborn \
      is then taken in with `amana intake --citing`.
      """)
  @Argument(
    help: "death, birth, escape, hospital, injury, separation, missing, found or released-in-error.")
  var incident: String
  @OptionGroup var people: OccurrenceOptions

  func validate() throws {
    guard IncidentCode(rawValue: incident) != nil else {
      throw usage(.usageNoneOf, incident, IncidentCode.allCases.map(\.rawValue).joined(separator: ", "))
    }
  }

  func run() async throws { try await people.draft("incident") { $0.incident = incident } }
}

/// Sets people free.
struct ReleaseToLiberty: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "release-to-liberty", abstract: "Set people free who are in your custody: their chain ends.",
    discussion: """
      Two officers and a witness approve, and somebody in the office of person who took the mark; --mark refused or unable \
      says that there is none. One approval is the mark of one person: name one line. While a release is open its \
      receiver answers `amana ended`.
      """)
  @Option(name: .long, help: "How the person acknowledged it: signed, thumbprint, refused or unable.") var mark: String
  @OptionGroup var people: OccurrenceOptions

  func validate() throws {
    guard LibertyMark(rawValue: mark) != nil else {
      throw usage(.usageOneOf, "--mark", LibertyMark.allCases.map(\.rawValue).joined(separator: ", "))
    }
  }

  func run() async throws { try await people.draft("released-to-liberty") { $0.mark = mark } }
}

/// Whom something befell, and what goes with the word of it.
struct OccurrenceOptions: ParsableArguments {
  @Argument(help: "A statement with these lines: the beginning of its id or its record's id.") var statement: String
  @Option(name: .long, help: "Whom it befell: numbers, ranges or register references, by comma.") var lines: String?
  @Option(name: .long, help: "The code of the reason.") var reason: String?
  @Option(
    name: .long,
    help:
      "An office in which nobody can approve now, medical, witness or person: it is recorded as missing. Repeatable.")
  var without: [String] = []
  @OptionGroup var annexes: AnnexOptions
  @OptionGroup var place: PlaceOptions
  @OptionGroup var event: EventOptions
  @OptionGroup var offline: OfflineOptions
  @OptionGroup var connection: Connection

  /// Drafts it.
  func draft(_ type: String, _ change: (inout DraftRequest) -> Void) async throws {
    var request = event.request(type)
    place.put(into: &request)
    change(&request)
    request.reason = reason
    request.without = without.isEmpty ? nil : without
    request.annexes = try annexes.read(connection.language)
    let befallen = OfflineDesk.befallen.map(\.rawValue)
    try await offline.desk(connection).draft(request, about: lines, of: statement, events: befallen)
  }
}

/// Answers lines whose people died on the road or were set free there.
struct Ended: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Answer lines of a release whose people died on the road or were set free there: their chain ends.",
    discussion: "Who escaped or is not there is `amana missing`.")
  @Argument(help: "The release: the beginning of its id or its record's id.") var release: String
  @Option(
    name: .long, help: "The death or the release to liberty: the beginning of its statement's or record's id.")
  var incident: String
  @Option(name: .long, help: "Only these lines of the release. Default: all whom the incident is about.")
  var lines: String?
  @Option(name: .long, help: "The code of the reason.") var reason: String?
  @OptionGroup var place: PlaceOptions
  @OptionGroup var event: EventOptions
  @OptionGroup var connection: Connection

  func run() async throws {
    let session = connection.session
    let answered = try await session.statement(release, events: ["redirect", "release"]).statement
    let cited = try await session.statement(incident, events: ["incident", "released-to-liberty"]).statement
    let shown = try await session.get("/v1/statements/\(answered)/lines", as: [LineView].self)
    let befallen = Set(try await session.get("/v1/statements/\(cited)/lines", as: [LineView].self).map(\.subject))
    let chosen =
      try lines.map { try LineSelection($0).indexes(in: shown) }
      ?? shown.filter { befallen.contains($0.subject) }.map(\.line)
    guard !chosen.isEmpty else {
      throw CommandFailure(Exit.doesNotHold, say(.incidentOfOthers, in: session.language, incident, release))
    }
    var request = event.request("outcome")
    place.put(into: &request)
    request.statement = answered
    request.answers = chosen.map { line in
      var answer = DraftRequest.Answer(line: line, outcome: "ended", discrepancies: [])
      answer.incident = cited
      answer.reason = reason
      return answer
    }
    session.report(try await session.post("/v1/drafts", request, as: DraftView.self))
  }
}

/// Holds a handover for complete.
struct Close: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Close a release whose every line is answered: its releaser first, then its receiver.",
    discussion: "What is closed is not recalled or redirected any more; whoever was given back is released anew.")
  @Argument(help: "The release: the beginning of its id or its record's id.") var release: String
  @Option(name: .long, help: "The code of the reason.") var reason: String?
  @OptionGroup var event: EventOptions
  @OptionGroup var connection: Connection

  func run() async throws {
    var request = event.request("closed")
    request.reason = reason
    try await connection.session.draft(request, about: nil, of: release, events: ["redirect", "release"])
  }
}
