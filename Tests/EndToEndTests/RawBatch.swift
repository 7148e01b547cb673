import Foundation

/// One request as bytes.
struct RawRequest {
  var bytes: [UInt8]
  /// Ends the sending side afterwards, so that what is missing never comes.
  var ends = true

  /// A request of its own connection, with a body if it has one.
  static func http(_ method: String, _ target: String, _ fields: [String] = [], body: [UInt8]? = nil) -> RawRequest {
    var lines = ["\(method) \(target) HTTP/1.1", "host: a", "connection: close"] + fields
    let isSized = fields.contains { $0.lowercased().hasPrefix("content-length") }
    if let body, !isSized { lines.append("content-length: \(body.count)") }
    return RawRequest(bytes: Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + (body ?? []))
  }
}

/// What came back, in parts.
struct RawAnswer: Decodable {
  let status: Int
  let type: String
  let fields: [String: String]
  let body: String
}

extension RawClient {
  /// Sends each request on a connection of its own, one after the other, in one process, as this user if one is named.
  func batch(_ requests: [RawRequest], asUser user: Int? = nil, at socket: String? = nil) throws -> [RawAnswer] {
    let folder = "\(logs)/\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (index, request) in requests.enumerated() {
      try Data(request.bytes).write(to: URL(filePath: "\(folder)/\(index)"))
    }
    let ends = requests.map { $0.ends ? "1" : "0" }.joined()
    let script = """
      import json, os, socket, sys
      path, folder, ends, user = sys.argv[1:5]
      requests = [open(f"{folder}/{i}", "rb").read() for i in range(len(ends))]
      if user != "-": os.setgroups([]); os.setgid(int(user)); os.setuid(int(user))
      answers = []
      for request, end in zip(requests, ends):
          s = socket.socket(socket.AF_UNIX); s.settimeout(60); s.connect(path)
          try:
              s.sendall(request)
              if end == "1": s.shutdown(socket.SHUT_WR)
          except OSError: pass
          out = b""
          try:
              while part := s.recv(1 << 20): out += part
          except OSError: pass
          s.close()
          head, _, body = out.partition(b"\\r\\n\\r\\n")
          lines = head.decode("latin-1").split("\\r\\n")
          fields = dict((k.strip().lower(), v.strip()) for k, _, v in (l.partition(":") for l in lines[1:]))
          status = int(lines[0].split(" ")[1]) if len(lines[0].split(" ")) > 1 else 0
          answers.append(dict(status=status, type=fields.get("content-type", ""), fields=fields,
                              body=body.decode("utf-8", "replace")))
      print(json.dumps(answers))
      """
    let answer = try Command(
      Command.python, ["-c", script, socket ?? authority.socket, folder, ends, user.map { String($0) } ?? "-"],
      logs: logs
    ).finished(within: 180)
    guard answer.code == 0 else { throw Stopped("the raw client failed: \(answer)") }
    return try JSONDecoder().decode([RawAnswer].self, from: Data(answer.output.utf8))
  }
}
