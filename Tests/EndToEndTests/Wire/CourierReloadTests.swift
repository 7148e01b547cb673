import ControlAPI
import Foundation
import Glibc
import Testing

extension EndToEnd {
  @Suite("A courier that goes on")
  struct CourierReloadTests {
    @Test("SIGHUP: settings and who is a peer are read again; what is broken is said and leaves the old in force")
    func reload() async throws {
      try await Loopback.run { wire in
        let systemd = try Listener(folder: wire.folder, logs: wire.syr.logs)
        let file = "\(wire.syr.folder)/amana-courier.json"
        wire.couriers[0].crash()
        try wire.startCourier(0, environment: ["NOTIFY_SOCKET": systemd.socket])
        let courier = try wire.couriers[0].ready()
        func reload(_ text: String) throws {
          try text.write(toFile: file, atomically: true, encoding: .utf8)
          let before = systemd.lines.filter { $0 == "READY=1" }.count
          courier.command.signal(SIGHUP)
          #expect(poll { systemd.lines.filter { $0 == "READY=1" }.count > before }, "\(systemd.lines)")
        }
        try reload(#"{"log": {"level": "info"}}"#)
        #expect(poll { courier.command.errors.contains("reloaded; changed: log.level") }, "\(courier.command.errors)")
        let begun = try #require(systemd.lines.first { $0.hasPrefix("RELOADING=1") })
        #expect(begun.wholeMatch(of: /RELOADING=1 \| MONOTONIC_USEC=[0-9]+/) != nil)
        try reload(#"{"log": {"level": "info"}, "limits": {"handshakes": 9}}"#)
        #expect(systemd.hears("STATUS=reload not taken whole: limits.handshakes takes effect at a restart"))
        try reload("{\n\"log\": {\"level\": \"loud\"}}")
        #expect(poll { courier.command.errors.contains("line 2: log.level: \"loud\" is not allowed") })
        // A key that does not belong to the certificate is not taken, and what is in force goes on.
        let key = "\(wire.syr.folder)/keys/transport.pem"
        let good = try Data(contentsOf: URL(filePath: key))
        try Data(contentsOf: URL(filePath: "\(wire.irq.folder)/keys/transport.pem")).write(to: URL(filePath: key))
        try reload("{}")
        #expect(poll { courier.command.errors.contains("the key and the certificate in force stay") })
        try good.write(to: URL(filePath: key))
        let release = try await wire.release(3)
        try await wire.irq.arrived(release)
        try await wire.syr.allDelivered()
        try reload("{}")
        #expect(systemd.lines.last { $0.hasPrefix("STATUS=") }?.hasPrefix("STATUS=port ") == true, "\(systemd.lines)")
        #expect(courier.command.isRunning)
      }
    }

    @Test("SIGHUP: another certificate serves connections from then on, and one that the Roster does not name is told")
    func certificate() async throws {
      try await Loopback.run { wire in
        let courier = wire.couriers[0]
        func shown() throws -> String {
          let openssl = "openssl s_client -connect 127.0.0.1:\(wire.ports[0]) -tls1_3 </dev/null 2>/dev/null"
          return try Command(
            "sh", ["-c", "\(openssl) | openssl x509 -noout -fingerprint -sha256"], logs: wire.syr.logs
          )
          .finished().output
        }
        let before = try shown()
        #expect(before.contains("Fingerprint="))
        for name in ["transport.pem", "transport.crt"] {
          let path = "\(wire.syr.folder)/keys/\(name)"
          try FileManager.default.moveItem(atPath: path, toPath: path + ".old")
          try FileManager.default.copyItem(atPath: "\(wire.irq.folder)/keys/\(name)", toPath: path)
        }
        courier.command.signal(SIGHUP)
        #expect(poll { courier.command.errors.contains("reloaded; another key or certificate") })
        #expect(poll { courier.command.errors.contains("the roster does not name our transport certificate") })
        #expect(try shown() != before)
        for name in ["transport.pem", "transport.crt"] {
          let path = "\(wire.syr.folder)/keys/\(name)"
          try FileManager.default.removeItem(atPath: path)
          try FileManager.default.moveItem(atPath: path + ".old", toPath: path)
        }
        courier.command.signal(SIGHUP)
        #expect(poll { (try? shown()) == before })
        let release = try await wire.release(3)
        try await wire.irq.arrived(release)
        try await wire.syr.allDelivered()
        #expect(courier.command.isRunning)
      }
    }

    @Test(
      "Without a free descriptor no connection is accepted; it says so, goes on, and serves when there is one again")
    func descriptors() async throws {
      try await Loopback.run { wire in
        wire.couriers[1].crash()
        try wire.startCourier(1, descriptors: 40)
        let courier = try wire.couriers[1].ready()
        // Connections that say nothing, from many addresses: of each a few are held while they may prove themselves.
        let script = """
          import socket, sys, time
          held = []
          for address in range(2, 12):
              for _ in range(8):
                  try:
                      one = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 5, ("127.0.0.%d" % address, 0))
                  except OSError:
                      continue
                  held.append(one)
          print("held", flush=True); time.sleep(600)
          """
        let crowd = try Command(Command.python, ["-c", script, "\(wire.ports[1])"], logs: wire.syr.logs)
        Running.shared.add(crowd)
        #expect(poll { courier.command.errors.contains("a connection could not be accepted") }, "\(crowd.errors)")
        #expect(courier.command.isRunning, "\(courier.command.errors)")
        crowd.kill()
        let release = try await wire.release(3)
        try await wire.irq.arrived(release)
        try await wire.syr.allDelivered()
        #expect(courier.command.isRunning)
      }
    }

    /// Reaching into another process needs root; without it the test says that it was not run.
    @Test("A socket that is lost is opened again, and what is due arrives")
    func lostSocket() async throws {
      guard geteuid() == 0 else {
        print("SKIPPED: taking a process's socket away needs root")
        return
      }
      try await Loopback.run { wire in
        let courier = wire.couriers[1]
        // Ends listening as if the socket had failed: accept() then says EINVAL.
        let script = """
          import ctypes, os, socket, sys
          process, port = int(sys.argv[1]), int(sys.argv[2])
          pidfd = os.pidfd_open(process)
          libc = ctypes.CDLL(None, use_errno=True)
          for name in os.listdir("/proc/%d/fd" % process):
              if not os.readlink("/proc/%d/fd/%s" % (process, name)).startswith("socket:"):
                  continue
              copy = libc.syscall(438, pidfd, int(name), 0)
              if copy < 0:
                  sys.exit("pidfd_getfd: %s" % os.strerror(ctypes.get_errno()))
              one = socket.socket(fileno=copy)
              if one.family == socket.AF_INET and one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                  assert one.getsockname()[1] == port
                  one.shutdown(socket.SHUT_RDWR)
                  print("gone", flush=True)
          """
        let taking = try Command(
          Command.python, ["-c", script, "\(courier.command.processID)", "\(wire.ports[1])"], logs: wire.syr.logs
        ).finished()
        if taking.errors.contains("not permitted") {
          print("SKIPPED: a process's socket may not be taken away here: \(taking.errors.suffix(200))")
          return
        }
        #expect(taking.output.contains("gone"), "\(taking)")
        #expect(poll { courier.command.errors.contains("it is opened again") }, "\(courier.command.errors)")
        let release = try await wire.release(3)
        try await wire.irq.arrived(release)
        try await wire.syr.allDelivered()
        #expect(courier.command.isRunning)
      }
    }
  }
}
