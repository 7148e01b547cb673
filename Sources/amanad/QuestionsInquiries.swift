import ControlAPI
import Custody
import ReceiptStore
import Roster

/// What is asked of statements that move nobody.
extension Questions {
  /// GET /v1/inquiries
  func inquiries(_ query: Query) async throws -> Reply {
    let limit = try query.limit()
    let start = try query.number("cursor", 0...UInt64.max) ?? 0
    let (office, now) = (office, currentTime())
    let found = try await store.read { reader in
      try reader.inquiries(
        concerning: office.places, from: start, limit: limit + 1, under: office.roster.successions)
    }
    let next = found.count > limit ? found[limit].index : nil
    return try .json(
      found.prefix(limit).map { Self.view($0.inquiry, now) },
      link: next.map { query.next("/v1/inquiries", cursor: String($0)) })
  }

  private static func view(_ inquiry: Inquiry, _ now: UnixTime) -> InquiryView {
    InquiryView(
      statement: inquiry.statement.description, from: inquiry.from.description, to: inquiry.to.description,
      dueAt: inquiry.due, overdue: inquiry.isOverdue(at: now), lines: inquiry.lines, open: inquiry.open,
      answers: inquiry.answers.map(\.description))
  }

  /// Inquiries that wait for this authority's answer.
  static func open(_ office: Office, _ reader: StoreReader) throws -> [StatusView.Proposal] {
    try reader.inquiries(concerning: office.places, isOpen: true, under: office.roster.successions).map(\.inquiry)
      .filter { office.places.contains($0.to) }.prefix(1000)
      .map {
        StatusView.Proposal(
          statement: $0.statement.description, event: EventType.inquiry.rawValue, from: $0.from.description,
          lines: $0.open)
      }
  }
}
