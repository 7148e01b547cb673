import COSE
import ControlAPI
import Foundation
import Glibc
import Roster
import Testing

extension EndToEnd {
  /// Two sockets, two interfaces, and one user who is answered on the second.
  @Suite struct ExchangeDoorTests {
    private static let id = String(repeating: "ab", count: 32)

    private struct Asked: Hashable {
      let method: String
      let path: String
    }

    private static let control = ControlOperation.allCases.map {
      Asked(method: $0.route.method.rawValue, path: $0.route.path.replacing("{id}", with: id))
    }
    private static let exchange = ExchangeOperation.allCases.map {
      Asked(method: $0.route.method, path: $0.route.path.replacing("{id}", with: id))
    }

    @Test("No control operation is reachable on the exchange socket and no exchange operation on the control socket")
    func apart() async throws {
      try await World.run { world in
        // Where both interfaces have a path of this name each answers with its own operation.
        let both = Set(Self.control).intersection(Self.exchange)
        #expect(both.count < 4, "\(both)")
        let raw = RawClient(world.syr, world.logs)
        func ask(_ asked: [Asked], at socket: String) throws -> [RawAnswer] {
          try raw.batch(asked.map { RawRequest.http($0.method, $0.path, body: []) }, at: socket)
        }
        let exchange = ExchangeClient(world.syr)
        for (asked, answer) in zip(Self.control, try ask(Self.control, at: exchange.socket)) {
          if both.contains(asked) {
            #expect(answer.type != "application/json", "\(asked)")
          } else {
            #expect(answer.status == 404 && answer.type == ConciseProblem.mediaType, "\(asked) \(answer)")
          }
        }
        for (asked, answer) in zip(Self.exchange, try ask(Self.exchange, at: world.syr.socket)) {
          if both.contains(asked) {
            #expect(!answer.type.contains("cbor"), "\(asked)")
          } else {
            #expect([404, 405].contains(answer.status) && answer.type == Problem.mediaType, "\(asked) \(answer)")
          }
        }
        #expect(try await exchange.get(.getPeers, as: ExchangePeers.self).own.authority.description == world.syr.name)
      }
    }

    @Test("Whoever is not the courier's user is not answered, not even root, and is counted")
    func strangers() async throws {
      try await World.run(starts: false) { world in
        let syr = world.syr
        let ask = [RawRequest.http("GET", "/v1/peers")]
        let raw = RawClient(syr, world.logs)
        let exchange = ExchangeClient(syr)
        // No such user on this machine: couriers of the daemon's own are answered, and that is said.
        let daemon = try syr.daemon(["--set", "exchange.user=nobody-of-this-name"]).ready()
        #expect(daemon.command.errors.contains("this machine has no user nobody-of-this-name"))
        #expect(try raw.batch(ask, at: exchange.socket).map(\.status) == [200])
        try daemon.stop()
        let strict = try syr.daemon(["--set", "exchange.user=uid:4242"]).ready()
        #expect(try raw.batch(ask, at: exchange.socket).map(\.status) == [0])
        if geteuid() == 0 {
          for path in [syr.folder, exchange.socket] {
            try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: path)
          }
          #expect(try raw.batch(ask + ask, asUser: 4243, at: exchange.socket).map(\.status) == [0, 0])
          #expect(try raw.batch(ask, asUser: 4242, at: exchange.socket).map(\.status) == [200])
        } else {
          print("SKIPPED: being another user needs root")
        }
        let metrics = String(decoding: try await syr.send(.get, "/v1/metrics").body, as: UTF8.self)
        let refused = geteuid() == 0 ? 3 : 1
        #expect(metrics.contains("amana_exchange_strangers_total \(refused)\n"), "\(metrics)")
        #expect(strict.command.errors.contains("the exchange socket is closed to uid"))
      }
    }

