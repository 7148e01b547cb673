import ControlAPI
import Foundation
import Testing
import TransparencyLog

extension EndToEnd {
  @Suite("The log as plain files")
  struct TilesTests {
    /// SYR keeps its log as files and its courier hands them out; IRQ does neither.
    private static func set(_ wire: Loopback) throws {
      let text = #"{"tiles": {"directory": "\#(wire.folder)/tiles"}}"#
      for file in ["amanad.json", "amana-courier.json"] {
        try text.write(toFile: "\(wire.syr.folder)/\(file)", atomically: true, encoding: .utf8)
      }
    }

    /// What a peer's courier is answered, by curl with its certificate.
    private func get(_ path: String, of member: Int, _ wire: Loopback) throws -> (status: String, file: String) {
      let file = "\(wire.folder)/answer"
      let keys = "\(wire.members[1 - member].folder)/keys"
      let curl = try Command(
        "curl",
        [
          "-sSk", "--cert", "\(keys)/transport.crt", "--key", "\(keys)/transport.pem", "-o", file, "-w",
          "%{http_code} %{content_type}", "https://127.0.0.1:\(wire.ports[member])\(path)",
        ], logs: wire.syr.logs
      ).finished()
      return (curl.output, file)
    }

    private func shown(_ folder: String) throws -> UInt64 {
      try TileFolder(path: folder).checkpoint()?.checkpoint.size ?? 0
    }

    @Test("The daemon keeps them, its courier hands them to peers, and whoever has them all verifies the log offline")
    func served() async throws {
      try await Loopback.run(.init(prepare: Self.set)) { wire in
        let release = try await wire.release(3)
        try await wire.irq.arrived(release)
        try await wire.syr.allDelivered()
        let folder = "\(wire.folder)/tiles/log/1"
        #expect(try await becomes { try await wire.syr.status().size == shown(folder) })
        let size = try shown(folder)
        #expect(size > 4)
        let roster = "\(wire.folder)/roster.cose"
        let holds = try wire.syr.amana("tiles", "verify", folder, "--roster", roster)
        #expect(holds.code == 0 && holds.output.contains("HOLDS: log syr.example"), "\(holds)")
        let alone = try wire.syr.amana("tiles", "verify", folder, "--lang", "ar")
        #expect(alone.code == 3 && alone.output.contains("لمن هذا السجل"), "\(alone)")
        // A stranger's copy, fetched file by file from the courier.
        let copy = TileFolder(path: "\(wire.folder)/copy")
        for file in TilePath.added(from: 0, to: size) + [.checkpoint] {
          let answer = try get("/log/1/\(file.text)", of: 0, wire)
          #expect(answer.status.hasPrefix("200 "), "\(file.text): \(answer.status)")
          try copy.write(file, [UInt8](Data(contentsOf: URL(filePath: answer.file))))
        }
        #expect(try wire.irq.amana("tiles", "verify", copy.path, "--roster", roster).code == 0)
        let newest = try get("/tile/0/000.p/\(size)", of: 0, wire)
        #expect(newest.status == "200 application/octet-stream", "\(newest)")
        for absent in ["/tile/0/001", "/tile/0/000.p/\(size + 1)", "/log/2/checkpoint", "/log/0/checkpoint"] {
          #expect(try get(absent, of: 0, wire).status.hasPrefix("404 "), "\(absent)")
        }
        for odd in ["/log/1/../../../roster.cose", "/tile/0/..%2f..%2fcheckpoint", "/log/1/tile/0/000/"] {
          #expect(try get(odd, of: 0, wire).status.hasPrefix("404 "), "\(odd)")
        }
        #expect(try get("/log/1/checkpoint", of: 1, wire).status.hasPrefix("404 "), "IRQ hands out none")
        try wire.audit()
      }
    }

    @Test("An export is brought up to date, never mixed with another log, and a changed byte is found")
    func exported() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let folder = "\(world.folder)/export"
        let first = try syr.amana("tiles", "export", folder, "--json")
        #expect(first.code == 0 && first.output.contains("amana.tiles.export"), "\(first)")
        let before = try shown(folder)
        for _ in 0..<3 { _ = try await syr.sign(syr.intake()) }
        #expect(try syr.amana("tiles", "export", folder).code == 0)
        let size = try shown(folder)
        #expect(size == before + 3)
        let again = try syr.amana("tiles", "export", folder)
        #expect(again.code == 0 && again.output.contains("0 files are new"), "\(again)")
        let other = try irq.amana("tiles", "export", folder)
        #expect(other.code == 1 && other.errors.contains("name another folder"), "\(other)")
        #expect(try shown(folder) == size, "nothing was written")
        let roster = "\(world.folder)/roster.cose"
        #expect(try syr.amana("tiles", "verify", folder, "--roster", roster).code == 0)
        for file in TilePath.added(from: 0, to: size) {
          let path = URL(filePath: "\(folder)/\(file.text)")
          let good = try Data(contentsOf: path)
          var bad = good
          bad[bad.count / 2] ^= 1
          try bad.write(to: path)
          let answer = try syr.amana("tiles", "verify", folder, "--roster", roster)
          #expect(answer.code == 1 && answer.errors.contains(file.text), "\(answer)")
          try good.write(to: path)
        }
        let note = URL(filePath: "\(folder)/checkpoint")
        let text = try String(contentsOf: note, encoding: .utf8)
        for (bad, code) in [(text.replacing("\n\(size)\n", with: "\n\(size - 1)\n"), 1), ("", 2), ("x", 2)]
          as [(String, Int32)]
        {
          try bad.write(to: note, atomically: true, encoding: .utf8)
          #expect(try syr.amana("tiles", "verify", folder, "--roster", roster).code == code, "\(bad)")
        }
      }
    }

    /// A web server that nobody here wrote hands the files out as they lie.
    @Test("nginx serves an exported folder, and what is fetched from it verifies") func nginx() async throws {
      try await World.run { world in
        _ = try await world.syr.sign(world.syr.intake())
        let folder = "\(world.folder)/www"
        #expect(try world.syr.amana("tiles", "export", folder).code == 0)
        let port = Port.free()
        let configuration = """
          daemon off; master_process off; pid \(world.folder)/nginx.pid; error_log \(world.folder)/nginx.log;
          events {} http { access_log off; client_body_temp_path \(world.folder)/a; proxy_temp_path \(world.folder)/b;
          fastcgi_temp_path \(world.folder)/c; uwsgi_temp_path \(world.folder)/d; scgi_temp_path \(world.folder)/e;
          server { listen 127.0.0.1:\(port); root \(folder); default_type application/octet-stream; } }
          """
        try configuration.write(toFile: "\(world.folder)/nginx.conf", atomically: true, encoding: .utf8)
        let server = try Command("nginx", ["-c", "\(world.folder)/nginx.conf"], logs: world.logs)
        Running.shared.add(server)
        func fetch(_ file: TilePath) throws -> Int32 {
          try Command(
            "curl",
            [
              "-sSf", "--create-dirs", "-o", "\(world.folder)/fetched/\(file.text)",
              "http://127.0.0.1:\(port)/\(file.text)",
            ], logs: world.logs
          ).finished().code
        }
        let answers = poll { (try? fetch(.checkpoint)) == 0 }
        #expect(answers, "\(server.errors)")
        for file in TilePath.added(from: 0, to: try shown(folder)) { #expect(try fetch(file) == 0, "\(file.text)") }
        let verified = try world.syr.amana(
          "tiles", "verify", "\(world.folder)/fetched", "--roster", "\(world.folder)/roster.cose")
        #expect(verified.code == 0, "\(verified)")
      }
    }
  }
}
