import ControlAPI
import Custody
import ReceiptStore
import Roster
import TransparencyLog

/// Who holds somebody now, on what proof, and the whole chain, every signature checked.
extension Asking {
  /// GET /v1/questions/custody, and with pages GET /v1/questions/chain
  func person(_ query: Query, pages: Bool) async throws -> Answer {
    let wish = try Wish(query)
    let limit = pages ? try query.limit() : 0
    let start = try pages ? query.number("cursor", 0...UInt64(Int64.max)) ?? 0 : 0
    let office = office
    let (view, next, read) = try await store.read { reader in
      let chosen = try Self.choose(wish, reader)
      let chain = chosen.chain
      let found =
        pages
        ? try reader.statements(about: chain.subject, from: start, limit: limit + 1)
        : try Self.proof(of: chain, reader)
      let shown = pages ? Array(found.prefix(limit)) : found
      var check = StepCheck(office: office, reader: reader, chain: chain)
      let steps = try shown.map { try check.view($0) }
      let next = found.count > shown.count ? found[shown.count].index : nil
      let view = try Self.view(chain, steps, office, reader)
      // Each of them shows a line of this person.
      return (view, next, Set(shown.map(\.id) + [chain.source] + chosen.searched).sorted())
    }
    return Answer(
      reply: try .json(view, link: next.map { query.next("/v1/questions/chain", cursor: String($0)) }), read: read)
  }

  /// What the answer rests on: the last step on which all agree, every signature under it where it is a settlement, those
  /// that compete, what took them in, and what befell them last.
  private static func proof(of chain: ChainState, _ reader: StoreReader) throws -> [StoredStatement] {
    let signed = chain.contest?.signed.map(\.id) ?? []
    let resting =
      chain.heads + [chain.head, chain.source] + [chain.takenIn].compactMap(\.self) + signed
      + chain.settlement + [try reader.newestOccurrence(of: chain.subject)?.statement].compactMap(\.self)
    return try Set(resting).compactMap { try reader.statement($0) }.sorted { $0.index < $1.index }
  }

  private static func view(_ chain: ChainState, _ steps: [StepView], _ office: Office, _ reader: StoreReader) throws
    -> PersonView
  {
    var identities = Identities(reader: reader, own: chain.source)
    let person = try identities.person(chain.subject, of: chain)
    let incident = try reader.newestOccurrence(of: chain.subject)
    let known = chain.known
    let release = known.openRelease
    let since = try chain.takenIn.flatMap { try reader.statement($0) }.map {
      try SignedStatement(decoding: $0.bytes).event.occurred.at.text
    }
    return PersonView(
      subject: chain.subject.description, kind: chain.kind.rawValue, reference: person?["reference"],
      name: person?["name_latin"] ?? person?["name_arabic"] ?? person?["description"],
      custodian: chain.custodian.description, phase: chain.phaseName, releasedTo: release?.to.description,
      acceptBy: release?.acceptBy, overdue: try release.map { try reader.isOverdue($0, at: currentTime()) } ?? false,
      site: try chain.takenIn.flatMap { try reader.site(of: $0) }, since: since,
      claimants: chain.claimants?.map(\.description), restored: chain.onlyRestored?.description,
      known: chain.onlyRestored == nil ? nil : known.phaseName, incident: incident?.what.code,
      incidentStatement: incident?.statement.description, statement: chain.source.description, line: chain.line,
      unbroken: chain.isUnbroken, size: try reader.size(),
      asOf: try reader.latestCheckpointTime(origin: office.origin), holds: steps.allSatisfy(\.holds), steps: steps)
  }
}

// MARK: - Whom somebody means

extension Asking {
  /// A person as somebody names them: by subject_ref, or by a line or a register reference within a record. Nobody is
  /// found by name.
  struct Wish: Sendable {
    var subject: String?
    var within: String?
    var line: String?

