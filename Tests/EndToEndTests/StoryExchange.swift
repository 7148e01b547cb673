import ControlAPI
import Custody
import Foundation

/// What the commands of the exchange print: something delivered, something not, a message with an attachment, a peer tested.
extension Story {
  static func exchanging(_ world: World) async throws -> [Answer] {
    let (syr, irq, folder) = (world.syr, world.irq, world.folder)
    let wire = world.wire(syr, irq)
    var printed: [Answer] = []
    func print(_ side: TestAuthority, _ arguments: String...) throws {
      printed.append(try side.start(arguments + ["--json"]).finished())
    }
    let watching = try syr.start(["watch", "--json"])
    try print(syr, "peer", "add", irq.name, "--url", "https://irq.example")
    // Late, so that it is flagged.
    let draft = try await syr.draft(syr.intake(2, hours: 300))
    _ = try await syr.send(.delete, "/v1/drafts/\(draft.draftID)")
    let release = try await world.released()
    if let first = try await wire.sender.due(to: irq).first {
      _ = try await wire.sender.report(first.entry, to: irq, .failed, code: "tcp", detail: "refused")
    }
    _ = try syr.amana("bundle", "export", "\(folder)/carried.amana", "--to", irq.name)
    try print(syr, "outbox")
    try print(syr, "outbox", "retry")
    try print(syr, "status")
    try await EndToEnd.deliver(wire)
    let note = "\(folder)/note.txt"
    try Data("note".utf8).write(to: URL(filePath: note))
    try print(syr, "message", "send", "--to", irq.name, "--subject", "S", "--about", release, note)
    try await EndToEnd.deliver(wire)
    let message = try await irq.newest("message").statement
    try print(irq, "message", "read", message, "--save", folder + "/logs")
    try print(irq, "message", "list")
    try print(syr, "message", "list")
    try print(syr, "outbox", "--delivered")
    try print(irq, "inbox")
    try print(syr, "peer", "list")
    try print(syr, "peer", "add", irq.name, "--url", "https://irq.example:8443")
    try print(syr, "open", release, "manifest", "--key", "\(syr.folder)/keys/seal.pem", "--out", "\(folder)/manifest")
    printed.append(try await tested(world))
    poll(30) { watching.output.contains("\"alarm\"") || watching.output.contains("\"delivered\"") }
    watching.signal(SIGINT)
    let watched = try watching.finished()
    return printed + watched.lines.map { Answer(code: 0, output: String($0), errors: "") }
  }

  private static func tested(_ world: World) async throws -> Answer {
    let (syr, irq) = (world.syr, world.irq)
    let courier = ExchangeClient(syr)
    let command = try syr.start(["peer", "test", irq.name, "--json"])
    for _ in 0..<5 {
      let work = try await courier.get(.waitForWork, ["wait": "5"], as: ExchangeWork.self)
      if !work.tests.isEmpty { break }
    }
    let report = PeerTestReport(
      peer: try irq.authorityName,
      steps: [
        .init(name: "dns", verdict: .good, detail: "fine", value: 4), .init(name: "tcp", verdict: .bad, detail: "no"),
      ])
    _ = try await courier.ask(.reportPeerTest, body: report.encoded())
    return try command.finished()
  }
}
