import Foundation

/// Bytes on the socket as no HTTP client would send them.
struct RawClient {
  let authority: TestAuthority
  let logs: String

  init(_ authority: TestAuthority, _ logs: String) {
    self.authority = authority
    self.logs = logs
  }

  /// Sends the first part, runs nothing else, sends the second, half-closes and returns all that comes back.
  func talk(
    _ first: [UInt8], then second: [UInt8] = [], signalling processID: Int32? = nil, with signal: String = "SIGTERM",
    asUser user: Int? = nil
  ) throws -> String {
    try run(
      """
      import os, signal, socket, sys, time
      if sys.argv[5] != "-": os.setuid(int(sys.argv[5]))
      s = socket.socket(socket.AF_UNIX); s.settimeout(40); s.connect(sys.argv[1])
      s.sendall(open(sys.argv[2], "rb").read())
      if sys.argv[4] != "-":
          time.sleep(0.3); os.kill(int(sys.argv[4]), signal.\(signal)); time.sleep(0.3)
      try:
          s.sendall(open(sys.argv[3], "rb").read()); s.shutdown(socket.SHUT_WR)
      except OSError: pass
      out = b""
      try:
          while True:
              part = s.recv(65536)
              if not part: break
              out += part
      except OSError: pass
      sys.stdout.write(out.decode("latin-1"))
      """, first, second, processID, user)
  }

  /// Sends and closes without reading.
  func sendAndLeave(_ bytes: [UInt8]) throws {
    _ = try run(
      """
      import socket, sys
      s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.sendall(open(sys.argv[2], "rb").read()); s.close()
      """, bytes, [], nil, nil)
  }

  private func run(_ script: String, _ first: [UInt8], _ second: [UInt8], _ processID: Int32?, _ user: Int?)
    throws -> String
  {
    let paths = try [first, second].map { bytes in
      let path = "\(logs)/\(UUID().uuidString).raw"
      try Data(bytes).write(to: URL(filePath: path))
      return path
    }
    let last = [processID.map { String($0) } ?? "-", user.map { String($0) } ?? "-"]
    let answer = try Command(Command.python, ["-c", script, authority.socket] + paths + last, logs: logs).finished()
    guard answer.code == 0 else { throw Stopped("the raw client failed: \(answer)") }
    return answer.output
  }
}