    init(_ query: Query) throws {
      subject = try query.value("subject", "a subject_ref or its first hexadecimal digits, at least 4") {
        $0.utf8.count >= 4 && $0.utf8.count <= 32 && $0.utf8.allSatisfy(isHexadecimal) ? $0.lowercased() : nil
      }
      (within, line) = (query.text("within"), query.text("line"))
      guard (subject == nil) == (within != nil), (within == nil) == (line == nil) else {
        throw Query.invalid("subject", "or within together with line must say whom, one of both")
      }
    }
  }

  private struct Choice {
    let chain: ChainState
    /// Statements whose identity annexes were looked through.
    var searched: [StatementID] = []
  }

  private static let maximumCandidates = 10

  private static func choose(_ wish: Wish, _ reader: StoreReader) throws -> Choice {
    guard let digits = wish.subject else { return try choose(wish.within ?? "", wish.line ?? "", reader) }
    let found = try reader.chains(beginning: digits, limit: maximumCandidates + 1)
    guard let first = found.first else { throw nobody("no chain begins with \(digits)") }
    guard found.count == 1 else { throw ambiguous(found.map(\.subject.description)) }
    return Choice(chain: first)
  }

  private static func choose(_ within: String, _ line: String, _ reader: StoreReader) throws -> Choice {
    let statements = try meant(within, reader).statements
    // What describes people goes before what only answers for them.
    let describing = statements.filter { [.redirect, .release, .offer, .intake].contains($0.summary.type) }
    let others = statements.filter { one in !describing.contains { $0.id == one.id } }
    var search = Search(line: LineName(line), reader: reader)
    do {
      let first = try search.look(in: describing)
      let found = try first.isEmpty ? search.look(in: others) : first
      // The same number is somebody else in each manifest.
      guard found.count <= 1 else { throw several(line, found.values.map(\.description).sorted()) }
      guard let subject = found.keys.first, let chain = try reader.chain(subject) else {
        throw try search.problem(within, line)
      }
      return Choice(chain: chain, searched: search.searched)
    } catch let problem as Problem {
      // Who tries references against a record has read it, also where none fits.
      throw Refused(problem: problem, read: search.searched)
    }
  }

  /// A look for somebody in statements.
  private struct Search {
    let line: LineName
    let reader: StoreReader
    /// Those whose annexes were opened for it.
    private(set) var searched: [StatementID] = []
    /// Those whose lines are not here, and those that were erased.
    private var absent: [StatementID] = []
    private var erased: [(id: StatementID, by: Erasure)] = []

    init(line: LineName, reader: StoreReader) {
      self.line = line
      self.reader = reader
    }

    /// Whom the line means in any of some statements, each with one that says so.
    mutating func look(in statements: [StoredStatement]) throws -> [SubjectReference: StatementID] {
      var found: [SubjectReference: StatementID] = [:]
      for stored in statements.sorted(by: { $0.index > $1.index }) {
        let content = try reader.content(owner: stored.id.bytes)
        if let erasure = try reader.erasure(of: stored.id) { erased.append((stored.id, erasure)) }
        // Of erased lines their numbers stay.
        guard let manifest = try content.manifest ?? reader.custodyLines(of: stored.id) else {
          if try reader.awaitsLines(stored.id) { absent.append(stored.id) }
          continue
        }
        let persons = try content.persons()
        if !persons.isEmpty { searched.append(stored.id) }
        guard let subject = try line.subject(manifest, persons), try reader.chain(subject) != nil else { continue }
        found[subject] = found[subject] ?? stored.id
      }
      return found
    }

    /// Why nobody was found: that lines are not here says nothing of who stands in them.
    func problem(_ within: String, _ text: String) throws -> Problem {
      if let first = absent.first {
        return Problem(
          status: 409, code: "incomplete", title: "Its lines are not here",
          detail: "nobody can say who is \(text) of \(within): the lines of \(first)"
            + (absent.count > 1 ? " and \(absent.count - 1) more" : "") + " are not here",
          next: "see what is missing with `amana inbox --incomplete`; ask whoever holds what is not for this authority")
      }
      if !line.isNumber, let first = erased.first { return Problem.erased(first.id, first.by) }
      return Asking.nobody("\(within) has no line \(text)")
    }
  }

