import ArgumentParser
import ControlAPI

/// What happens on the road of a release.
struct TransitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "transit", abstract: "Record what happens on the road of a release, and show it.",
    discussion: """
      Its carrier signs: the authority that `amana release --carrier` named, or that a carrier of it names with \
      carrier-changed; where a release names none, its releaser or its receiver. Whoever lodges people on the way signs \
      lodged. None of it moves custody: whoever released them stays responsible until the receiver answers. Everybody on \
      the road is told.
      """,
    subcommands: [
      Departed.self, Waypoint.self, Stopover.self, Lodged.self, CarrierChanged.self, Arrived.self, TransitShow.self,
    ])
}

/// What everything on the road has in common.
struct TransitOptions: ParsableArguments {
  @Argument(help: "The release: the beginning of its id or its record's id.") var release: String
  @Option(name: .long, help: "The code of the reason.") var reason: String?
  @OptionGroup var place: PlaceOptions
  @OptionGroup var event: EventOptions
  @OptionGroup var connection: Connection

  func run(_ type: String, _ change: (inout DraftRequest) -> Void = { _ in }) async throws {
    var request = event.request(type)
    place.put(into: &request)
    request.reason = reason
    change(&request)
    try await connection.session.draft(request, about: nil, of: release, events: ["redirect", "release"])
  }
}

struct Departed: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Say that those released have departed. --site says where.")
  @OptionGroup var options: TransitOptions

  func run() async throws { try await options.run("departed") }
}

struct Waypoint: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Say that they passed a place, --site.")
  @OptionGroup var options: TransitOptions

  func run() async throws { try await options.run("waypoint") }
}

struct Arrived: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say that they arrived. The receiver's answer is `amana accept`, refuse or missing.")
  @OptionGroup var options: TransitOptions

  func run() async throws { try await options.run("arrived") }
}

struct Stopover: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Say that they stop at a place, --site, and in whose: that authority is told and signs `amana transit lodged`."
  )
  @Option(name: .long, help: "In whose place they stop, MEMBER/authority.") var host: String?
  @OptionGroup var options: TransitOptions

  func run() async throws { try await options.run("stopover") { $0.host = host } }
}

struct CarrierChanged: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "carrier-changed", abstract: "Say, as the one who carried them, who carries from here on.")
  @Option(name: .long, help: "Who carries from here on, MEMBER/authority.") var to: String
  @OptionGroup var options: TransitOptions

  func run() async throws { try await options.run("carrier-changed") { $0.carrier = to } }
}

struct Lodged: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say, as the one in whose place they stop, that they are lodged there and whether they are free.",
    discussion: "Where they are not at_liberty, --basis names why they may be held.")
  @Argument(help: "The carrier's stopover: the beginning of its id or its record's id.") var stopover: String
  @Option(name: .long, help: "Whether they are free there: detained, restricted or at_liberty.") var liberty: String?
  @Option(name: .long, help: "The code of the reason.") var reason: String?
  @OptionGroup var place: PlaceOptions
  @OptionGroup var event: EventOptions
  @OptionGroup var connection: Connection

  func run() async throws {
    var request = event.request("lodged")
    place.put(into: &request)
    request.reason = reason
    request.libertyStatus = liberty
    try await connection.session.draft(request, about: nil, of: stopover, events: ["stopover"])
  }
}

struct TransitShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show what is told of the road of a release, in the order in which it occurred.")
  @Argument(help: "The release: the beginning of its id or its record's id.") var release: String
  @Flag(name: .long, help: "Print JSON: amana.transit of docs/json.md.") var json = false
  @OptionGroup var connection: Connection

  func run() async throws {
    let session = connection.session
    let found = try await session.statement(release, events: ["redirect", "release"]).statement
    let road = try await session.all("/v1/statements/\(found)/transit", [], as: TransitView.self)
    guard !json else { return try printJSON(.transit, ["transit": road]) }
    let language = session.language
    var table = Table([Text.headOccurred, .headEvent, .headBy, .headPlace, .headDetail].map { say($0, in: language) })
    for told in road {
      table.add([
        told.occurredAt, word(told.event, in: language), told.issuer,
        [told.siteID, told.pcode].compactMap(\.self).joined(separator: " "), detail(of: told, in: language),
      ])
    }
    printTable(table, in: language)
    for told in road where !told.named {
      print(say(.transitUnnamed, in: language, told.issuer, word(told.event, in: language)))
    }
  }

  private func detail(of told: TransitView, in language: Language) -> String {
    let parts = [
      told.carrier.map { say(.transitCarrier, in: language, $0) },
      told.host.map { say(.transitHost, in: language, $0) },
      told.libertyStatus.map { word($0, in: language) },
    ]
    return parts.compactMap(\.self).joined(separator: separator(in: language))
  }
}
