import COSE
import ControlAPI
import Custody
import ReceiptStore
import Roster

extension Questions {
  /// GET /v1/statements/{id}/lines
  func lines(_ id: StatementID) async throws -> [LineView] {
    try await store.read { reader in
      guard var lines = try ShownLines(of: try Self.stored(id, reader), reader) else { return [] }
      return try lines.manifest.lines.compactMap { index, leaf in try lines.view(index, leaf) }
    }
  }
}

/// The lines of one statement and who holds them now.
private struct ShownLines {
  let stored: StoredStatement
  let manifest: Manifest
  let reader: StoreReader
  private var identities: Identities
  /// Of an inquiry: what was found of each person, as was said last.
  private let findings: [SubjectReference: String]
  private let testimonies: ShownTestimonies
  private var isThing: Bool { stored.summary.kind?.row.isOfPersons == false }

  /// - Returns: nil when its lines are not here.
  init?(of stored: StoredStatement, _ reader: StoreReader) throws {
    guard let manifest = try reader.content(owner: stored.id.bytes).manifest else { return nil }
    self.stored = stored
    self.manifest = manifest
    self.reader = reader
    identities = Identities(reader: reader, own: stored.id)
    testimonies = try ShownTestimonies(of: stored.id, manifest, reader)
    findings = try stored.summary.type == .inquiry ? Self.findings(stored, reader) : [:]
  }

  private static func findings(_ inquiry: StoredStatement, _ reader: StoreReader) throws -> [SubjectReference: String] {
    var found: [SubjectReference: String] = [:]
    let answers = try reader.statements(record: inquiry.summary.recordID).compactMap { try reader.statement($0) }
      .filter { $0.summary.type == .inquiryAnswered }.sorted { $0.index < $1.index }
    for answer in answers {
      guard let manifest = try reader.content(owner: answer.id.bytes).manifest else { continue }
      for (_, leaf) in manifest.lines {
        if let subject = leaf.subject { found[subject] = manifest.value("finding", of: leaf)?.text }
      }
    }
    return found
  }

  /// - Returns: nil where nothing is known of somebody's custody, and nobody asked.
  mutating func view(_ index: Int, _ leaf: ManifestLeaf) throws -> LineView? {
    guard let subject = leaf.subject else { return nil }
    let chain = try reader.chain(subject)
    guard chain != nil || manifest.schema == .inquiry || manifest.schema == .inquiryAnswer else { return nil }
    let person = try identities.person(subject, of: chain)
    let incident = try reader.newestOccurrence(of: subject)
    var view = LineView(
      line: index, subject: subject.description, custodian: chain?.custodian.description ?? "",
      phase: chain?.phaseName ?? "unknown", releasedTo: chain?.openRelease?.to.description,
      age: manifest.value("age", of: leaf)?.text, reference: person?["reference"],
      name: isThing ? person?["description"] : person?["name_latin"] ?? person?["name_arabic"],
      answer: try answer(index, subject, leaf), item: isThing ? item(leaf) : nil,
      claimants: chain?.claimants?.map(\.description), round: chain?.contest?.round,
      signedBy: chain?.contest?.signed.map(\.issuer.description), incident: incident?.what.code,
      incidentStatement: incident?.statement.description)
    if !isThing {
      view.nameArabic = person?["name_latin"] == nil ? nil : person?["name_arabic"]
      view.born = person?["born"]
    }
    view.corrections = testimonies.corrections[subject]
    view.protests = testimonies.protests[subject]
    view.links = testimonies.links(of: subject)
    return view
  }

  private func answer(_ index: Int, _ subject: SubjectReference, _ leaf: ManifestLeaf) throws -> String? {
    if stored.summary.type.isRelease { return try reader.releaseLine(stored.id, index)?.answer?.code.rawValue }
    return manifest.value("outcome", of: leaf)?.text ?? manifest.value("finding", of: leaf)?.text ?? findings[subject]
  }

  /// What a line says of a thing; nothing where it only answers one.
  private func item(_ leaf: ManifestLeaf) -> LineView.Item {
    let quantity = manifest.value("quantity", of: leaf)?.map
    return LineView.Item(
      container: manifest.value("container", of: leaf)?.text, category: manifest.value("category", of: leaf)?.text,
      seals: manifest.value("seals", of: leaf)?.array?.compactMap(\.text), quantity: quantity?["number"]?.uint,
      unit: quantity?["unit"]?.text)
  }
}

/// Who people are: from the statement's own annex, else from that of the statement that last described them.
struct Identities {
  let reader: StoreReader
  let own: StatementID
  private var opened: [StatementID: [SubjectReference: [String: String]]] = [:]

  init(reader: StoreReader, own: StatementID) {
    self.reader = reader
    self.own = own
  }

  mutating func person(_ subject: SubjectReference, of chain: ChainState?) throws -> [String: String]? {
    let told = try persons(own)[subject]
    guard told?["reference"] == nil, let chain else { return told }
    // A correction tells only what it corrects.
    return try persons(chain.source)[subject]?.merging(told ?? [:]) { $1 } ?? told
  }

  private mutating func persons(_ id: StatementID) throws -> [SubjectReference: [String: String]] {
    if let known = opened[id] { return known }
    let annex = try reader.content(owner: id.bytes).annexes.first { $0.id == Annex.identityID }
    let persons = try annex?.persons() ?? [:]
    opened[id] = persons
    return persons
  }
}