  /// The statements that the beginning of an id means: one, or all of one record, which is then named.
  static func meant(_ text: String, _ reader: StoreReader) throws -> (statements: [StoredStatement], record: RecordID?)
  {
    let digits = text.lowercased().filter { $0 != "-" }
    guard (4...64).contains(digits.utf8.count), digits.utf8.allSatisfy(isHexadecimal) else {
      throw Query.invalid("within", "must be the beginning of a statement's or record's id, at least 4 digits")
    }
    let (records, statements) = try reader.meant(by: digits, limit: maximumCandidates + 1)
    guard !records.isEmpty || !statements.isEmpty else { throw nobody("no statement or record begins with \(text)") }
    guard records.count + statements.count == 1 else {
      throw ambiguous(records.map(\.uuid) + statements.map(\.description))
    }
    let found = try records.first.map { try reader.statements(record: $0) } ?? statements
    // A twin has the same id.
    let all = try Set(found).compactMap { try reader.statement($0) }.sorted { $0.index < $1.index }
    return (all, records.first)
  }

  fileprivate static func nobody(_ detail: String) -> Problem {
    Problem(
      status: 404, code: "not-found", title: "Nobody is known by this", detail: detail,
      next: "find the record with `amana show`, and its lines with `amana show ID --lines`")
  }

  private static func several(_ line: String, _ statements: [String]) -> Problem {
    Problem(
      status: 409, code: "ambiguous", title: "Several fit",
      detail: "\(line) means somebody else in each of these statements", next: "name one of them instead of the record",
      candidates: Array(statements.prefix(maximumCandidates)))
  }

  private static func ambiguous(_ candidates: [String]) -> Problem {
    Problem(
      status: 409, code: "ambiguous", title: "Several fit", detail: "this is the beginning of several ids",
      next: "say more digits", candidates: Array(candidates.prefix(maximumCandidates)))
  }
}

/// A line as people name it: "7", "HSK-0041", and where it could be either "line:7" or "ref:7".
struct LineName {
  private let text: String

  init(_ text: String) { self.text = text }

  /// Whether it can only be a number.
  var isNumber: Bool { text.hasPrefix("line:") || !text.isEmpty && text.utf8.allSatisfy { 0x30...0x39 ~= $0 } }

  /// - Throws: where the word is one person's reference and another one's line.
  func subject(_ manifest: Manifest, _ persons: [SubjectReference: [String: String]]) throws -> SubjectReference? {
    let byReference = text.hasPrefix("line:") ? nil : try referenced(manifest, persons)
    let byNumber = text.hasPrefix("ref:") ? nil : numbered(manifest)
    if let byReference, let byNumber, byReference != byNumber {
      throw Query.invalid("line", "is somebody's reference and another one's line: say line:… or ref:…")
    }
    return byReference ?? byNumber
  }

  private func numbered(_ manifest: Manifest) -> SubjectReference? {
    guard let number = Int(text.hasPrefix("line:") ? String(text.dropFirst(5)) : text),
      manifest.leaves.indices.contains(number)
    else { return nil }
    return manifest.leaves[number].subject
  }

  private func referenced(_ manifest: Manifest, _ persons: [SubjectReference: [String: String]]) throws
    -> SubjectReference?
  {
    let reference = text.hasPrefix("ref:") ? String(text.dropFirst(4)) : text
    let found = persons.filter { $0.value["reference"].map { sameText($0, reference) } ?? false }.map(\.key)
    guard found.count <= 1 else { throw Query.invalid("line", "is the reference of several people: say line:…") }
    return found.first
  }

  private func sameText(_ left: String, _ right: String) -> Bool { Array(left.utf8) == Array(right.utf8) }
}
