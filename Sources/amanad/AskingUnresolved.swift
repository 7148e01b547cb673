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
      let convoy = try within.map { try Convoy($0, reader) } ?? .ofCase(caseID)
      var rows: [UnresolvedView] = []
      var (read, next) = ([StatementID](), String?.none)
      // Page by page: a case may have more releases than anybody asks about at once.
      var releases = try convoy.releases(from: start.index, reader)
      guard start.index > 0 || !releases.isEmpty else { throw Self.noRelease(within ?? caseID?.uuid ?? "") }
      while next == nil, let release = releases.popFirst() {
        if releases.isEmpty { releases = try convoy.releases(from: release.index + 1, reader) }
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
        if !shown.isEmpty { read += Set([release.id]).union(identities.read).sorted() }
        if found.count > shown.count { next = "\(release.index)-\(shown.last?.line.line ?? after)" }
      }
      return (rows, next, read)
    }
    return Answer(
      reply: try .json(rows, link: next.map { query.next("/v1/questions/unresolved", cursor: $0) }), read: read)
  }

  /// The releases that somebody asks about.
  private enum Convoy {
    case statements([StoredStatement])
    case ofRecord(RecordID)
    case ofCase(RecordID?)

    /// The one release that an id means, or those of the record that it means.
    init(_ text: String, _ reader: StoreReader) throws {
      let (statements, record) = try Asking.meant(text, reader)
      self = record.map(Self.ofRecord) ?? .statements(statements.filter { $0.summary.type.isRelease })
    }

    /// Some of them in the order of the log, from an index on; none at the end.
    func releases(from index: UInt64, _ reader: StoreReader) throws -> ArraySlice<StoredStatement> {
      switch self {
      case .statements(let all): all.filter { $0.index >= index }[...]
      case .ofRecord(let record): try reader.releases(ofRecord: record, case: nil, from: index, limit: 100)[...]
      case .ofCase(let id): try reader.releases(ofRecord: nil, case: id, from: index, limit: 100)[...]
      }
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
      why: try why(chain, now, reader), custodian: chain.custodian.description,
      releasedTo: chain.known.openRelease?.to.description, acceptBy: chain.known.openRelease?.acceptBy,
      answer: line.answer?.code.rawValue, claimants: chain.claimants?.map(\.description),
      restored: chain.onlyRestored?.description, incident: incident?.what.code,
      incidentStatement: incident?.statement.description)
  }

  /// A release that never took effect is nobody's to answer: then the phase itself says what is the matter.
  private static func why(_ chain: ChainState, _ now: UnixTime, _ reader: StoreReader) throws -> String {
    guard let release = chain.openRelease else { return chain.phaseName }
    return try reader.isOverdue(release, at: now) ? "overdue" : "waiting"
  }

  private static func noRelease(_ what: String) -> Problem {
    Problem(
      status: 404, code: "not-found", title: "No release is here", detail: "\(what) names no release that took effect",
      next: "list what is here with `amana show`")
  }
}
