import ControlAPI
import Custody
import ReceiptStore
import Roster

extension Questions {
  /// Registered statements after those that somebody knows, and the alarms that have not ended.
  struct News: Sendable {
    let statements: [StatementView]
    let alarms: [StatusView.Alarm]
  }

  func size() async throws -> UInt64 { try await store.read { try $0.registered() } }

  func changes(from index: UInt64, limit: Int) async throws -> News {
    let office = office
    return try await store.read { reader in
      let wait = try WitnessWait(of: office, reader)
      return News(
        statements: try reader.statements(from: index, limit: limit).map { try Self.view($0, wait, reader) },
        alarms: try Self.alarms(reader))
    }
  }

  /// GET /v1/statements
  func statements(_ query: Query) async throws -> Reply {
    var filter = StatementFilter()
    filter.prefix = try query.value("prefix", "1 to 64 hexadecimal digits", hexadecimalDigits)
    filter.caseID = try query.uuid("case")
    filter.kind = try query.code("kind")
    filter.event = try query.code("event")
    filter.state = try query.code("state")
    filter.party = try query.authority("party")
    filter.since = try query.time("since")
    filter.until = try query.time("until")
    let limit = try query.limit()
    let (from, cursor) = (try query.number("from", 0...UInt64.max), try query.number("cursor", 0...UInt64.max))
    if from != nil, cursor != nil { throw Query.invalid("cursor", "and from exclude each other") }
    let (chosen, start) = (filter, cursor ?? from ?? 0)
    let office = office
    let views = try await store.read { reader in
      let wait = try WitnessWait(of: office, reader)
      return try reader.statements(chosen, from: start, limit: limit + 1, now: currentTime()).map {
        try Self.view($0, wait, reader)
      }
    }
    let next = views.count > limit ? views[limit].index : nil
    return try .json(
      views.prefix(limit).map { seesLines ? $0 : $0.withoutLines },
      link: next.map { query.next("/v1/statements", cursor: String($0), without: "from") })
  }

  /// GET /v1/lines
  func chains(_ query: Query) async throws -> Reply {
    var filter = ChainFilter()
    filter.custodian = try query.active("custodian", under: office.roster.successions)
    filter.phase = try query.value("phase", "held, released, missing, suspended, ended or contested") {
      ChainState.phaseNames.contains($0) ? $0 : nil
    }
    filter.kind = try query.code("kind")
    filter.caseID = try query.uuid("case")
    filter.isOverdue = try query.flag("overdue")
    let limit = try query.limit()
    let after = try query.value("cursor", "what the Link of the page before says") { SubjectReference(hex: $0) }
    let (chosen, now) = (filter, currentTime())
    let views = try await store.read { reader in
      try reader.chains(chosen, after: after, limit: limit + 1, now: now).map { found -> ChainView in
        let isOverdue = try found.chain.openRelease.map { try reader.isOverdue($0, at: now) } ?? false
        return Self.view(found.chain, found.caseID, isOverdue: isOverdue)
      }
    }
    let shown = Array(views.prefix(limit))
    let next = views.count > limit ? shown.last?.subject : nil
    return try .json(shown, link: next.map { query.next("/v1/lines", cursor: $0) })
  }

  private static func view(_ chain: ChainState, _ caseID: RecordID?, isOverdue: Bool) -> ChainView {
    let release = chain.openRelease
    return ChainView(
      subject: chain.subject.description, custodian: chain.custodian.description, phase: chain.phaseName,
      releasedTo: release?.to.description, acceptBy: release?.acceptBy,
      overdue: isOverdue, kind: chain.kind.rawValue, caseID: caseID?.uuid,
      statement: chain.source.description, line: chain.line)
  }

