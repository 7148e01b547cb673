import ControlAPI
import Custody
import Foundation
import Roster

/// Two daemons and a courier of the test's own between them.
struct Wire: Sendable {
  let from: TestAuthority
  let to: TestAuthority
  var sender: ExchangeClient { ExchangeClient(from) }
  var receiver: ExchangeClient { ExchangeClient(to) }

  /// Carries what belongs to a statement, from where it stopped, in pieces of this size.
  func carry(_ objects: [ExchangeObject], piece: Int = ExchangeOperation.pieceByteCount) async throws {
    for object in objects {
      let answer = try await receiver.ask(.getObjectState, ["peer": from.name], id: object.id)
      guard answer.status == 200 else { continue }
      var state = try ObjectState(decoding: answer.body)
      while !state.isWhole, state.offset < object.size {
        let bytes = try await sender.bytes(of: object.id, for: to, at: state.offset, piece)
        state = try await receiver.put(bytes, of: object.id, from: from, at: state.offset)
      }
    }
  }

  /// One round: everything that is due goes, with its objects, and the receipts come back.
  /// - Returns: how many statements were delivered.
  @discardableResult
  func round() async throws -> Int {
    var delivered = 0
    for item in try await sender.due(to: to) {
      try await deliver(item)
      delivered += 1
    }
    return delivered
  }

  func deliver(_ item: DueStatement) async throws {
    var answer = try await receiver.take(item.statement, from: from)
    if answer.status == .pending {
      try await carry(item.objects)
      answer = try await receiver.get(.getEntry, ["peer": from.name], id: item.entry)
    }
    guard answer.status == .registered else { throw Stopped("\(answer.status) \(answer.code ?? "")") }
    let report = try await sender.report(item.entry, to: to, .registered, receipt: answer.receipt)
    guard report.status == 204 else { throw Stopped("report: \(report.status)") }
  }

  /// Delivers until the next one that is due has objects beside it.
  func nextWithObjects() async throws -> DueStatement {
    while let item = try await sender.due(to: to).first {
      if !item.objects.isEmpty { return item }
      try await deliver(item)
    }
    throw Stopped("nothing that is due has objects")
  }

  /// Rounds until nothing is due: one round carries one statement of a record.
  @discardableResult
  func exchange() async throws -> Int {
    var total = 0
    while case let count = try await round(), count > 0 { total += count }
    return total
  }
}

extension ExchangeClient {
  func bytes(of object: [UInt8], for peer: TestAuthority, at offset: UInt64, _ length: Int) async throws -> [UInt8] {
    let answer = try await ask(
      .getObjectBytes, ["peer": peer.name, "offset": "\(offset)", "length": "\(length)"], id: object)
    guard answer.status == 200 else { throw Stopped("object bytes: \(answer.status)") }
    return answer.body
  }

  func put(_ bytes: [UInt8], of object: [UInt8], from peer: TestAuthority, at offset: UInt64) async throws
    -> ObjectState
  {
    let answer = try await ask(.takeObjectBytes, ["peer": peer.name, "offset": "\(offset)"], id: object, body: bytes)
    guard answer.status == 200 else {
      throw Stopped("put: \(answer.status) \((try? ConciseProblem(decoding: answer.body).code) ?? "")")
    }
    return try ObjectState(decoding: answer.body)
  }
}

extension World {
  func wire(_ from: TestAuthority, _ to: TestAuthority) -> Wire { Wire(from: from, to: to) }

  /// SYR sends everybody a message with a file. Returns the way to IRQ, and what is to be brought on it.
  func messageToAll() async throws -> (wire: Wire, item: DueStatement) {
    try addPeers()
    let note = "\(logs)/note.txt"
    try Data("Corridor closed.\n".utf8).write(to: URL(filePath: note))
    let sent = try syr.amana("message", "send", "--all", "--subject", "Corridor", note)
    guard sent.code == 0 else { throw Stopped("no message was sent: \(sent)") }
    let wire = self.wire(syr, irq)
    return (wire, try await wire.nextWithObjects())
  }

  /// Peers are told of each other, so that couriers are sent to them.
  func addPeers() throws {
    let all = [syr, irq, tur]
    for authority in all where FileManager.default.fileExists(atPath: authority.store) {
      let database = Database(authority.store, logs)
      for peer in all where peer.name != authority.name {
        try database.run(
          "INSERT OR REPLACE INTO peer VALUES ('\(peer.name)', 'https://127.0.0.1:1', 0, 0)")
      }
    }
  }

  /// SYR takes people in and releases them to IRQ; nothing has been carried yet.
  func released(_ count: Int = 3) async throws -> String { try await syr.releases(count, to: irq) }

  /// A statement of SYR's is at IRQ, and the objects that belong to it are awaited there.
  func awaited() async throws -> (wire: Wire, item: DueStatement) {
    try addPeers()
    _ = try await released()
    let wire = self.wire(syr, irq)
    let item = try await wire.nextWithObjects()
    _ = try await wire.receiver.take(item.statement, from: syr)
    return (wire, item)
  }
}
