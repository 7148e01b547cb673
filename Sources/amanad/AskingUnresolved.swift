import ControlAPI
import Custody
import ReceiptStore
import Roster

/// Which lines of a convoy somebody has to look after.
extension Asking {
  /// Where a page ends: the release's entry and the line.
  private struct Place {
    /// Before the first line, and before that its lines are missing.
    static let beginning = (release: -2, lines: -1)
    var index: UInt64 = 0
    var line = beginning.release

    init() {}

    init?(_ text: String) {
      // A line before the first is below zero.
      let parts = text.split(separator: "-", maxSplits: 1)
      guard parts.count == 2, let index = UInt64(parts[0]), let line = Int(parts[1]) else { return nil }
      (self.index, self.line) = (index, line)
    }
  }

  /// GET /v1/questions/unresolved
  func unresolved(_ query: Query) async throws -> Answer {
    let (within, caseID) = (query.text("within"), try query.uuid("case"))
    guard (within == nil) != (caseID == nil) else {
      throw Query.invalid("within", "or case must say which convoy, one of both")
    }
    let limit = try query.limit()
    let start = try query.value("cursor", "what the Link of the page before says", Place.init) ?? Place()
    let (now, successions) = (currentTime(), office.roster.successions)
    let (rows, next, read) = try await store.read { reader in
      let releases =
        try within.map { try Self.releases($0, reader) } ?? Self.all(ofRecord: nil, case: caseID, reader)
      guard !releases.isEmpty else { throw Self.noRelease(within ?? caseID?.uuid ?? "") }
      var rows: [UnresolvedView] = []
      var (read, next) = ([StatementID](), String?.none)
      for release in releases where release.index >= start.index && next == nil {
        var after = release.index == start.index ? start.line : Place.beginning.release
        guard rows.count < limit else {
          next = "\(release.index)-\(after)"
          break
        }
        if after < Place.beginning.lines, try reader.awaitsLines(release.id) {
          rows.append(Self.absent(release, successions))
          after = Place.beginning.lines
        }
        let found = try reader.unresolved(of: release.id, after: after, limit: limit - rows.count + 1)
        let shown = found.prefix(limit - rows.count)
        var identities = Identities(reader: reader, own: release.id)
        rows += try shown.map { try Self.view($0, now, &identities, reader) }
        if !shown.isEmpty { read.append(release.id) }
        if found.count > shown.count { next = "\(release.index)-\(shown.last?.line.line ?? after)" }
      }
      return (rows, next, read)
    }
    return Answer(
      reply: try .json(rows, link: next.map { query.next("/v1/questions/unresolved", cursor: $0) }), read: read)
  }

  /// The one release that an id means, or those of the record that it means.
  private static func releases(_ text: String, _ reader: StoreReader) throws -> [StoredStatement] {
    let (statements, record) = try meant(text, reader)
    if let record { return try all(ofRecord: record, case: nil, reader) }
    return statements.filter { $0.summary.type.isRelease }
  }

  private static func all(ofRecord record: RecordID?, case caseID: RecordID?, _ reader: StoreReader) throws
    -> [StoredStatement]
  {
    var all: [StoredStatement] = []
    while true {
      let page = try reader.releases(ofRecord: record, case: caseID, from: all.last.map { $0.index + 1 } ?? 0)
      guard !page.isEmpty else { return all }
      all += page
    }
  }

  /// Nobody can say here whether its lines are answered, nor whose they are.
  private static func absent(_ release: StoredStatement, _ successions: Successions) -> UnresolvedView {
    let (from, to) = (release.summary.from ?? release.summary.issuer, release.summary.to)
    return UnresolvedView(
      statement: release.id.description, why: "absent", custodian: successions.current(from).description,
      releasedTo: to.map { successions.current($0).description }, acceptBy: release.summary.acceptBy)
  }

  private static func view(
    _ found: UnresolvedLine, _ now: UnixTime, _ identities: inout Identities, _ reader: StoreReader
  ) throws -> UnresolvedView {
    let (line, chain) = (found.line, found.chain)
    let person = try identities.person(line.subject, of: chain)
    let incident = try reader.newestOccurrence(of: line.subject)
    return UnresolvedView(
      statement: line.release.description, line: line.line, subject: line.subject.description,
      reference: person?["reference"], name: person?["name_latin"] ?? person?["name_arabic"] ?? person?["description"],
      why: why(chain, now), custodian: chain.custodian.description,
      releasedTo: chain.known.openRelease?.to.description, acceptBy: chain.known.openRelease?.acceptBy,
      answer: line.answer?.code.rawValue, claimants: chain.claimants?.map(\.description),
      restored: chain.onlyRestored?.description, incident: incident?.what.code,
      incidentStatement: incident?.statement.description)
  }

  /// A release that never took effect is nobody's to answer: then the phase itself says what is the matter.
  private static func why(_ chain: ChainState, _ now: UnixTime) -> String {
    guard let release = chain.openRelease else { return chain.phaseName }
    return release.acceptBy.map { $0 < now } ?? false ? "overdue" : "waiting"
  }

  private static func noRelease(_ what: String) -> Problem {
    Problem(
      status: 404, code: "not-found", title: "No release is here", detail: "\(what) names no release that took effect",
      next: "list what is here with `amana show`")
  }
}