    @Test("Both sockets come from systemd by name, in any order; a third or a nameless second is refused")
    func inherited() async throws {
      try await World.run(starts: false) { world in
        let script = """
          import fcntl, os, socket, sys
          names, count = sys.argv[1], int(sys.argv[2])
          held = []
          for i in range(count):
              s = socket.socket(socket.AF_UNIX); s.bind(f"{sys.argv[3]}/handed-{i}.sock"); s.listen()
              held.append(fcntl.fcntl(s.fileno(), fcntl.F_DUPFD, 50))
          for i, fd in enumerate(held): os.dup2(fd, 3 + i, inheritable=True)
          os.environ.update(LISTEN_FDS=str(count), LISTEN_PID=str(os.getpid()), LISTEN_FDNAMES=names)
          os.execv(sys.argv[4], sys.argv[4:])
          """
        func start(_ names: String, _ count: Int) throws -> Command {
          for index in 0..<3 { try? FileManager.default.removeItem(atPath: "\(world.folder)/handed-\(index).sock") }
          let command = try Command(
            Command.python,
            [
              "-c", script, names, "\(count)", world.folder, "\(Command.binaries)/amanad", "--directory",
              world.syr.folder,
            ], logs: world.logs)
          Running.shared.add(command)
          return command
        }
        let exchange = ExchangeClient(world.syr)
        for (names, controlIndex, exchangeIndex) in [("control:exchange", 0, 1), ("exchange:control", 1, 0)] {
          let daemon = try start(names, 2)
          #expect(poll { daemon.errors.contains("ready: ") || !daemon.isRunning }, "\(daemon.errors)")
          let raw = RawClient(world.syr, world.logs)
          let control = "\(world.folder)/handed-\(controlIndex).sock"
          let other = "\(world.folder)/handed-\(exchangeIndex).sock"
          #expect(try raw.batch([RawRequest.http("GET", "/v1/status")], at: control).map(\.status) == [200])
          #expect(try raw.batch([RawRequest.http("GET", "/v1/keys")], at: other).map(\.status) == [200])
          #expect(!FileManager.default.fileExists(atPath: exchange.socket), "no socket of its own beside it")
          daemon.signal(SIGTERM)
          #expect(try daemon.finished().code == 0, "\(daemon.errors)")
        }
        for (names, count) in [("control:exchange:third", 3), ("control:control", 2), ("a:b", 2), ("", 2)] {
          let answer = try start(names, count).finished()
          #expect(answer.code == 1 && answer.errors.contains("systemd handed over \(count) sockets"), "\(answer)")
        }
        // One alone is the control socket: nobody is served on a second.
        let daemon = try start("unknown", 1)
        #expect(poll { daemon.errors.contains("ready: ") || !daemon.isRunning })
        #expect(daemon.errors.contains("no courier is served"), "\(daemon.errors)")
      }
    }

    @Test("The exchange socket's place is looked at like the other's")
    func place() async throws {
      try await World.run(starts: false) { world in
        let folder = "\(world.folder)/open"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder)
        let answer = try world.syr.daemon(["--set", "exchange.socket=\(folder)/a.sock"]).command.finished()
        #expect(answer.code == 1 && answer.errors.contains("chmod go-w \(folder)"), "\(answer)")
        #expect(!answer.errors.contains("ready: "))
        try "precious".write(toFile: "\(world.folder)/file", atomically: true, encoding: .utf8)
        let other = try world.syr.daemon(["--set", "exchange.socket=\(world.folder)/file"]).command.finished()
        #expect(other.code == 1 && other.errors.contains("choose another exchange.socket"), "\(other)")
        #expect(try String(contentsOfFile: "\(world.folder)/file", encoding: .utf8) == "precious")
      }
    }

    @Test("Garbage, half requests, bodies too large or too late on the exchange socket: a concise problem or nothing")
    func garbage() async throws {
      try await World.run { world in
        let exchange = ExchangeClient(world.syr)
        let raw = RawClient(world.syr, world.logs)
        let large = RawRequest.http("POST", "/v1/deliveries", ["content-length: 65537"], body: [])
        let requests = [
          RawRequest(bytes: Array("HELLO\r\n\r\n".utf8)), RawRequest(bytes: Array("GET /v1/pe".utf8)), large,
          RawRequest.http("GET", "/v1/peers?x=1"), RawRequest.http("GET", "/v1/entries/\(Self.id.uppercased())"),
          RawRequest.http("HEAD", "/v1/peers"), RawRequest.http("POST", "/v1/deliveries", body: []),
          RawRequest.http("POST", "/v1/deliveries", body: Array("{}".utf8)),
        ]
        let answers = try raw.batch(requests, at: exchange.socket)
        #expect(answers.map(\.status) == [400, 400, 413, 422, 404, 404, 400, 400], "\(answers)")
        #expect(answers.allSatisfy { $0.type == ConciseProblem.mediaType })
        #expect(try await exchange.ask(.getPeers).status == 200)
      }
    }
  }
}
