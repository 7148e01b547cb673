import ControlAPI
import Custody
import Foundation
import Testing

extension EndToEnd {
  @Suite struct RawConvoyTests {
    @Test("A convoy by plain HTTP (curl on the socket): same custodians on both sides, audits hold")
    func convoyByCurl() async throws {
      try await World.run { world in
        let (syr, irq) = (Curl(world.syr, world.logs), Curl(world.irq, world.logs))
        let intake = try syr.sign(world.syr.intake())
        let release = try syr.sign(world.syr.request("release", intake, to: world.irq.name, hours: 8))
        try syr.carry(to: irq)
        let lines = try irq.get("/v1/statements/\(release)/lines", as: [LineView].self).map(\.line)
        _ = try irq.sign(world.irq.outcome(release, "accepted", Array(lines.dropLast(2)), hours: 3))
        _ = try irq.sign(world.irq.outcome(release, "refused", [lines[10]], hours: 3))
        _ = try irq.sign(world.irq.outcome(release, "missing", [lines[11]], hours: 3))
        try irq.carry(to: syr)
        let custody = try await world.custody(release)
        #expect(custody.syr == custody.irq && custody.syr.count == 12)
        #expect(custody.syr.count { $0.hasSuffix("IRQ/justice held") } == 10)
        #expect(custody.syr.count { $0.contains("SYR/prisons") } == 2)
        for side in [syr, irq] {
          let audit = try JSONDecoder().decode(AuditReport.self, from: side.send("POST", "/v1/audit", Data("{}".utf8)))
          #expect(audit.holds, "\(audit.problems)")
        }
      }
    }
  }
}

/// Asks a daemon with the `curl` command.
struct Curl {
  let authority: TestAuthority
  let logs: String

  init(_ authority: TestAuthority, _ logs: String) {
    self.authority = authority
    self.logs = logs
  }

  func send(_ method: String, _ path: String, _ body: Data? = nil) throws -> Data {
    let (sent, received) = ("\(logs)/\(UUID().uuidString)", "\(logs)/\(UUID().uuidString)")
    var arguments = [
      "-sS", "--fail-with-body", "--unix-socket", authority.socket, "-X", method, "-o", received,
      "http://amana\(path)",
    ]
    if let body {
      try body.write(to: URL(filePath: sent))
      let type = path.hasPrefix("/v1/bundles") ? Custody.Bundle.mediaType : "application/json"
      arguments += ["--data-binary", "@\(sent)", "-H", "content-type: \(type)"]
    }
    let answer = try Command("curl", arguments, logs: logs).finished()
    let content = try Data(contentsOf: URL(filePath: received))
    guard answer.code == 0 else {
      throw Stopped("\(method) \(path): \(answer) \(String(decoding: content, as: UTF8.self))")
    }
    return content
  }

  func get<Value: Decodable>(_ path: String, as type: Value.Type = Value.self) throws -> Value {
    try JSONDecoder().decode(type, from: send("GET", path))
  }

  func post<Value: Decodable>(_ path: String, _ body: some Encodable, as type: Value.Type = Value.self) throws -> Value
  {
    try JSONDecoder().decode(type, from: send("POST", path, JSONEncoder().encode(body)))
  }

  /// Drafts, approves twice, and returns the statement's id.
  func sign(_ request: DraftRequest) throws -> String {
    var view = try post("/v1/drafts", request, as: DraftView.self)
    for officer in 1...2 {
      let approval = try authority.approval(view, authority.officer(officer))
      view = try post("/v1/drafts/\(view.draftID)/approvals", approval)
    }
    guard let statement = view.statement else { throw Stopped("\(request.event) was not signed") }
    return statement
  }

  func carry(to other: Curl) throws {
    let report = try JSONDecoder().decode(
      ImportReport.self, from: other.send("POST", "/v1/bundles", send("GET", "/v1/bundle?to=\(other.authority.name)")))
    #expect(report.statements.allSatisfy { $0.result == "registered" || $0.result == "known" })
  }
}
