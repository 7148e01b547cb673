import COSE
import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster

@testable import amana

/// Every subcommand with arguments that fit one world: what all of them owe is asked of each.
struct EverySubcommand {
  struct Use {
    let arguments: [String]
    /// Whether what it says belongs to custody, so that an exercise must be named.
    var isCustody = true
    /// Whether it asks the daemon.
    var asks = true
    /// Whether it goes on until it is stopped.
    var endless = false
    /// Whether it also answers in JSON.
    var json = false
    var words: [String] { Suggestion.leaves().first { arguments.starts(with: $0) } ?? [] }
  }

  let world: World
  let uses: [Use]

  /// In a world with a release at IRQ, and a draft that waits at SYR.
  init(_ world: World) async throws {
    self.world = world
    let release = try await world.releaseArrived(6)
    let intake = try await world.syr.sign(world.syr.intake(6)).signedID
    let draft = try await world.syr.draft(world.syr.intake(6)).draftID
    let offered = try await world.syr.sign(world.syr.intake(6, hours: 5)).signedID
    let folder = world.folder
    try Persons.csv().write(toFile: "\(folder)/people.csv", atomically: true, encoding: .utf8)
    try Data(try await world.syr.bundle(to: world.irq)).write(to: URL(filePath: "\(folder)/made.amana"))
    if let line = try await world.syr.lines(intake).first {
      let disclosure = try await world.syr.disclosure(intake, line, ["age", "sex"])
      try Data(disclosure).write(to: URL(filePath: "\(folder)/made.disclosure"))
    }
    let roots = try MadeForks(world: world).roots()
    _ = try world.command(
      ["prove-fork"] + roots + ["--roster", "\(folder)/roster.cose", "--output", "\(folder)/made.fork"])
    _ = try world.syr.amana("report", "sign", try MadeReport(world).file)
    try Data(CodeList.embedded.first?.encoded() ?? []).write(to: URL(filePath: "\(folder)/reasons.json"))
    try FileManager.default.createDirectory(atPath: "\(folder)/codes", withIntermediateDirectories: true)
    try Data("attached".utf8).write(to: URL(filePath: "\(folder)/attached.txt"))
    _ = try await world.syr.send(
      .post, "/v1/messages",
      Array("{\"message_id\":\"\(UUID().uuidString)\",\"subject\":\"S\",\"to\":[\"IRQ/justice\"]}".utf8))
    let message = try await world.syr.newest("message").statement
    uses =
      try Self.exchanging(world, intake, message) + Self.reading(folder, intake, draft, release)
      + Self.onTheRoad(world, release) + Self.writing(world, intake, offered, release, draft) + Self.founding(world)
  }

