import ControlAPI
import Custody
import ReceiptStore
import Roster
import TransparencyLog

/// What the exchange socket needs of whoever takes single statements in.
protocol EntryTaking: Sendable {
  /// Takes a statement that a peer hands in; the same again has no further effect and the same answer.
  func take(_ bytes: [UInt8], from peer: Authority) async throws -> EntryAnswer

  /// What is said of an entry to this peer; nil when it is not here or not for it.
  func answer(of entry: LogEntry, to peer: Authority) async throws -> EntryAnswer?

  /// An object has arrived whole: what waited for it may be complete now.
  func arrived(object: [UInt8]) async throws
}

struct ProvisionalReceiving: EntryTaking {
  let offices: OfficeInForce
  let store: ReceiptStore
  let sequencer: Sequencer

  func take(_ bytes: [UInt8], from peer: Authority) async throws -> EntryAnswer {
    let office = offices.current
    let signed: SignedStatement
    do { signed = try SignedStatement(decoding: bytes) } catch {
      throw Problem(status: 422, code: error.reason.rawValue, title: "It cannot be read", detail: "\(error)", next: "x")
    }
    do {
      let anchored = try StatementVerifier(roster: office.roster, policy: office.policy).verify(
        signed, seenAt: currentTime())
      try await sequencer.submit { registrar in
        _ = try registrar.register(anchored.statement, content: Content(), stage: .received)
        try registrar.transaction.keep(
          arrival: Arrival(entry: signed.entry, peer: peer.name, door: .wire, at: registrar.now))
        for receipt in anchored.receipts where receipt.receipt.origin != office.origin {
          _ = try registrar.keep(receipt, of: signed.entry)
        }
      }
    } catch let refusal as StatementRefusal {
      return EntryAnswer(status: .refused, entry: signed.entry.bytes, code: refusal.code, title: "x")
    } catch let refusal as RegistrationRefusal {
      return EntryAnswer(
        status: .refused, entry: signed.entry.bytes, code: refusal.violations.first?.code.rawValue, title: "x")
    }
    return try await answer(of: signed.entry, to: peer) ?? EntryAnswer(status: .pending, entry: signed.entry.bytes)
  }

  func answer(of entry: LogEntry, to peer: Authority) async throws -> EntryAnswer? {
    let origin = offices.current.origin
    return try await store.read { reader in
      guard try reader.statement(entry: entry) != nil,
        let receipt = try reader.receipts(entry).first(where: { $0.origin == origin })
      else { return nil }
      return EntryAnswer(status: .registered, entry: entry.bytes, receipt: receipt.bytes)
    }
  }

  func arrived(object: [UInt8]) async throws {}
}
