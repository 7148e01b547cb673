import ControlAPI
import Foundation
import Testing

/// Members that exchange by wire on loopback: each with a daemon and a courier, each a peer of the others.
final class Loopback {
  let folder: String
  let members: [TestAuthority]
  let digest: String
  private(set) var daemons: [Daemon] = []
  private(set) var couriers: [Courier] = []
  /// Where each member's peer service listens.
  let ports: [Int]
  /// The exchange socket of each member as its courier knows it.
  var exchangeSockets: [String]
  /// The network namespace that each courier runs in and its address there; empty: this one, on loopback.
  var places: [(namespace: String, address: String)] = []

  var syr: TestAuthority { members[0] }
  var irq: TestAuthority { members[1] }

  static let names = ["SYR/prisons", "IRQ/justice", "TUR/migration", "JOR/interior", "UNO/observer"]

  struct Setting {
    var members = 2
    var names = Loopback.names
    var daemon: [String] = []
    var courier: [String] = []
    /// The address that one member (first) is told of another (second).
    var url: (Loopback, Int, Int) -> String = { wire, _, other in "https://127.0.0.1:\(wire.ports[other])" }
    /// Changes sockets or places before anything starts: where proxies are put between.
    var prepare: (Loopback) throws -> Void = { _ in }
  }

  /// Makes members and their processes, does the body, and cleans up whatever happens.
  static func run(_ setting: Setting = Setting(), _ body: (Loopback) async throws -> Void) async throws {
    let folder = try World.newFolder()
    defer {
      Running.shared.killAll()
      try? FileManager.default.removeItem(atPath: folder)
    }
    let wire = try Loopback(folder, Array(setting.names.prefix(setting.members)))
    try setting.prepare(wire)
    for index in wire.members.indices { try wire.startDaemon(index, setting.daemon) }
    for daemon in wire.daemons { _ = try daemon.ready() }
    for index in wire.members.indices {
      for other in wire.members.indices where other != index {
        let answer = try wire.members[index].amana(
          "peer", "add", wire.members[other].name, "--url", setting.url(wire, index, other))
        guard answer.code == 0 else { throw Stopped("\(answer)") }
      }
    }
    for index in wire.members.indices { try wire.startCourier(index, setting.courier) }
    for courier in wire.couriers { _ = try courier.ready() }
    try await body(wire)
  }

  private init(_ folder: String, _ names: [String]) throws {
    self.folder = folder
    members = names.map { name in
      let part = name.prefix(3).lowercased()
      return TestAuthority(
        name: name, folder: "\(folder)/\(part)", logs: "\(folder)/logs", site: "\(name.prefix(3))-SITE-01")
    }
    ports = members.map { _ in Port.free() }
    exchangeSockets = members.map(\.exchange)
    digest = try LoopbackTemplate.all.value(names).write(to: folder)
  }

  func startDaemon(_ index: Int, _ settings: [String] = []) throws {
    let all = settings + ["exchange.gossip-seconds=1"]
    let daemon = try members[index].daemon(all.flatMap { ["--set", $0] })
    if index < daemons.count { daemons[index] = daemon } else { daemons.append(daemon) }
  }

  func startCourier(_ index: Int, _ extra: [String] = [], environment: [String: String] = [:], descriptors: Int? = nil)
    throws
  {
    let courier = try Courier(
      members[index], port: ports[index], exchange: exchangeSockets[index],
      place: places.isEmpty ? nil : places[index], extra, environment: environment, descriptors: descriptors)
    if index < couriers.count { couriers[index] = courier } else { couriers.append(courier) }
  }
}

extension TestAuthority {
  var exchange: String { "\(folder)/exchange.sock" }

  /// What is on its way and has no verified receipt yet.
  func undelivered() async throws -> [OutboxView] { try await get("/v1/outbox?limit=1000") }

  /// Waits until everything has its verified receipt.
  func allDelivered(within seconds: Double = 60) async throws {
    var left: [OutboxView] = []
    let deadline = Date().addingTimeInterval(seconds)
    repeat {
      left = try await undelivered()
      if left.isEmpty { return }
      try await Task.sleep(for: .milliseconds(50))
    } while Date() < deadline
    throw Stopped("\(name): undelivered: \(left)")
  }

  /// Waits until a statement is here, and all that belongs to it.
  func arrived(_ statement: String, within seconds: Double = 60) async throws {
    let deadline = Date().addingTimeInterval(seconds)
    repeat {
      let inbox = try await get("/v1/inbox?limit=1000", as: [InboxView].self)
      if inbox.contains(where: { $0.statement == statement && $0.complete }) { return }
      try await Task.sleep(for: .milliseconds(50))
    } while Date() < deadline
    throw Stopped("\(statement) did not arrive at \(name)")
  }
}

/// What `amana init` wrote for so many members, made once.
final class LoopbackTemplate: @unchecked Sendable {
  // The lock guards the dictionary.
  static let all = LoopbackTemplate()
  private let lock = NSLock()
  private var made: [[String]: Files] = [:]

  struct Files {
    let digest: String
    let files: [String: Data]

    func write(to folder: String) throws -> String {
      for (path, content) in files {
        let url = URL(filePath: "\(folder)/\(path)")
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try content.write(to: url)
      }
      return digest
    }
  }

  func value(_ names: [String]) throws -> Files {
    try lock.withLock {
      if let known = made[names] { return known }
      let new = try Self.make(names)
      made[names] = new
      return new
    }
  }

  private static func make(_ names: [String]) throws -> Files {
    let folder = try World.newFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func amana(_ arguments: [String]) throws -> Answer {
      let answer = try Command("amana", arguments, logs: "\(folder)/logs").finished()
      guard answer.code == 0 else { throw Stopped("amana \(arguments): \(answer)") }
      return answer
    }
    var roster = ["init", "roster", "\(folder)/roster.cose", "--coalition", "Wire"]
    let all = names.map { (part: $0.prefix(3).lowercased(), name: $0) }
    for (part, name) in all {
      let role = name.hasSuffix("observer") ? "observer" : "custodian"
      _ = try amana([
        "init", "authority", "\(folder)/\(part)", "--name", name, "--uri", "https://\(part).example/custody",
        "--iso3", part.uppercased(), "--sites", "\(part.uppercased())-SITE-01", "--name-en", name, "--name-ar", "جهة",
        "--member-en", name, "--member-ar", "عضو", "--role", role,
      ])
      roster += ["--introduction", "\(folder)/\(part)/introduction.json"]
      roster += ["--root-key", "\(folder)/\(part)/root/root.pem"]
    }
    let digest = try amana(roster).lines.last?.filter { $0 != " " } ?? ""
    for (part, name) in all {
      _ = try amana([
        "init", "trust", "\(folder)/\(part)", "--name", name, "--roster", "\(folder)/roster.cose", "--digest", digest,
        "--one-user",
      ])
    }
    var files: [String: Data] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder) where !path.hasPrefix("logs") {
      files[path] = FileManager.default.contents(atPath: "\(folder)/\(path)")
    }
    return Files(digest: digest, files: files)
  }
}
