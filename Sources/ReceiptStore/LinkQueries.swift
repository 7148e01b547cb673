public import Custody
import GRDB

extension StoreReader {
  /// How many links one look follows, so that nobody makes it endless; who is linked directly comes first.
  public static let maximumLinks = 4096
  /// How many lines it reads for that.
  private static let maximumLinesRead = 1 << 17

  /// The links that name somebody.
  static let linkingSQL = """
    SELECT s.id, s.idx, s.event FROM statement_line l CROSS JOIN statement s ON s.id = l.statement AND s.effective = 1
    WHERE l.subject = ? AND s.event IN ('same-as', 'not-same-as') ORDER BY s.idx LIMIT \(Manifest.maximumLinks)
    """

  /// The links that lead from these people to others, and on from those, oldest first. Each statement and each person is
  /// looked at once.
  public func links(from subjects: Set<SubjectReference>) throws -> [Link] {
    var read = ReadLinks()
    var (reached, open, next) = (subjects, Array(subjects), 0)
    while next < open.count, read.taken.count < Self.maximumLinks {
      let subject = open[next]
      next += 1
      try add(linksOf: subject, to: &read)
      for position in read.places[subject] ?? [] where read.taken.insert(position).inserted {
        let link = read.all[position].link
        for end in [link.subject, link.other] where reached.insert(end).inserted { open.append(end) }
      }
    }
    return read.taken.sorted { (read.all[$0].index, $0) < (read.all[$1].index, $1) }.map { read.all[$0].link }
  }

  private struct ReadLinks {
    var all: [(index: UInt64, link: Link)] = []
    var places: [SubjectReference: [Int]] = [:]
    var statements: Set<StatementID> = []
    /// Those that lead from whom we began with.
    var taken: Set<Int> = []
  }

  /// Reads what names somebody.
  private func add(linksOf subject: SubjectReference, to read: inout ReadLinks) throws {
    let rows = try Row.fetchAll(
      db.cachedStatement(sql: Self.linkingSQL), arguments: [blob(subject.bytes)])
    for row in rows where read.all.count < Self.maximumLinesRead {
      guard let id = StatementID(row.blob("id")), read.statements.insert(id).inserted else { continue }
      let (index, isSame) = (UInt64(clamping: row["idx"] as Int64), row["event"] == EventType.sameAs.rawValue)
      for (_, leaf) in try custodyLines(of: id)?.lines.prefix(Manifest.maximumLinks) ?? [] {
        guard let link = Link(leaf, of: id, isSame: isSame) else { continue }
        for end in Set([link.subject, link.other]) { read.places[end, default: []].append(read.all.count) }
        read.all.append((index, link))
      }
    }
  }
}
