import COSE
import ControlAPI
import Custody
import Foundation
import Roster
import TransparencyLog

/// What a daemon wrote before: whom its authority held and who was released to it, verified here as anybody verifies a
/// bundle. It says how things stood then; the daemon judges a draft by how they stand when it is imported.
struct OfflineKit: KnownStatements {
  /// When it was written, as its header says, which nobody has signed.
  let created: OffsetTime
  /// When the newest statement in it was recorded, which its issuer has signed.
  var newest: OffsetTime? { statements.map(\.event.recordedAt).max { $0.unix < $1.unix } }
  /// Custody as the kit's statements add up to.
  let ledger: Ledger
  let codeLists: [CodeList]
  /// In the order of the log.
  private let statements: [SignedStatement]
  private let byID: [StatementID: SignedStatement]
  private let order: [StatementID: UInt64]
  private let bundle: Custody.Bundle
  private let roster: VerifiedRoster
  /// What was wrong with each and recorded all the same.
  private let flags: [StatementID: [Violation]]
  /// By what reference people are known in a register.
  let references: [SubjectReference: String]
  /// For whom it was written.
  private let owner: AuthorityName

  init(_ path: String, of owner: AuthorityName, under roster: VerifiedRoster, in language: Language) throws {
    func bad(_ why: String) -> CommandFailure {
      CommandFailure(Exit.doesNotHold, say(.offlineKitBad, in: language, visible(path), why))
    }
    do {
      bundle = try Custody.Bundle(decoding: readFile(path, limit: Custody.Bundle.maximumByteCount))
    } catch let error as DecodeError { throw bad("\(error)") }
    let report = BundleVerifier().verify(bundle, pinned: roster.digest, now: now())
    if let failure = report.failures.first { throw bad(failure) }
    if let line = report.lines.first(where: { $0.refusal != nil }) {
      throw bad(say(.verifyBad, in: language, String(line.offset), line.refusal ?? ""))
    }
    created = bundle.created
    ledger = report.ledger
    codeLists = bundle.codeLists.map(\.value)
    statements = bundle.statements.map(\.value)
    byID = Dictionary(statements.map { ($0.id, $0) }) { first, _ in first }
    order = Dictionary(statements.enumerated().map { ($1.id, UInt64($0) + 1) }) { first, _ in first }
    // What the kit lacks is no fault of the statement.
    flags = Dictionary(
      report.lines.map { line in (line.statement.id, line.flags.filter { $0.code != .v32 }) }
    ) { $0 + $1 }
    self.roster = roster
    self.owner = owner
    var references: [SubjectReference: String] = [:]
    for signed in statements {
      for (subject, person) in try bundle.content(of: signed).persons() {
        references[subject] = person["reference"] ?? references[subject]
      }
    }
    self.references = references
  }

  /// After that people have mostly moved on: what is drafted from it is likely to be refused when it is imported.
  private static let fresh = 2 * secondsPerDay
  /// More than clocks are off: a kit from so far ahead was not written then, or this machine's clock is wrong.
  private static let clocks = secondsPerDay / 24

  /// What is to be said of a kit's age before anybody approves what was drafted from it.
  static func age(of created: OffsetTime, _ newest: OffsetTime?, at now: UnixTime, in language: Language) -> [String] {
    var lines = [say(.offlineKitAge, in: language, created.text, newest?.text ?? "-")]
    let seconds = now - created.unix
    if seconds > fresh { lines.append(say(.offlineKitOld, in: language, String(seconds / secondsPerDay))) }
    if seconds < -clocks { lines.append(say(.offlineKitAhead, in: language, OffsetTime(unix: now).text)) }
    return lines
  }

  subscript(id: StatementID) -> SignedStatement? { byID[id] }

  func content(of signed: SignedStatement) -> Content { bundle.content(of: signed) }

  func flags(_ id: StatementID) -> [Violation] { flags[id] ?? [] }

  /// The one statement of one of these events that an id or a record's id means: the furthest step of a record.
  func statement(_ text: String, events: [String], in language: Language) throws -> SignedStatement {
    let id = try Abbreviation(text, in: language)
    let found = byID.values.filter { id.begins($0.id.description) || id.begins($0.event.recordID.uuid) }
    let fitting = events.lazy.map { event in found.filter { $0.event.type.rawValue == event } }.first { !$0.isEmpty }
    guard let fitting, let first = fitting.first else {
      throw CommandFailure(Exit.doesNotHold, say(.offlineNothing, in: language, text))
    }
    guard fitting.count == 1 else {
      let candidates = fitting.map { signed in
        Candidate(
          id: String(signed.id.description.prefix(16)), event: signed.event.type.rawValue,
          occurredAt: signed.event.occurred.at.text)
      }
      throw CommandFailure(
        Exit.usage, lines: [say(.ambiguous, in: language, text)] + Candidate.lines(candidates, in: language))
    }
    return first
  }

