import ControlAPI
import Custody
import ReceiptStore
import Roster

/// What a duty officer asks, each in one request, answered from the projection: GET /v1/questions and below.
struct Asking: Sendable {
  let office: Office
  let store: ReceiptStore

  /// An answer, and the statements by which it names people: who reads them is noted before it is given.
  struct Answer: Sendable {
    let reply: Reply
    var read: [StatementID] = []
  }

  /// No answer, after identity annexes were looked through for it: that is noted too.
  struct Refused: Error {
    let problem: Problem
    let read: [StatementID]
  }

  func answer(_ operation: ControlOperation, _ query: Query) async throws -> Answer {
    switch operation {
    case .askCustody: try await person(query, pages: false)
    case .askChain: try await person(query, pages: true)
    case .askUnresolved: try await unresolved(query)
    case .askHeld: Answer(reply: try await held(query))
    case .askChanges: Answer(reply: try await changes(query))
    case .askTally: Answer(reply: try await tally(query))
    default: Answer(reply: try await transit(query))
    }
  }

  // MARK: On the road

  /// GET /v1/questions/transit
  private func transit(_ query: Query) async throws -> Reply {
    var filter = TransitFilter()
    filter.party = try query.active("party", under: office.roster.successions)
    filter.formerly = filter.party.map(office.roster.successions.places) ?? []
    filter.isOverdue = try query.flag("overdue")
    let limit = try query.limit()
    let place = try query.value("cursor", "what the Link of the page before says", StoreReader.TransitPlace.init)
    let (chosen, now, successions, own) = (filter, currentTime(), office.roster.successions, office.places)
    let rows = try await store.read { reader in
      try reader.releasesOnTheRoad(chosen, after: place ?? .first, limit: limit + 1, now: now, own: own).map {
        (view: try Self.view($0.release, now, successions, reader), place: $0.place)
      }
    }
    let shown = rows.prefix(limit)
    let next = rows.count > limit ? shown.last?.place.text : nil
    return try .json(shown.map(\.view), link: next.map { query.next("/v1/questions/transit", cursor: $0) })
  }

  private static func view(
    _ release: OpenRelease, _ now: UnixTime, _ successions: Successions, _ reader: StoreReader
  ) throws -> InTransitView {
    func current(_ name: String) -> String {
      AuthorityName(name).map { successions.current($0).description } ?? name
    }
    let stored = try Questions.stored(release.statement, reader)
    let late = release.due.map { now - $0 } ?? 0
    // Of what is not here yet nobody knows how many it has.
    let isHere = release.lines != nil
    return InTransitView(
      statement: release.statement.description, recordID: stored.summary.recordID.uuid,
      caseID: stored.summary.caseID?.uuid, index: stored.index, event: stored.summary.type.rawValue,
      kind: stored.summary.kind?.rawValue, custodian: current(release.custodian),
      to: current(release.to),
      occurredAt: try SignedStatement(decoding: stored.bytes).event.occurred.at.text, acceptBy: stored.summary.acceptBy,
      overdue: late > 0, overdueSeconds: late > 0 ? late : nil, lines: release.lines,
      released: isHere ? try Questions.lineCount(stored.summary, reader) : nil, contested: release.contested)
  }

  // MARK: Held at a site

  /// GET /v1/questions/held. Exact counts of few people say something of each of them: it is a right to read persons.
  private func held(_ query: Query) async throws -> Reply {
    let custodian = try query.active("custodian", under: office.roster.successions) ?? office.authority.name
    let site = try query.value("site", "a site id of 1 to 64 characters") {
      (1...64).contains($0.unicodeScalars.count) ? $0 : nil
    }
    let limit = try query.limit()
    let cursor = try query.value("cursor", "what the Link of the page before says") {
      $0.hasPrefix("after:") ? String($0.dropFirst(6)) : nil
    }
    // Of one site there are at most as many rows as ages and phases.
    let rowsOfSite = (AgeFlag.allCases.count + 1) * ChainState.phaseNames.count
    let counts = try await store.read { reader in
      if let site { return try reader.held(by: custodian, at: site) }
      return try reader.held(by: custodian, after: cursor, limit: (limit + 1) * rowsOfSite)
    }
    let sites = counts.map(\.site).reduce(into: [String?]()) { if $0.last != $1 { $0.append($1) } }
    let views = sites.prefix(limit).flatMap { site in Self.views(counts.filter { $0.site == site }) }
    let next = sites.count > limit ? Query.encoded("after:\(sites[limit - 1] ?? "")") : nil
    return try .json(views, link: next.map { query.next("/v1/questions/held", cursor: $0) })
  }

  /// One row an age.
  private static func views(_ counts: [HeldCount]) -> [HeldView] {
    let ages = counts.map(\.age).reduce(into: [String?]()) { if !$0.contains($1) { $0.append($1) } }
    return ages.map { age in
      func lines(_ phase: String) -> Int {
        counts.filter { $0.age == age && $0.phase == phase }.reduce(0) { $0 + $1.lines }
      }
      return HeldView(
        site: counts.first?.site, age: age, held: lines("held"), released: lines("released"),
        missing: lines("missing"), suspended: lines("suspended"), contested: lines("contested"))
    }
  }
}

extension StoreReader.TransitPlace {
  /// As a cursor says it.
  fileprivate var text: String { "\(due)-\(hexadecimal(statement))" }

  fileprivate init?(_ text: String) {
    let parts = text.split(separator: "-", maxSplits: 1)
    guard parts.count == 2, let due = UnixTime(parts[0]), let id = StatementID(hex: String(parts[1])) else {
      return nil
    }
    self.init(due: due, statement: id.bytes)
  }
}

extension Routes {
  /// Answers a question, and notes whose names it shows.
  func ask(_ call: Call) async throws -> Reply {
    do {
      let answer = try await Asking(office: office, store: store).answer(call.operation, call.query)
      try await readLog.note(answer.read, by: call.caller, call.operation)
      return answer.reply
    } catch let refused as Asking.Refused {
      try await readLog.note(refused.read, by: call.caller, call.operation)
      throw refused.problem
    }
  }
}
