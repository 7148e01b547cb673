import Foundation
import Glibc
import Testing

extension EndToEnd {
  /// Where the daemon binds its own socket, and what it takes over from systemd.
  @Suite struct SocketPlaceTests {
    private func mode(_ mode: Int, _ path: String) throws {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    /// It must not start with this socket, and the sentence must hold all of these.
    private func refused(_ side: TestAuthority, _ socket: String, _ parts: [String]) throws {
      let answer = try side.daemon(["--socket", socket]).command.finished()
      #expect(answer.code == 1 && !answer.errors.contains("ready: "), "\(answer)")
      for part in parts { #expect(answer.errors.contains(part), "\(part): \(answer)") }
    }

    @Test("A folder that others may write, sticky or not, or that is another's, is refused with the command to run")
    func folder() async throws {
      try await World.run(starts: false) { world in
        let folder = "\(world.folder)/run"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for bits in [0o777, 0o1777, 0o775, 0o757] {
          try mode(bits, folder)
          let octal = String(bits, radix: 8)
          try refused(
            world.syr, "\(folder)/a.sock",
            ["\(folder) has mode \(octal) and belongs to user \(geteuid())", "chmod go-w \(folder)"])
        }
        try mode(0o755, folder)
        try refused(world.syr, "\(folder)/missing/a.sock", ["the socket's folder \(folder)/missing is not there"])
        // One level above: sticky is good enough, open to all is not.
        let inner = "\(folder)/inner"
        try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: true)
        try mode(0o700, inner)
        try mode(0o777, folder)
        try refused(world.syr, "\(inner)/a.sock", ["\(folder) has mode 777", "chmod go-w \(folder)"])
        // A link does not hide whose folder it is.
        try FileManager.default.createSymbolicLink(atPath: "\(world.folder)/link", withDestinationPath: folder)
        try refused(world.syr, "\(world.folder)/link/a.sock", ["\(folder) has mode 777"])
        try mode(0o1777, folder)
        try world.syr.daemon(["--socket", "\(inner)/a.sock"]).ready().stop()
        if geteuid() == 0 {
          try FileManager.default.setAttributes([.ownerAccountID: 4242], ofItemAtPath: inner)
          try refused(world.syr, "\(inner)/a.sock", ["\(inner) belongs to user 4242", "chown 0 \(inner)"])
        } else {
          print("SKIPPED: another's folder needs root")
        }
      }
    }

    @Test("What is no socket is never removed: a file, a folder, a link, even one to a stale socket")
    func noSocket() async throws {
      try await World.run(starts: false) { world in
        let path = "\(world.folder)/x.sock"
        try "precious".write(toFile: path, atomically: true, encoding: .utf8)
        try refused(world.syr, path, ["\(path) is no socket: nothing is removed"])
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
        let stale = try world.syr.daemon().ready()
        stale.crash()
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: world.syr.socket)
        try refused(world.syr, path, ["\(path) is a symbolic link: nothing is removed"])
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path) == world.syr.socket)
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try refused(world.syr, path, ["\(path) is no socket: nothing is removed"])
      }
    }

    @Test("A path that the kernel would cut says so; 103 bytes do")
    func length() async throws {
      try await World.run(starts: false) { world in
        let room = 103 - world.folder.utf8.count - 1
        let longest = "\(world.folder)/\(String(repeating: "s", count: room))"
        try refused(world.syr, longest + "s", ["the path has 104 bytes", "at most 103 bytes"])
        try world.syr.daemon(["--socket", longest]).ready().stop()
      }
    }

    @Test(
      "An inherited descriptor that is no listening Unix stream socket is refused", arguments: ["-d", "tcp", "pipe"])
    func inherited(kind: String) async throws {
      try await World.run(starts: false) { world in
        // The descriptor is made 3 and the process replaced, as systemd does it.
        let script = """
          import os, socket, sys
          if sys.argv[1] == "-d": s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind(sys.argv[2])
          elif sys.argv[1] == "tcp": s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen()
          else: r, s = os.pipe()
          os.dup2(s if isinstance(s, int) else s.fileno(), 3)
          os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
          os.execv(sys.argv[3], sys.argv[3:])
          """
        let answer = try Command(
          Command.python,
          [
            "-c", script, kind, "\(world.folder)/handed.sock", "\(Command.binaries)/amanad", "--directory",
            world.syr.folder,
          ], logs: world.logs
        ).finished()
        #expect(answer.code == 1 && !answer.errors.contains("ready: "), "\(answer)")
        #expect(answer.errors.contains("is no listening Unix stream socket"), "\(answer)")
      }
    }
  }
}