  var custody: any CustodyView { ledger }
  func signed(_ id: StatementID) -> SignedStatement? { byID[id] }

  func described(_ id: StatementID) throws -> DescribedPeople? {
    guard let content = byID[id].map({ content(of: $0) }), let manifest = content.manifest else { return nil }
    return DescribedPeople(manifest: manifest, identities: try content.persons(), id: id)
  }

  func people(of id: StatementID) throws -> DescribedPeople {
    if let people = try described(id) { return people }
    throw Problem.badRequest(
      "statement",
      isErased(id) ? "what \(id) said of people was erased" : "the kit holds no lines of \(id): write it again")
  }

  func ownCorrections(sharing id: StatementID) throws -> [(statement: StatementID, place: UInt64)] {
    let subjects = Set(try described(id)?.manifest.subjects ?? [])
    return statements.filter { signed in
      guard signed.event.type == .corrected, let issuer = roster.authority(uri: signed.issuer)?.name,
        roster.successions.areOne(issuer, owner)
      else { return false }
      return content(of: signed).manifest?.subjects.contains(where: subjects.contains) == true
    }.map { ($0.id, order[$0.id] ?? 0) }
  }

  func receiver(of id: StatementID) -> AuthorityName? { byID[id]?.event.to }
  func place(of id: StatementID) -> UInt64? { order[id] }
  func lines(of id: StatementID) -> Manifest? { byID[id].flatMap { content(of: $0).manifest } }

  /// The lines of a statement as people name them.
  func lines(of signed: SignedStatement) throws -> [LineView] {
    let content = content(of: signed)
    // An answer, a recall or an incident names nobody itself.
    let persons = try content.persons()
    return (content.manifest?.lines ?? []).compactMap { index, leaf in
      guard let subject = leaf.subject, let chain = ledger.chain(subject) else { return nil }
      return LineView(
        line: index, subject: subject.description, custodian: chain.custodian.description, phase: chain.phaseName,
        releasedTo: chain.openRelease?.to.description, age: nil,
        reference: persons[subject]?["reference"] ?? references[subject], name: nil,
        answer: ledger.releaseLine(signed.id, index)?.answer?.code.rawValue)
    }
  }

  /// The manifests that some addressee of an event has not seen, since it was neither issuer nor addressee of them.
  /// What is kept from one of them stays behind.
  func history(of event: Event, _ content: Content, by own: AuthorityName) -> History {
    let readers = Set(event.readers).subtracting([own])
    guard !readers.isEmpty else { return History(items: []) }
    var (open, seen) = (Array(cited(by: event, content)), Set<StatementID>())
    while let id = open.popLast() {
      guard seen.insert(id).inserted, let signed = byID[id] else { continue }
      open += cited(by: signed.event, self.content(of: signed))
    }
    var items: [History.Item] = []
    for signed in statements where seen.remove(signed.id) != nil {
      guard let manifest = self.content(of: signed).manifest else { continue }
      let issuer = roster.authority(uri: signed.issuer)?.name
      if readers.contains(where: { signed.event.isWithheld(from: $0, issuedBy: issuer, under: roster) }) { continue }
      let knowing = Set(signed.event.readers + [issuer].compactMap(\.self))
      guard !readers.isSubset(of: knowing) else { continue }
      items.append(History.Item(statement: signed.id, manifest: manifest.encoded()))
    }
    return History(items: items)
  }

  /// What a draft cites, each with its issuer.
  func building(_ event: Event, _ content: Content) -> [(signed: SignedStatement, issuer: AuthorityName?)] {
    cited(by: event, content).sorted().compactMap { id in
      byID[id].map { ($0, roster.authority(uri: $0.issuer)?.name) }
    }
  }

  /// Whether what stood beside a statement was erased where the kit was written.
  func isErased(_ id: StatementID) -> Bool {
    statements.contains { $0.event.type == .erased && $0.event.references.contains(Reference(.about, id)) }
  }

  private func cited(by event: Event, _ content: Content) -> Set<StatementID> {
    var cited = Set(event.references.map(\.statement))
    for leaf in content.manifest?.leaves ?? [] {
      guard let subject = leaf.subject, let previous = leaf.custodyPrevious else { continue }
      cited.insert(previous)
      // custody_prev names only one of the signatures under a settlement.
      for resolution in ledger.chain(subject)?.resolutions ?? [] {
        cited.formUnion([resolution.id] + resolution.heads)
      }
    }
    return cited
  }
}