  private static func reading(_ folder: String, _ intake: String, _ draft: String, _ release: String) -> [Use] {
    [
      Use(arguments: ["status"], json: true), Use(arguments: ["show"], json: true),
      Use(arguments: ["show", intake, "--lines"], json: true), Use(arguments: ["drafts"], json: true),
      Use(arguments: ["drafts", draft], json: true), Use(arguments: ["roster", "show"], json: true),
      Use(arguments: ["roster", "show", "\(folder)/roster.cose"], asks: false, json: true),
      Use(arguments: ["roster", "view"], json: true), Use(arguments: ["roster", "views"], json: true),
      Use(
        arguments: ["roster", "view", "--roster", "\(folder)/roster.cose", "--against", "\(folder)/roster.cose"],
        asks: false, json: true),
      Use(arguments: ["audit"], json: true), Use(arguments: ["ask", "who", intake, "--line", "HSK-1001"], json: true),
      Use(arguments: ["ask", "chain", intake, "--line", "HSK-1001"], json: true),
      Use(arguments: ["ask", "transit"], json: true), Use(arguments: ["ask", "unresolved", release], json: true),
      Use(arguments: ["ask", "held"], json: true), Use(arguments: ["ask", "duties"], json: true),
      Use(arguments: ["ask", "tally", "0194f0a0-0000-7000-8000-000000000002"]),
      Use(arguments: ["ask", "changes"], json: true),
      Use(arguments: ["receipt", intake, "--out", "\(folder)/receipt.cose"], json: true),
      Use(arguments: ["bundle", "list", "\(folder)/made.amana"], asks: false, json: true),
      Use(arguments: ["verify", "\(folder)/made.amana"], asks: false, json: true),
      Use(
        arguments: ["verify", "\(folder)/made.amana", "--roster", "\(folder)/roster.cose"], asks: false, json: true),
      Use(
        arguments: [
          "verify", "\(folder)/made.amana", "--roster", "\(folder)/roster.cose", "--key", "\(folder)/irq/keys/seal.pem",
        ], asks: false, json: true),
      Use(
        arguments: [
          "disclose", intake, "--line", "HSK-1001", "--fields", "age,sex", "--output", "\(folder)/own.disclosure",
        ], json: true),
      Use(arguments: ["certificate", intake, "--line", "HSK-1001"]),
      Use(
        arguments: ["verify", "\(folder)/made.disclosure", "--roster", "\(folder)/roster.cose"], asks: false,
        json: true),
      Use(arguments: ["inquiries"], json: true), Use(arguments: ["duties", "--all"], json: true),
      Use(arguments: ["look-alikes", intake, release], json: true),
      Use(arguments: ["tiles", "export", "\(folder)/tiles"], json: true),
      Use(
        arguments: ["tiles", "verify", "\(folder)/tiles", "--roster", "\(folder)/roster.cose"], asks: false, json: true),
      // Nothing is known of IRQ's log but that it goes on.
      Use(arguments: ["prove-fork", "--of", "IRQ/justice", "--output", "\(folder)/irq.fork"], json: true),
      Use(
        arguments: [
          "prove-fork", "\(folder)/fork-1.note", "\(folder)/fork-2.note", "--roster", "\(folder)/roster.cose",
          "--output", "\(folder)/own.fork",
        ], asks: false, json: true),
      Use(
        arguments: ["verify", "\(folder)/made.fork", "--roster", "\(folder)/roster.cose"], asks: false, json: true),
      Use(arguments: ["archive", "make", "\(folder)/archive"], json: true),
      Use(arguments: ["archive", "stamp", "\(folder)/archive"], json: true),
      Use(
        arguments: ["archive", "verify", "\(folder)/archive", "--roster", "\(folder)/roster.cose"], asks: false,
        json: true),
      Use(arguments: ["report", "sign", "\(folder)/seen/report.json"], json: true),
      Use(
        arguments: ["verify", "\(folder)/seen/report.cose", "--roster", "\(folder)/roster.cose"], asks: false,
        json: true),
      Use(arguments: ["checks"], isCustody: false, asks: false, json: true),
      Use(arguments: ["codes", "list"], isCustody: false, asks: false, json: true),
      Use(arguments: ["codes", "list", "reason"], isCustody: false, asks: false, json: true),
      Use(arguments: ["codes", "check", "\(folder)/reasons.json"], isCustody: false, asks: false, json: true),
      Use(arguments: ["codes", "export", "\(folder)/codes"], isCustody: false, asks: false),
      Use(arguments: ["check", "\(folder)/people.csv"], isCustody: false, asks: false, json: true),
      Use(arguments: ["template", "property-handover"], isCustody: false, asks: false),
      Use(arguments: ["config", "check", "--directory", "\(folder)/syr"], isCustody: false, asks: false, json: true),
      Use(arguments: ["config", "show", "--directory", "\(folder)/syr"], isCustody: false, asks: false, json: true),
    ]
  }

