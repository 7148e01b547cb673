import COSE
import ControlAPI
import Custody
import Logging
import OpenSSL
import ReceiptStore
import Roster
import TransparencyLog

/// What is fetched from servers of certification and time stamping authorities (docs/exchange.md, "Fetches"). The daemon
/// names the servers, as the operator did, and alone judges what comes.
struct Fetching: Sendable {
  let offices: OfficeInForce
  let store: ReceiptStore
  let sequencer: Sequencer
  let settings: Settings
  let fetches: Fetches

  private var office: Office { offices.current }

  /// Whether there is something for a courier to fetch.
  func isWanted() async throws -> Bool {
    try await look()
    return fetches.isWanted
  }

  /// What is to be fetched now.
  func wanted() async throws -> WantedFetches {
    try await look()
    let taken = fetches.take(
      lists: WantedFetches.maximumLists, timeStamps: WantedFetches.maximumTimeStamps)
    return WantedFetches(
      lists: taken.lists.map {
        WantedList(url: $0, limit: UInt64(FetchReport.maximumContent))
      },
      timeStamps: taken.queries.map {
        WantedTimeStamp(url: taken.url, entry: $0.entry.bytes, query: $0.request)
      })
  }

  /// Takes over the settings in force, and looks for statements without a time stamp.
  private func look() async throws {
    fetches.adopt(settings, of: office)
    guard let index = fetches.searchesFrom else { return }
    let (found, end) = try await store.read { reader in
      (try reader.unstamped(from: index, limit: Fetches.page), try reader.registered())
    }
    let queries = try found.map { stored in
      let signed = try SignedStatement(decoding: stored.bytes)
      return Fetches.Query(
        entry: stored.entry, request: try TimeStampToken.request(over: signed.message.timeStampInput))
    }
    let isEnd = found.count < Fetches.page
    fetches.add(queries, from: index, next: isEnd ? end : found.last.map { $0.index + 1 } ?? end)
  }

  /// Takes what a courier reports.
  func take(_ report: FetchReport) async throws -> FetchAnswer {
    try await look()
    return if let entry = report.entry { try await timeStamp(report, entry) } else { try await list(report) }
  }

  private func list(_ report: FetchReport) async throws -> FetchAnswer {
    guard fetches.isAsked(list: report.url) else { throw Problem.notAsked }
    guard let content = report.content else {
      if fetches.fail(list: report.url, code(report), isRefused: false) {
        Logger.amanad.record(
          .fetchFailed, "the revocation list \(report.url) cannot be fetched: \(reason(report))", code: code(report))
      }
      return FetchAnswer(.noted)
    }
    do {
      let isNew = try await adopt(content, from: report.url)
      fetches.succeed(list: report.url)
      return FetchAnswer(isNew ? .taken : .known)
    } catch let refusal as RevocationListCheck.Refusal {
      if fetches.fail(list: report.url, refusal.rawValue, isRefused: true) {
        Logger.amanad.record(
          .fetchFailed, "the revocation list \(report.url) is not taken: \(refusal)", code: refusal.rawValue)
      }
      return FetchAnswer(.refused, code: refusal.rawValue)
    }
  }

  /// - Returns: whether it is another than the one at hand.
  private func adopt(_ content: [UInt8], from url: String) async throws -> Bool {
    let (office, now) = (office, currentTime())
    guard let list = try? RevocationList(file: content) else { throw RevocationListCheck.Refusal.unreadable }
    // What is kept and for whatever reason not in force is taken anew.
    if office.fetched.contains(FetchedList(url: url, list: list)) { return false }
    guard let issuer = try await store.read({ try KnownIssuers(office: office, reader: $0).issuer(of: list) }) else {
      throw RevocationListCheck.Refusal.issuer
    }
    let wasShown = office.chainProblem == nil
    try await sequencer.adoptLists { transaction in
      // Judged where it is written: two couriers may have brought two.
      let kept = try transaction.reader.revocationLists()
      let newest = kept.first { $0.url == url && !$0.list.isFormer }?.list
      try RevocationListCheck(
        held: office.filed + kept.map(\.list), now: now, toleranceSeconds: office.policy.toleranceSeconds
      ).check(list, of: issuer, after: newest)
      try transaction.keep(FetchedList(url: url, list: list))
    }
    let next = list.nextUpdate.map { ", the next by \(OffsetTime(unix: $0))" } ?? ""
    Logger.amanad.record(
      .revocationListTaken, "revocation list of \(url) taken: issued \(OffsetTime(unix: list.thisUpdate))\(next)")
    if wasShown { offices.current.tellProblemOfChain() }
    return true
  }

  private func timeStamp(_ report: FetchReport, _ bytes: [UInt8]) async throws -> FetchAnswer {
    guard let entry = LogEntry(bytes), fetches.isAsked(entry, at: report.url),
      let stored = try await store.read({ try $0.statement(entry: entry) })
    else { throw Problem.notAsked }
    guard let content = report.content else {
      if fetches.fail(entry, code(report), isRefused: false) {
        Logger.amanad.record(
          .fetchFailed, "no time stamp from \(report.url): \(reason(report))", code: code(report))
      }
      return FetchAnswer(.noted)
    }
    do {
      let stamps = TimeStampVerifier(roster: office.roster, revocations: office.revocations)
      let signed = try SignedStatement(decoding: stored.bytes)
      let stamp = try stamps.verify(answer: content, for: signed)
      try await sequencer.submit { try $0.keep(stamp, of: signed) }
      fetches.succeed(entry)
      return FetchAnswer(.taken)
    } catch let refusal as ProofRefusal {
      if fetches.fail(entry, "time-stamp", isRefused: true) {
        Logger.amanad.record(
          .fetchFailed, "the time stamp of \(report.url) is not taken: \(refusal)", code: "time-stamp")
      }
      return FetchAnswer(.refused, code: "time-stamp")
    }
  }

  /// Words of a courier stand in alarms only where they are ones we know.
  private func code(_ report: FetchReport) -> String {
    let known = ["dns", "tcp", "tls", "http", "timeout", "interrupted", "url"]
    return report.code.flatMap { known.contains($0) ? $0 : nil } ?? "failed"
  }

  private func reason(_ report: FetchReport) -> String {
    "\(code(report))\(report.detail.map { ", \(plain($0))" } ?? "")"
  }
}

/// A courier's words, as far as they are plain ASCII.
private func plain(_ text: String) -> String {
  String(decoding: text.utf8.map { (0x20...0x7e).contains($0) ? $0 : 0x3f }, as: UTF8.self)
}

extension Problem {
  /// The same for a URL or an entry that nobody wants and for one that nobody was told to fetch just now.
  static let notAsked = Problem(
    status: 409, code: "not-asked", title: "Nobody was told to fetch this", detail: "it is not wanted, or not any more",
    next: "ask what is to be fetched")
}
