import ArgumentParser
import ControlAPI
import Roster

/// With whom statements are exchanged by themselves.
struct PeerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "peer", abstract: "Say where partners' couriers are found, and test what works.",
    discussion: """
      A peer is an authority of the roster with an address and a transport certificate that the roster pins. What is due \
      to it leaves by itself; amana outbox shows what has not arrived.
      """,
    subcommands: [PeerAdd.self, PeerList.self, PeerTest.self, PeerRemove.self])
}

/// An authority as an argument.
struct PeerArgument: ParsableArguments {
  @Argument(help: "The authority, MEMBER/authority.") var authority: String

  func name(_ language: Language) throws -> AuthorityName {
    try amana.authority(authority, of: "AUTHORITY", language)
  }
}

/// Says where an authority's courier is found.
struct PeerAdd: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Exchange with an authority at an address; again to change the address.")
  @OptionGroup var peer: PeerArgument
  @Option(name: .long, help: "Where its courier is found: https://HOST or https://HOST:PORT.") var url: String
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.peer.add of docs/json.md.") var json = false
  @OptionGroup var connection: Connection

  func run() async throws {
    let session = connection.session
    let request = PeerRequest(authority: try peer.name(session.language).description, url: url)
    let view = try await session.post("/v1/peers", request, as: PeerView.self)
    if json { return try printJSON(.peerAdd, view) }
    let until = view.certificates.first.map { localTime($0.notAfter) } ?? "-"
    print(say(.peerAdded, in: session.language, view.authority, view.url, until))
  }
}

/// Lists the peers.
struct PeerList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List peers: address, how long the certificate lasts, last contact, what is due.")
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.peer.list of docs/json.md.") var json = false
  @OptionGroup var connection: Connection

  func run() async throws {
    let session = connection.session
    let language = session.language
    let peers = try await session.get("/v1/peers", as: [PeerView].self)
    if json { return try printJSON(.peerList, ["peers": peers]) }
    guard !peers.isEmpty else { return print(say(.peersNone, in: language)) }
    var table = Table(
      [.headPeer, .headAddress, .headCertificate, .headLastContact, .headUndelivered].map { say($0, in: language) })
    for peer in peers {
      table.add([
        peer.authority, peer.url, certificate(peer, language),
        peer.lastContact.map(localTime) ?? say(.peerNever, in: language), String(peer.undelivered),
      ])
    }
    printTable(table, in: language)
  }

  private func certificate(_ peer: PeerView, _ language: Language) -> String {
    guard let last = peer.certificates.first else { return say(.peerNoCertificate, in: language) }
    return say(.peerDays, in: language, String(max(0, (last.notAfter - now()) / secondsPerDay)))
  }
}

/// Exchanges with an authority no more.
struct PeerRemove: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Send nothing more to an authority by wire; what is due to it stays due.")
  @OptionGroup var peer: PeerArgument
  @OptionGroup var connection: Connection

  func run() async throws {
    let session = connection.session
    let name = try peer.name(session.language)
    _ = try await session.send(.delete, "/v1/peers?authority=\(name)")
    print(say(.peerRemoved, in: session.language, name.description))
  }
}

/// Has the courier try everything between the two.
struct PeerTest: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Try everything between this authority and a peer, step by step.",
    discussion: "The courier does it for the daemon, which has no network. Exit code 1 when a step fails, 3 when no "
      + "courier runs.")
  @OptionGroup var peer: PeerArgument
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.peer.test of docs/json.md.") var json = false
  @OptionGroup var connection: Connection

  func run() async throws {
    let session = connection.session
    let request = PeerTestRequest(authority: try peer.name(session.language).description)
    let view = try await session.post("/v1/peer-tests", request, as: PeerTestView.self)
    if json {
      try printJSON(.peerTest, Merged(view, ["works": view.works]))
    } else {
      PeerTestScreen(view: view, language: session.language).show()
    }
    if !view.works { throw ExitCode(Exit.doesNotHold) }
  }
}

/// A test on one screen: what works, what does not, what to do.
struct PeerTestScreen {
  let view: PeerTestView
  let language: Language

  private static let steps: [String: (name: Text, advice: Text)] = [
    "dns": (.stepDNS, .adviseDNS), "tcp": (.stepTCP, .adviseTCP), "tls": (.stepTLS, .adviseTLS),
    "certificate": (.stepCertificate, .adviseCertificate), "service": (.stepService, .adviseService),
    "roster": (.stepRoster, .adviseRoster), "clock": (.stepClock, .adviseClock),
    "checkpoint": (.stepCheckpoint, .adviseCheckpoint),
  ]
  private static let verdicts: [String: Text] = ["good": .wordWorks, "bad": .wordFails, "skipped": .wordNotTried]

  func show() {
    print(say(.peerTestHead, in: language, view.authority, view.url))
    var table = Table([.headStep, .headResult, .headFound].map { say($0, in: language) })
    for step in view.steps {
      table.add([
        name(step), Self.verdicts[step.verdict].map { say($0, in: language) } ?? step.verdict, step.detail,
      ])
    }
    printTable(table, in: language)
    let failed = view.steps.filter { $0.verdict == "bad" }
    for step in failed {
      print(say(.peerTestFails, in: language, name(step)))
      if let known = Self.steps[step.name] {
        print("  " + say(.peerTestNext, in: language, say(known.advice, in: language)))
      }
    }
    if view.works { print(say(.peerTestWorks, in: language, view.authority)) }
  }

  private func name(_ step: PeerTestView.Step) -> String {
    Self.steps[step.name].map { say($0.name, in: language) } ?? step.name
  }
}