  /// Some of these are refused: a refusal is a screen too.
  private static func writing(
    _ world: World, _ intake: String, _ offered: String, _ release: String, _ draft: String
  ) -> [Use] {
    let (folder, syr, irq) = (world.folder, world.syr, world.irq.name)
    return [
      Use(arguments: ["intake", "\(folder)/people.csv", "--site", syr.site]),
      Use(arguments: ["offer", offered, "--to", irq]), Use(arguments: ["agree", offered]),
      Use(arguments: ["decline", offered]), Use(arguments: ["release", intake, "--to", irq]),
      Use(arguments: ["accept", release, "--all", "--site", syr.site]), Use(arguments: ["refuse", release, "--all"]),
      Use(arguments: ["incident", "injury", intake, "--lines", "0-15"]),
      Use(arguments: ["release-to-liberty", intake, "--lines", "0-15", "--mark", "refused"]),
      Use(arguments: ["ended", release, "--incident", offered]), Use(arguments: ["close", release]),
      Use(arguments: ["missing", release, "--all"]), Use(arguments: ["recall", release]),
      Use(arguments: ["redirect", release, "--agreement", offered]),
      Use(arguments: ["dispute", intake, "--reason", "identity"]),
      Use(
        arguments: ["inquire", intake, "--to", irq, "--for", "family", "--answer-by", "2099-01-01T00:00:00+03:00"]),
      Use(arguments: ["answer", release]), Use(arguments: ["protest", intake, "--reason", "wrong-person"]),
      Use(arguments: ["correct", intake, "--set", "language=ckb-Arab"]),
      Use(arguments: ["observed", intake, "--site", "M5"]),
      Use(arguments: ["notified", intake, "--duty", "family", "--means", "letter"]),
      Use(
        arguments: [
          "same-as", intake, offered, "--line", "HSK-1001", "--other-line", "HSK-1001", "--because", "document",
        ]),
      Use(
        arguments: [
          "not-same-as", intake, offered, "--line", "HSK-1001", "--other-line", "HSK-1001", "--because", "document",
        ]),
      Use(arguments: ["resolve", intake, "--custodian", irq]),
      Use(arguments: ["hold", intake, "--reason", "court-order"]),
      Use(arguments: ["erase", intake, "--reason", "mistake"]),
      Use(arguments: ["approve", draft, "--key", syr.officer(1)]), Use(arguments: ["discard", draft]),
      Use(arguments: ["bundle", "export", "\(folder)/out.amana", "--to", irq]),
      Use(arguments: ["bundle", "export", "\(folder)/clear.amana", "--to", irq, "--clear"]),
      Use(arguments: ["bundle", "import", "\(folder)/made.amana"], json: true),
      Use(arguments: ["kit", "\(folder)/kit.amana"]),
    ]
  }

  /// Where a release names no carrier, its releaser is one.
  private static func onTheRoad(_ world: World, _ release: String) -> [Use] {
    [
      Use(arguments: ["transit", "departed", release]),
      Use(arguments: ["transit", "waypoint", release, "--site", "M5"]),
      Use(arguments: ["transit", "stopover", release, "--site", "M6", "--host", world.syr.name]),
      Use(arguments: ["transit", "lodged", release]),
      Use(arguments: ["transit", "carrier-changed", release, "--to", world.irq.name]),
      Use(arguments: ["transit", "arrived", release]), Use(arguments: ["transit", "show", release], json: true),
      // Nobody has accepted yet, and nobody has asked.
      Use(arguments: ["return", "request", release]), Use(arguments: ["return", "agree", release]),
      Use(arguments: ["return", "refuse", release]), Use(arguments: ["consent", "give", release]),
      Use(arguments: ["consent", "refuse", release]), Use(arguments: ["consent", "withdraw", release]),
      Use(arguments: ["consent", "show", release], json: true),
    ]
  }

  private static func exchanging(_ world: World, _ intake: String, _ message: String) -> [Use] {
    let (folder, irq) = (world.folder, world.irq.name)
    let watch = ["watch", "--from", "0"]
    return [
      Use(arguments: ["peer", "add", irq, "--url", "https://irq.example"], json: true),
      Use(arguments: ["peer", "list"], json: true), Use(arguments: ["peer", "test", world.tur.name], json: true),
      Use(arguments: ["peer", "remove", irq]), Use(arguments: ["outbox", "list"], json: true),
      Use(arguments: ["outbox", "retry"], json: true),
      Use(arguments: ["inbox"], json: true), Use(arguments: watch, endless: true, json: true),
      Use(
        arguments: ["message", "send", "--to", irq, "--subject", "S", "\(folder)/attached.txt"], json: true),
      Use(arguments: ["roster", "view", "--send"], json: true),
      Use(arguments: ["timestamp", "request", intake, "--out", "\(folder)/request.tsq"]),
      // Neither is what it is said to be.
      Use(arguments: ["timestamp", "attach", intake, "--token", "\(folder)/people.csv"], isCustody: false),
      Use(arguments: ["import", "--cms", "\(folder)/people.csv"]),
      Use(arguments: ["message", "list"], json: true), Use(arguments: ["message", "read", message], json: true),
      Use(
        arguments: [
          "open", intake, "manifest", "--key", "\(world.syr.folder)/keys/seal.pem", "--out", "\(folder)/opened",
        ], json: true),
    ]
  }

