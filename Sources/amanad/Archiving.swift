import COSE
import ControlAPI
import Custody
import ReceiptStore
import Roster

/// Writes what this log registered in a period, part by part, and signs the archive that it becomes.
struct Archiving: Sendable {
  let office: Office
  let store: ReceiptStore
  /// About what a part may have, in bytes: far below what an importer takes.
  var limit = 64 << 20
  /// How many statements of the period a part has at most.
  var count = 1000

  /// Which statements are asked for: when this log registered them, both inclusive.
  struct Span: Sendable {
    var since: UnixTime?
    var until: UnixTime?
    /// From this entry of the log on.
    var from: UInt64 = 0
  }

  /// A bundle that verifies by itself, and from which entry on the next one goes on; nil behind the last.
  struct Part: Sendable {
    let bytes: [UInt8]
    let next: UInt64?
  }

  /// Nothing in it is in clear, and nothing is withheld from whoever wrote it.
  func part(_ span: Span) async throws -> Part {
    let (office, objects, limit, count) = (office, store.objects, limit, count)
    return try await store.read { reader in
      var filter = StatementFilter()
      (filter.since, filter.until) = (span.since, span.until)
      let page = try reader.statements(filter, from: span.from, limit: count, now: currentTime())
      let making = BundleMaking(
        office: office, reader: reader, objects: objects, clear: [:], limit: limit, isArchive: true)
      var taken = page.count
      while true {
        let chosen = Array(page.prefix(taken))
        if let bytes = try Self.bytes(of: chosen, making) {
          let next = taken < page.count ? page[taken].index : page.count == count ? page.last.map { $0.index + 1 } : nil
          return Part(bytes: bytes, next: next)
        }
        guard taken > 1 else { throw Self.tooLarge(chosen.first) }
        taken /= 2
      }
    }
  }

  /// With all that is sealed beside them and what they build on; where that is too much, of what they build on without: it is
  /// in the part of its own. A single statement may fill a bundle, and what fits into none stays out.
  private static func bytes(of chosen: [StoredStatement], _ making: BundleMaking) throws -> [UInt8]? {
    var making = making
    let lineage = Lineage(reader: making.reader, places: making.office.roster.successions)
    let own = Set(chosen.map(\.id))
    let members = try Exporting.withErasures(lineage.closure(of: chosen.map(\.id)), lineage)
    if let whole = try making.bytes(of: members, Exporting.Wish()) { return whole }
    making.left = Set(members.map(\.stored.id)).subtracting(own)
    if let apart = try making.bytes(of: members, Exporting.Wish()) { return apart }
    guard chosen.count == 1 else { return nil }
    making.limit = Bundle.maximumByteCount
    if let large = try making.bytes(of: members, Exporting.Wish()) { return large }
    making.left = Set(members.map(\.stored.id))
    return try making.bytes(of: members, Exporting.Wish())
  }

  private static func tooLarge(_ statement: StoredStatement?) -> Problem {
    Problem(
      status: 413, code: "too-large", title: "It does not fit into one bundle",
      detail:
        "what statement \(statement?.id.description ?? "-") builds on has more than \(Bundle.maximumByteCount) bytes",
      next: "ask whoever maintains this program")
  }

  /// Signs what whoever asks has verified: that this authority had an archive with this index before it.
  func stamp(_ request: ArchiveStampRequest) async throws -> ArchiveStamp {
    let covers = try fileCovers(request.covers)
    guard Self.isInOrder(covers.map(\.path)) else {
      throw badRequest("covers", "must be INDEX and then the files of stamps/, from the first on")
    }
    let rosters = try await store.read { try $0.rosters(after: request.rosterVersion) }
    return try ArchiveStamp.sign(
      ArchiveStamp.Content(
        issuer: office.authority.uri, at: currentTime(), roster: office.roster.digest, rosters: rosters, covers: covers),
      with: office.signingKeys)
  }

  private static func isInOrder(_ paths: [String]) -> Bool {
    guard paths.first == ArchiveIndex.path else { return false }
    var (rest, number) = (paths.dropFirst(), 0)
    while let path = rest.popFirst() {
      number += 1
      guard number <= ArchiveStamp.maximumCount, path == ArchivePath.stamp(number) else { return false }
      if rest.first == ArchivePath.token(number) { rest.removeFirst() }
    }
    return true
  }
}

extension Routes {
  func exportArchive(_ call: Call) async throws -> Reply {
    let (since, until) = (try call.query.time("since"), try call.query.time("until"))
    if let since, let until, since > until { throw Query.invalid("until", "lies before since") }
    let from = try call.query.number("cursor", 0...UInt64(Int64.max)) ?? 0
    let part = try await Archiving(office: office, store: store).part(
      Archiving.Span(since: since, until: until, from: from))
    var reply = Reply.bytes(part.bytes, call.operation)
    reply.link = part.next.map { call.query.next(call.operation.route.path, cursor: String($0)) }
    return reply
  }

  func stampArchive(_ call: Call) async throws -> Reply {
    let request = try decode(ArchiveStampRequest.self, call.body)
    let stamp = try await Archiving(office: office, store: store).stamp(request)
    return .bytes(stamp.bytes, call.operation)
  }
}
