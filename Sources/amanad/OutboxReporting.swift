import ControlAPI
import Custody
import ReceiptStore
import Roster
import TransparencyLog

/// Takes what a courier reports of deliveries. It may lie: a delivery counts by the peer's verified receipt alone.
struct OutboxReporting: Sendable {
  let office: Office
  let sequencer: Sequencer

  /// - Throws: the problem "not-found" when this was never due to this peer.
  func take(_ report: DeliveryReport, of peer: Authority) async throws {
    guard let entry = LogEntry(report.entry) else { throw Problem.nothingHere }
    // A signature is checked before anybody's turn to write begins.
    let checked = report.result == .registered ? Self.check(report.receipt ?? [], of: peer, for: entry, office) : nil
    try await sequencer.submit { registrar in
      guard let row = try registrar.transaction.reader.outboxRow(entry, peer.name) else { throw Problem.nothingHere }
      switch report.result {
      case .registered: try Self.registered(checked, report.receipt, row, peer, &registrar)
      case .pending: try Self.pending(report, row, &registrar)
      case .refused: try Self.refused(report, row, &registrar)
      case .failed: try Self.failed(report, row, &registrar)
      }
    }
  }

  /// The receipt must be the peer's own log's, for this entry, under the roster.
  private static func registered(
    _ checked: Result<VerifiedReceipt, Unproven>?, _ bytes: [UInt8]?, _ row: OutboxRow, _ peer: Authority,
    _ registrar: inout Registrar
  ) throws {
    guard case .failure(let why) = checked else {
      if case .success(let verified) = checked { try accept(verified, row, &registrar) }
      return
    }
    let alarm = Violation(
      .v20,
      "\(peer.name): what was handed over as its receipt for entry \(hexadecimal(row.entry.bytes)) proves nothing, so it "
        + "counts as undelivered")
    try registrar.raise(alarm: alarm, evidence: bytes ?? [])
    registrar.tell(ExchangeNews(.peerAlarm, peer.name, entry: row.entry.bytes, code: alarm.code.rawValue))
    let next = registrar.now + wait(row.attempts + 1, nil)
    try close(row, .failed(until: next), ("receipt", printable(why.description)), next, &registrar)
  }

  private static func check(_ bytes: [UInt8], of peer: Authority, for entry: LogEntry, _ office: Office)
    -> Result<VerifiedReceipt, Unproven>
  {
    do throws(ProofRefusal) {
      let verified = try LogVerifier(roster: office.roster).verify(receipt: bytes, for: entry)
      return verified.authority.name == peer.name
        ? .success(verified) : .failure(Unproven(description: "the receipt is of another log"))
    } catch {
      return .failure(Unproven(description: error.description))
    }
  }

  private static func accept(_ verified: VerifiedReceipt, _ row: OutboxRow, _ registrar: inout Registrar) throws {
    try registrar.transaction.noteContact(row.peer, at: registrar.now)
    _ = try registrar.keep(verified, of: row.entry)
    guard try registrar.transaction.reader.outboxRow(row.entry, row.peer)?.state != .delivered else { return }
    // Of an epoch of its log that is over: whoever gave it runs an old copy.
    let next = registrar.now + wait(row.attempts + 1, nil)
    try close(
      row, .failed(until: next), ("epoch", "its receipt is of a log that another one follows"), next, &registrar)
  }

  private static func pending(_ report: DeliveryReport, _ row: OutboxRow, _ registrar: inout Registrar) throws {
    try registrar.transaction.noteContact(row.peer, at: registrar.now)
    let next = registrar.now + wait(row.attempts + 1, report.retryAfter)
    try close(row, .pending(until: next), said(report), next, &registrar)
  }

  /// People are told. Nobody signed the refusal and the courier may have made it up, so it is tried again, seldom. What
  /// the peer's roster does not know yet, or has no room for, passes: that keeps its place, for about a day of tries.
  private static func refused(_ report: DeliveryReport, _ row: OutboxRow, _ registrar: inout Registrar) throws {
    guard row.state != .delivered else { return }
    let said = said(report)
    if row.state != .refused, passing.contains(said.code), row.attempts < passingTries {
      let next = registrar.now + UnixTime(ExchangeBackoff.longest)
      try registrar.transaction.noteContact(row.peer, at: registrar.now)
      return try close(row, .failed(until: next), said, next, &registrar)
    }
    if row.state != .refused { try raiseRefusal(row, said, &registrar) }
    try registrar.transaction.noteContact(row.peer, at: registrar.now)
    let next = registrar.now + ExchangeBackoff.seconds(afterRefusalOf: row)
    try close(row, .refused(until: next), said, next, &registrar)
  }

  /// Keys that the peer's roster does not list or does not take (V16, V13), and what is kept there of no use to anybody.
  private static let passing: Set<String> = ["V13", "V16", "limit"]
  private static let passingTries = 24

  private static func raiseRefusal(
    _ row: OutboxRow, _ said: (code: String, detail: String?), _ registrar: inout Registrar
  ) throws {
    let alarm = Violation(
      .v31,
      "\(row.peer) does not take entry \(hexadecimal(row.entry.bytes)) (\(said.code)): it is undelivered; call them, and "
        + "see `amana outbox`")
    try registrar.raise(alarm: alarm, evidence: Array((said.detail ?? "").utf8))
  }

  /// It did not get there: nothing more is sent to this peer for a while. A batch that fails fails once.
  private static func failed(_ report: DeliveryReport, _ row: OutboxRow, _ registrar: inout Registrar) throws {
    guard row.state != .delivered else { return }
    let contact = try registrar.transaction.reader.contact(row.peer)
    let isNew = !OutboxRow.waits(contact.holdUntil, now: registrar.now)
    let failures = contact.failures + (isNew ? 1 : 0)
    let next = isNew ? registrar.now + wait(failures, report.retryAfter) : contact.holdUntil
    try registrar.transaction.hold(row.peer, until: next, failures: failures)
    // The peer is held back, not this statement: when it is reached again, nothing waits any longer, however the clock
    // went meanwhile. What was refused keeps its own moment.
    try close(row, .failed(until: row.state == .refused ? row.nextAt : 0), said(report), next, &registrar)
  }

  private static func close(
    _ row: OutboxRow, _ outcome: DeliveryOutcome, _ said: (code: String, detail: String?), _ next: UnixTime?,
    _ registrar: inout Registrar
  ) throws {
    try registrar.transaction.report(
      outcome, of: row.entry, to: row.peer, code: said.code, detail: said.detail, at: registrar.now)
    registrar.tell(ExchangeNews(.undelivered, row.peer, entry: row.entry.bytes, code: said.code, nextAt: next))
  }

  private static func wait(_ attempts: Int, _ retryAfter: UInt64?) -> UnixTime {
    var random = SystemRandomNumberGenerator()
    return ExchangeBackoff.seconds(after: attempts, retryAfter: retryAfter, using: &random)
  }

  /// What a stranger said, as people may read it.
  private static func said(_ report: DeliveryReport) -> (code: String, detail: String?) {
    let code = report.code ?? report.result.rawValue
    let isWord = !code.isEmpty && code.utf8.count <= 64 && code.wholeMatch(of: /[A-Za-z0-9\-]+/) != nil
    return (isWord ? code : "unknown", report.detail.map(printable))
  }

  private static func printable(_ text: String) -> String {
    String(text.prefix(300).map { isSafeText(String($0)) ? $0 : "\u{fffd}" })
  }
}

/// Why what was handed over as a receipt is none.
private struct Unproven: Error { let description: String }
