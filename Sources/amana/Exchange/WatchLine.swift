import ControlAPI
import Foundation

/// One event as a line: what programs and people are told of it. Nobody's name.
struct WatchLine: Encodable {
  let event: String
  /// When it was told, in seconds since 1970.
  let at: Int64
  private(set) var index: UInt64?
  private(set) var statement: String?
  private(set) var recordID: String?
  /// The event that a statement or a draft is.
  private(set) var kind: String?
  private(set) var issuer: String?
  private(set) var draftID: String?
  private(set) var approved: Int?
  private(set) var officersNeeded: Int?
  private(set) var discarded: Bool?
  /// Codes of what is wrong with a statement or a draft and is on record all the same; absent where nothing is.
  private(set) var flags: [String]?
  private(set) var peer: String?
  private(set) var code: String?
  private(set) var detail: String?
  private(set) var nextAttempt: Int64?

  enum CodingKeys: String, CodingKey {
    case event, at, index, statement, issuer, approved, discarded, flags, peer, code, detail
    case recordID = "record_id"
    case kind = "statement_event"
    case draftID = "draft_id"
    case officersNeeded = "officers_needed"
    case nextAttempt = "next_attempt"
  }

  /// What happened between us and a peer.
  private struct News: Decodable {
    let peer: String
    let statement: String?
    let code: String?
    let nextAt: Int64?

    enum CodingKeys: String, CodingKey {
      case peer, statement, code
      case nextAt = "next_at"
    }
  }

  /// Nil for what this version does not know, or cannot read.
  init?(_ event: EventFeed.Event) {
    self.event = event.name
    at = now()
    func read<Value: Decodable>(_ type: Value.Type) -> Value? {
      try? JSONDecoder().decode(type, from: Data(event.data.utf8))
    }
    switch event.name {
    case "statement":
      guard let view = read(StatementView.self) else { return nil }
      (index, statement, recordID, kind, issuer) = (view.index, view.statement, view.recordID, view.event, view.issuer)
      flags = Self.codes(view.flags)
    case "draft":
      guard let view = read(DraftView.self) else { return nil }
      (draftID, recordID, kind, statement) = (view.draftID, view.recordID, view.event, view.statement)
      (approved, officersNeeded, discarded) = (view.officersApproved, view.officersNeeded, view.discarded)
      flags = Self.codes(view.flags)
    case "alarm", "alarm-ended":
      guard let view = read(StatusView.Alarm.self) else { return nil }
      (code, detail) = (view.code, view.detail)
    case "delivered", "arrived", "incomplete", "undelivered", "peer-alarm":
      guard let news = read(News.self) else { return nil }
      (peer, statement, code, nextAttempt) = (news.peer, news.statement, news.code, news.nextAt)
    default: return nil
    }
  }

  private static func codes(_ flags: [Problem.Failing]) -> [String]? {
    flags.isEmpty ? nil : Set(flags.map(\.code)).sorted()
  }

  func sentence(in language: Language) -> String {
    guard let flags else { return happened(in: language) }
    return say(
      .watchFlagged, in: language, happened(in: language), flags.joined(separator: separator(in: language)))
  }

  private func happened(in language: Language) -> String {
    let time = localTime(at)
    let what = kind.map { word($0, in: language) } ?? ""
    let id = statement.map { String($0.prefix(16)) } ?? "-"
    let draft = draftID.map { String($0.prefix(8)) } ?? "-"
    switch event {
    case "statement": return say(.watchStatement, in: language, time, "\(index ?? 0)", what, issuer ?? "", id)
    case "draft" where statement != nil: return say(.watchSigned, in: language, time, draft, what, id)
    case "draft" where discarded == true: return say(.watchDiscarded, in: language, time, draft, what)
    case "draft":
      return say(
        .watchDraft, in: language, time, draft, what, String(approved ?? 0), String(officersNeeded ?? 0))
    case "alarm": return say(.watchAlarm, in: language, time, code ?? "", detail ?? "")
    case "alarm-ended": return say(.watchAlarmEnded, in: language, time, code ?? "", detail ?? "")
    case "delivered": return say(.watchDelivered, in: language, time, peer ?? "", id)
    case "arrived": return say(.watchArrived, in: language, time, peer ?? "", id)
    case "incomplete": return say(.watchIncomplete, in: language, time, peer ?? "", id)
    case "undelivered": return say(.watchUndelivered, in: language, time, peer ?? "", id, code ?? "-")
    case "peer-alarm": return say(.watchPeerAlarm, in: language, time, peer ?? "", code ?? "-")
    default: return say(.watchOther, in: language, time, event)
    }
  }
}
