import COSE
import Custody
import Foundation
import OpenSSL
import Roster
import TestSupport

extension World {
  /// A world in which SYR's State is listed: its root for statements and time stamps. Nothing runs yet.
  /// - Parameter stamps: what IRQ's State has for time stamps, where it is listed too.
  static func certified(_ stamps: TestPKI? = nil, _ body: (World, TestPKI) async throws -> Void) async throws {
    try await World.run(starts: false) { world in
      let pki = try TestPKI()
      let root = try Certificate(pem: pki.root("root"))
      try pki.issue("middle", by: "root", extensions: TestPKI.authority)
      try pki.issue("tsa", by: "root", extensions: TestPKI.stamper)
      let other = try stamps.map { try Certificate(pem: $0.root("root")) }
      try stamps?.issue("tsa", by: "root", extensions: TestPKI.stamper)
      let roster = try world.next(after: world.firstRoster(), by: [world.syr, world.irq], version: 2) { authority in
        if let other, authority.name.description == world.irq.name {
          return authority.with(anchors: Anchors(timestamps: [other]))
        }
        guard authority.name.description == world.syr.name else { return authority }
        return authority.with(anchors: Anchors(statements: [root], timestamps: [root]))
      }
      for side in [world.syr, world.irq] { try world.pin(side, roster.bytes, roster.digest) }
      try Data(roster.bytes).write(to: URL(filePath: "\(world.folder)/roster.cose"))
      try await body(world, pki)
    }
  }

  /// The roster that `certified` pinned.
  func pinnedRoster() throws -> VerifiedRoster {
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: "\(folder)/roster.cose")))
    return try VerifiedRoster.verify(bytes, pinned: VerifiedRoster.digest(of: bytes))
  }
}

/// A bundle with one of its statements signed anew by a key that only certificates speak for.
struct Resigned {
  let bundle: [UInt8]
  /// The statement's new id.
  let id: String

  /// - Parameter without: another statement, which is left out.
  init(
    _ bytes: [UInt8], _ statement: String, by key: PrivateKey, chain: [Certificate], without: String? = nil
  ) throws {
    let old = try Custody.Bundle(decoding: bytes)
    var writer = BundleWriter(exercise: false, created: old.created, clear: false)
    for roster in old.rosters { writer.roster(roster.value) }
    var found: String?
    for item in old.statements where item.value.id.description != without {
      var signed = item.value
      if signed.id.description == statement {
        signed = try SignedStatement.sign(
          signed.event, issuer: signed.issuer, at: signed.issuedAt, with: key, chain: chain)
        found = signed.id.description
        writer.statement(signed.message.bytes)
      } else {
        writer.statement(signed.attaching(signed.receipts))
      }
      for reference in signed.event.sealed {
        if let ciphertext = old.sealed[reference.ciphertextDigest] {
          writer.sealed(reference.ciphertextDigest, ciphertext)
        }
      }
      writer.content(Content(slots: old.slots[item.value.id]), of: signed.id)
    }
    guard let found else { throw Stopped("\(statement) is not in the bundle") }
    (bundle, id) = (writer.bytes, found)
  }
}

/// A web server on loopback: a folder's files, and a time stamping authority that the stock command plays.
struct WebServer {
  private let folder: String
  private let command: Command

  init(_ world: World) throws {
    folder = "\(world.folder)/web"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let script = """
      import http.server, os, subprocess, sys, threading
      os.chdir(sys.argv[1]); lock = threading.Lock()
      class Handler(http.server.BaseHTTPRequestHandler):
          def reply(self, kind, body):
              self.send_response(404 if body is None else 200); self.send_header("Content-Type", kind)
              self.send_header("Content-Length", str(len(body or b""))); self.end_headers(); self.wfile.write(body or b"")
          def do_GET(self):
              name = os.path.basename(self.path)
              self.reply("application/pkix-crl", open(name, "rb").read() if os.path.exists(name) else None)
          def do_POST(self):
              query = self.rfile.read(int(self.headers["Content-Length"]))
              with lock:
                  open("query.tsq", "wb").write(query)
                  subprocess.run(["openssl", "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query.tsq", "-chain",
                      "chain.pem", "-out", "reply.tsr"], check=True)
                  self.reply(self.headers["Accept"], open("reply.tsr", "rb").read())
          def log_message(self, *_): pass
      server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
      print("port", server.server_address[1], flush=True)
      server.serve_forever()
      """
    command = try Command(Command.python, ["-c", script, folder], logs: world.logs)
    Running.shared.add(command)
    let command = command
    guard poll(until: { command.output.contains("\n") }) else { throw Stopped("no web server: \(command.errors)") }
  }

  func url(_ name: String) -> String {
    "http://127.0.0.1:\(command.output.split(separator: "\n").first?.split(separator: " ").last ?? "")/\(name)"
  }

  /// Puts a file there, whole at once.
  func put(_ name: String, _ bytes: [UInt8]) throws {
    try Data(bytes).write(to: URL(filePath: "\(folder)/\(name)"), options: .atomic)
  }

  /// Stamps from now on as an authority of this infrastructure does.
  func stamp(by pki: TestPKI) throws {
    // The first stamp writes the configuration.
    _ = try pki.stamp(TimeStampToken.request(over: [1]), by: "tsa", chain: ["tsa"])
    for name in ["tsa.cnf", "tsa.serial", "chain.pem", "tsa.pem", "tsa.key"] { try put(name, pki.tool.read(name)) }
  }
}
