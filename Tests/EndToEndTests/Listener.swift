import Foundation

/// Stands for systemd at the other end of $NOTIFY_SOCKET: every datagram becomes a line, line breaks in it " | ".
struct Listener {
  let socket: String
  private let command: Command

  init(_ world: World, name: String = "notify.sock") throws {
    try self.init(folder: world.folder, logs: world.logs, name: name)
  }

  init(folder: String, logs: String, name: String = "notify.sock") throws {
    socket = "\(folder)/\(name)"
    let script = """
      import socket, sys
      s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind(sys.argv[1]); print("bound", flush=True)
      while True: print(s.recv(65536).decode().replace("\\n", " | "), flush=True)
      """
    command = try Command(Command.python, ["-c", script, socket], logs: logs)
    Running.shared.add(command)
    let command = command
    guard poll(30, until: { command.output.contains("bound") }) else { throw Stopped("no listener: \(command.errors)") }
  }

  /// What arrived, in order.
  var lines: [String] { command.output.split(separator: "\n").dropFirst().map(String.init) }

  func hears(_ text: String, seconds: Double = 60) -> Bool { poll(seconds) { lines.contains { $0.contains(text) } } }
}