  private static func founding(_ world: World) throws -> [Use] {
    let folder = world.folder
    let introduction = ["--introduction", "\(folder)/syr/introduction.json"]
    let key = "\(folder)/syr/root/root.pem"
    guard let thumbprint = try world.syr.key("\(folder)/syr/keys/receipt.pem").publicKey.thumbprint else {
      throw Stopped("a receipt key without a thumbprint")
    }
    let kid = hexadecimal(thumbprint)
    return [
      Use(
        arguments: [
          "init", "authority", "\(folder)/new", "--name", "XYZ/new", "--uri", "https://new.example", "--name-en", "New",
          "--name-ar", "جديد",
        ], isCustody: false, asks: false),
      Use(
        arguments: ["init", "roster", "\(folder)/own.cose", "--exercise", "--coalition", "C", "--root-key", key]
          + introduction, asks: false),
      Use(arguments: ["init", "sign", "\(folder)/own.cose", "--root-key", key], asks: false),
      Use(
        arguments: ["key", "generate", "--purpose", "officer", "--store", "\(folder)/officer-9.pem"], isCustody: false,
        asks: false, json: true),
      Use(arguments: ["key", "list", "\(folder)/syr"], asks: false, json: true),
      Use(
        arguments: ["key", "show", "\(folder)/syr/keys/receipt.pem", "--directory", "\(folder)/syr"], asks: false,
        json: true),
      Use(arguments: ["key", "rotate", "receipt", "--directory", "\(folder)/syr"], asks: false, json: true),
      Use(
        arguments: [
          "key", "retire", kid, "--directory", "\(folder)/syr", "--out", "\(folder)/retire-\(UUID().uuidString)",
        ], asks: false, json: true),
      Use(
        arguments: [
          "key", "revoke", kid, "--reason", "lost", "--directory", "\(folder)/syr", "--out",
          "\(folder)/revoke-\(UUID().uuidString)",
        ], asks: false, json: true),
      Use(
        arguments: ["key", "prove", "\(folder)/syr/keys/receipt.pem", "--directory", "\(folder)/syr"], asks: false,
        json: true),
      Use(
        arguments: [
          "init", "trust", "\(folder)/syr", "--name", "SYR/prisons", "--roster", "\(folder)/roster.cose", "--digest",
          world.digest, "--one-user",
        ], asks: false),
    ] + rosters(world, introduction)
  }

  /// From the text of a roster to its publication. World's own is for real custody or for an exercise, as the world is.
  private static func rosters(_ world: World, _ introduction: [String]) -> [Use] {
    let folder = world.folder
    let key = "\(folder)/syr/root/root.pem"
    let digest = ["--digest", world.digest]
    return [
      Use(
        arguments: ["roster", "init", "\(folder)/own.json", "--exercise", "--coalition", "C"] + introduction,
        asks: false),
      Use(arguments: ["roster", "propose", "\(folder)/own.json", "--output", "\(folder)/proposed.cose"], asks: false),
      Use(arguments: ["roster", "sign", "\(folder)/proposed.cose", "--root-key", key], asks: false),
      Use(arguments: ["roster", "publish", "\(folder)/roster.cose", "--directory", "\(folder)/irq"], asks: false),
      Use(arguments: ["roster", "verify", "\(folder)/roster.cose"] + digest, asks: false, json: true),
      Use(
        arguments: ["roster", "diff", "\(folder)/roster.cose", "\(folder)/roster.cose"], asks: false, json: true),
    ]
  }

  /// Starts one with its standard input closed, in a language.
  func run(_ use: Use, _ extra: [String] = [], redirect: String = "<&-") throws -> Answer {
    let socket = use.asks ? ["--socket", world.syr.socket] : []
    let program = "\(Command.binaries)/amana"
    let command = try Command(
      "sh", ["-c", "exec \"$0\" \"$@\" \(redirect)", program] + use.arguments + socket + extra, logs: world.logs)
    guard use.endless else { return try command.finished() }
    poll(30) { command.output.contains("\n") }
    command.signal(SIGINT)
    return try command.finished()
  }
}
