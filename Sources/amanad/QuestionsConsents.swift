import COSE
import ControlAPI
import Custody
import ReceiptStore
import Roster

extension Questions {
  /// What whoever handed people over by a release has said of their going on, by line and then in the order in which it
  /// was said; and the statements that were opened for it: what it shows stands in sealed lines.
  func consents(_ id: StatementID) async throws -> (views: [ConsentView], read: [StatementID]) {
    let places = office.roster.successions
    let now = currentTime() + office.policy.toleranceSeconds
    return try await store.read { reader in
      let stored = try Self.stored(id, reader)
      guard stored.summary.type.isRelease, let first = stored.summary.from else { return ([], []) }
      try Self.refuseUnread(stored, reader)
      let handover = ForeignHandover(from: first, release: id)
      var opened = OpenedConsents(reader: reader)
      var found: [ConsentView] = []
      for line in try reader.releaseLines(of: id) {
        let said = try reader.consents(of: line.subject).filter {
          $0.release == id && places.areOne($0.issuer, first)
        }
        for consent in said {
          guard let (occurred, terms) = try opened.terms(of: consent) else { continue }
          let counting = try said.counting(on: handover, to: consent.receiver, reader, under: places, at: now)
          found.append(
            ConsentView(
              statement: consent.statement.description, line: line.line, subject: line.subject.description,
              issuer: consent.issuer.description, consent: consent.status.rawValue, to: consent.receiver?.description,
              conditions: terms.conditions, until: terms.until, occurredAt: occurred,
              counts: counting?.statement == consent.statement))
        }
      }
      let read = opened.statements
      return (found, read.isEmpty ? [] : [id] + read)
    }
  }

  /// Nobody is told that nothing was said, or that a consent counts, while the lines that may say otherwise are not here.
  private static func refuseUnread(_ release: StoredStatement, _ reader: StoreReader) throws {
    guard try reader.custodyLines(of: release.id) != nil else { throw Drafting.incomplete(release.id) }
    for id in try reader.incompleteStatements(of: [.onwardConsent]) {
      guard let stored = try reader.statement(id) else { continue }
      let references = try SignedStatement(decoding: stored.bytes).event.references
      guard !references.contains(Reference(.release, release.id)) else { throw Drafting.incomplete(id) }
    }
  }
}

/// The lines of consents, each statement read once.
private struct OpenedConsents {
  struct Terms {
    let conditions: [String]
    let until: String?
  }

  let reader: StoreReader
  private var known: [StatementID: (occurred: String, terms: [SubjectReference: Terms])] = [:]

  init(reader: StoreReader) { self.reader = reader }

  var statements: [StatementID] { known.keys.sorted() }

  mutating func terms(of consent: OnwardConsent) throws -> (occurred: String, terms: Terms)? {
    if known[consent.statement] == nil { known[consent.statement] = try open(consent.statement) }
    guard let found = known[consent.statement], let terms = found.terms[consent.subject] else { return nil }
    return (found.occurred, terms)
  }

  private func open(_ id: StatementID) throws -> (occurred: String, terms: [SubjectReference: Terms])? {
    // What was said counts on when its content was erased.
    guard let stored = try reader.statement(id), let manifest = try reader.custodyLines(of: id) else { return nil }
    let terms = manifest.lines.compactMap { _, leaf in
      leaf.subject.map { subject in
        (
          subject,
          Terms(
            conditions: manifest.value("conditions", of: leaf)?.array?.compactMap(\.text) ?? [],
            until: manifest.value("until", of: leaf)?.text)
        )
      }
    }
    return (
      try SignedStatement(decoding: stored.bytes).event.occurred.at.text,
      Dictionary(terms) { first, _ in first }
    )
  }
}