  /// GET /v1/reads
  func reads(_ query: Query) async throws -> Reply {
    var filter = ReadFilter()
    filter.statement = try query.value("statement", "a statement's full id") { StatementID(hex: $0) }
    filter.user = try query.number("user", 0...UInt32.max)
    filter.since = try query.time("since")
    filter.until = try query.time("until")
    let limit = try query.limit()
    let (chosen, after) = (filter, try query.number("cursor", 0...Int64.max) ?? 0)
    let views = try await store.read { reader in
      try reader.reads(chosen, after: after, limit: limit + 1).map { id, read in
        ReadView(
          id: id, at: read.at, user: read.user, operation: read.operation, statement: read.statement.description)
      }
    }
    let shown = Array(views.prefix(limit))
    let next = views.count > limit ? shown.last?.id : nil
    return try .json(shown, link: next.map { query.next("/v1/reads", cursor: String($0)) })
  }
}

private func hexadecimalDigits(_ text: String) -> String? {
  let digits = text.filter { $0 != "-" }
  let fits = (1...64).contains(digits.utf8.count) && digits.utf8.allSatisfy(isHexadecimal)
  return fits ? digits : nil
}

/// Whether a character of ASCII is a hexadecimal digit, small or capital.
func isHexadecimal(_ byte: UInt8) -> Bool {
  0x30...0x39 ~= byte || 0x41...0x46 ~= byte || 0x61...0x66 ~= byte
}

/// An id in a path, whole or its beginning.
extension Questions {
  private static let maximumCandidates = 10

  func statementID(_ text: String?) async throws -> StatementID {
    let digits = try Self.digits(text, "a statement's id or its first hexadecimal digits, at least 4")
    return try await store.read { reader in
      let found = try reader.statementIDs(beginning: digits, limit: Self.maximumCandidates + 1)
      if found.isEmpty, try !reader.draftIDs(beginning: digits, limit: 1).isEmpty {
        throw Self.otherKind("a draft's id", "ask for /v1/drafts/{id}")
      }
      if found.isEmpty, try reader.hasRecord(beginning: digits) {
        throw Self.otherKind("a record's id", "find its statements with /v1/statements?prefix=")
      }
      return try Self.only(found, digits, "statement", "list what is here with `amana show`")
    }
  }

  func draftID(_ text: String?) async throws -> RecordID {
    let digits = try Self.digits(text, "a draft's UUID or its first hexadecimal digits, at least 4")
    return try await store.read { reader in
      let found = try reader.draftIDs(beginning: digits, limit: Self.maximumCandidates + 1)
      if found.isEmpty, try !reader.statementIDs(beginning: digits, limit: 1).isEmpty {
        throw Self.otherKind("a statement's id", "ask for /v1/statements/{id}")
      }
      if found.isEmpty, try reader.hasRecord(beginning: digits) {
        throw Self.otherKind("a record's id", "find its statements with /v1/statements?prefix=")
      }
      return try Self.only(found, digits, "draft", "list the drafts that wait with `amana status`")
    }
  }

  private static func digits(_ text: String?, _ what: String) throws -> String {
    let digits = (text ?? "").filter { $0 != "-" }
    guard (4...64).contains(digits.utf8.count), digits.utf8.allSatisfy(isHexadecimal) else {
      throw badRequest("id", "must be \(what)")
    }
    return digits.lowercased()
  }

  private static func only<ID: CustomStringConvertible>(
    _ found: [ID], _ digits: String, _ what: String, _ next: String
  ) throws -> ID {
    guard let first = found.first else {
      throw Problem(
        status: 404, code: "not-found", title: "No such \(what)", detail: "no \(what) \(digits) is here", next: next)
    }
    guard found.count == 1 else {
      throw Problem(
        status: 409, code: "ambiguous", title: "Several fit", detail: "\(digits) is the beginning of several ids",
        next: "say more digits", candidates: found.prefix(maximumCandidates).map(\.description))
    }
    return first
  }

  private static func otherKind(_ what: String, _ next: String) -> Problem {
    Problem(status: 404, code: "other-kind", title: "This is another kind of id", detail: "it is \(what)", next: next)
  }
}
