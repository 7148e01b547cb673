import COSE
import ControlAPI
import Custody
import ReceiptStore
import Roster

extension Questions {
  /// GET /v1/statements/{id}/lines
  /// - Returns: the lines, and every statement that shows somebody in them.
  func lines(_ id: StatementID) async throws -> (views: [LineView], read: [StatementID]) {
    let successions = office.roster.successions
    return try await store.read { reader in
      guard var lines = try ShownLines(of: try Self.stored(id, reader), reader, successions) else { return ([], []) }
      let views = try lines.manifest.lines.compactMap { index, leaf in try lines.view(index, leaf) }
      return (views, views.isEmpty ? [] : lines.read.union([id]).sorted())
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
  /// What was opened for them beside the statement's own manifest.
  var read: Set<StatementID> { identities.read.union(testimonies.read) }
  private var isThing: Bool { stored.summary.kind?.row.isOfPersons == false }

  /// - Returns: nil when its lines are not here.
  init?(of stored: StoredStatement, _ reader: StoreReader, _ places: Successions) throws {
    guard let manifest = try reader.custodyLines(of: stored.id) else { return nil }
    self.stored = stored
    self.manifest = manifest
    self.reader = reader
    identities = Identities(reader: reader, own: stored.id)
    testimonies = try ShownTestimonies(of: stored.id, manifest, reader)
    findings = try stored.summary.type == .inquiry ? Self.findings(stored, reader, places) : [:]
  }

  /// What somebody else says in that record is no finding of whoever was asked.
  private static func findings(_ inquiry: StoredStatement, _ reader: StoreReader, _ places: Successions) throws
    -> [SubjectReference: String]
  {
    guard let asked = inquiry.summary.to else { return [:] }
    var found: [SubjectReference: String] = [:]
    for answer in try reader.answers(to: inquiry.id, of: asked, under: places) {
      guard let manifest = try reader.content(owner: answer.bytes).manifest else { continue }
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

  /// The statements whose annexes were opened and name people.
  var read: Set<StatementID> { Set(opened.filter { !$0.value.isEmpty }.keys) }

  mutating func person(_ subject: SubjectReference, of chain: ChainState?) throws -> [String: String]? {
    let told = try persons(own)[subject]
    guard told?["reference"] == nil, let chain else { return told }
    // A correction tells only what it corrects.
    return try persons(chain.source)[subject]?.merging(told ?? [:]) { $1 } ?? told
  }

  private mutating func persons(_ id: StatementID) throws -> [SubjectReference: [String: String]] {
    if let known = opened[id] { return known }
    let persons = try reader.content(owner: id.bytes).persons()
    opened[id] = persons
    return persons
  }
}
