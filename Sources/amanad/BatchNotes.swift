import Custody
import Logging
import Roster
import TransparencyLog

/// What a batch did, told to the journal and the metrics when it is on disk and not before. Ids and codes only.
struct BatchNotes: Sendable {
  private struct Registered {
    let id: StatementID
    let index: UInt64
    let event: Event
    let issuer: String
    let flags: [Violation]
  }

  private var registered: [Registered] = []
  private var alarms: [(code: CheckCode, statement: StatementID?)] = []
  /// What the event stream tells of peers.
  private(set) var news: [ExchangeNews] = []
  /// The newest checkpoint that was signed.
  var published: Checkpoint?
  /// How often anything was cosigned, where this batch did.
  var cosigned: UInt64?
  /// Why nothing may be registered behind this batch: this log was restored from a backup, or copied (V21).
  var halting: String?

  mutating func add(_ verified: VerifiedStatement, at index: UInt64, flags: [Violation]) {
    registered.append(
      Registered(
        id: verified.id, index: index, event: verified.event, issuer: verified.issuer.name.description, flags: flags))
  }

  mutating func add(alarm: Violation, about statement: StatementID?) { alarms.append((alarm.code, statement)) }

  mutating func add(_ news: ExchangeNews) { self.news.append(news) }

  func tell(_ changes: Changes) {
    for item in registered {
      Self.count(item.event, item.flags.isEmpty ? "registered" : "flagged")
      var fields = ["statement": item.id.description, "index": String(item.index), "issuer": item.issuer]
      if !item.flags.isEmpty { fields["flags"] = item.flags.map(\.code.rawValue).joined(separator: ",") }
      Logger.amanad.record(
        .statementRegistered, "registered entry \(item.index): \(item.event.type.rawValue) of \(item.issuer)",
        record: item.event.recordID.uuid, fields)
    }
    for (code, statement) in alarms {
      Logger.amanad.record(
        .alarmRaised, "alarm \(code.rawValue): see amana status", code: code.rawValue,
        statement.map { ["statement": $0.description] } ?? [:])
    }
    for news in news { Metrics.shared.count(.exchanges, "event", news.event.rawValue) }
    changes.tell(.grown)
    for news in news { changes.tell(.exchange(news)) }
  }

  /// A refusal is a fact at once: nothing of it is to be written.
  static func refused(_ verified: VerifiedStatement, _ violations: [Violation]) {
    count(verified.event, "refused")
    let codes = violations.map(\.code.rawValue)
    Logger.amanad.record(
      .statementRefused,
      "refused \(verified.event.type.rawValue) of \(verified.issuer.name): "
        + Set(codes).sorted().joined(separator: ", "),
      code: codes.first, record: verified.event.recordID.uuid,
      ["statement": verified.id.description, "issuer": verified.issuer.name.description])
  }

  private static func count(_ event: Event, _ outcome: String) {
    Metrics.shared.count(
      .statements, "kind", event.kind?.rawValue ?? "log", "event", event.type.rawValue, "outcome", outcome)
  }
}
