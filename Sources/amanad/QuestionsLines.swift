import COSE
import ControlAPI
import Custody
import OpenSSL
import ReceiptStore
import Roster

extension Questions {
  /// GET /v1/statements/{id}/lines
  /// - Returns: the lines, and every statement that shows somebody in them.
  func lines(_ id: StatementID) async throws -> (views: [LineView], read: [StatementID]) {
    let successions = office.roster.successions
    return try await store.read { reader in
      try Self.lines(of: Self.stored(id, reader), reader, successions)
    }
  }

  /// GET /v1/drafts/{id}/lines
  /// - Returns: the lines as they would be signed, and every statement that shows somebody in them; of a draft that is none
  ///   yet the digest of its bytes.
  func lines(ofDraft id: RecordID) async throws -> (views: [LineView], read: [StatementID]) {
    let successions = office.roster.successions
    return try await store.read { reader in
      guard let draft = try reader.draft(id) else { throw Drafts.unknown(id) }
      if let statement = draft.statement {
        return try Self.lines(of: Self.stored(statement, reader), reader, successions)
      }
      guard var lines = try ShownLines(of: draft, reader) else { return ([], []) }
      let views = try lines.views()
      let own = StatementID(SHA256.hash(draft.event)).map { [$0] } ?? []
      return (views, views.isEmpty ? [] : lines.read.union(own).sorted())
    }
  }

  private static func lines(of stored: StoredStatement, _ reader: StoreReader, _ successions: Successions) throws
    -> (views: [LineView], read: [StatementID])
  {
    guard var lines = try ShownLines(of: stored, reader, successions) else { return ([], []) }
    let views = try lines.views()
    return (views, views.isEmpty ? [] : lines.read.union([stored.id]).sorted())
  }
}

/// The lines of one statement, or of what is to become one, and who holds them now.
private struct ShownLines {
  private let type: EventType
  private let kind: Kind?
  /// Under which it is on record; nil for a draft.
  private let id: StatementID?
  private let manifest: Manifest
  let reader: StoreReader
  private var identities: Identities
  /// Of an inquiry: what was found of each person, as was said last.
  private let findings: [SubjectReference: String]
  /// Of a draft none.
  private let testimonies: ShownTestimonies?
  /// What was opened for them beside the statement's own manifest.
  var read: Set<StatementID> { identities.read.union(testimonies?.read ?? []) }
  private var isThing: Bool { kind?.row.isOfPersons == false }

  /// - Returns: nil when its lines are not here.
  init?(of stored: StoredStatement, _ reader: StoreReader, _ places: Successions) throws {
    guard let manifest = try reader.custodyLines(of: stored.id) else { return nil }
    (type, kind, id) = (stored.summary.type, stored.summary.kind, stored.id)
    self.manifest = manifest
    self.reader = reader
    identities = Identities(reader: reader, own: stored.id)
    testimonies = try ShownTestimonies(of: stored.id, manifest, reader)
    findings = try stored.summary.type == .inquiry ? Self.findings(stored, reader, places) : [:]
  }

  /// - Returns: nil when it has no lines.
  init?(of draft: StoredDraft, _ reader: StoreReader) throws {
    let content = try reader.content(owner: draft.id.bytes)
    guard let manifest = content.manifest else { return nil }
    let event = try Event(decoding: draft.event[...])
    (type, kind, id) = (event.type, event.kind, nil)
    self.manifest = manifest
    self.reader = reader
    identities = Identities(reader: reader, told: try content.persons())
    (testimonies, findings) = (nil, [:])
  }

  mutating func views() throws -> [LineView] {
    var views: [LineView] = []
    for (index, leaf) in manifest.lines { if let view = try view(index, leaf) { views.append(view) } }
    return views
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

  /// - Returns: nil where nothing is known of somebody's custody, and nobody asked or is about to say who they are.
  private mutating func view(_ index: Int, _ leaf: ManifestLeaf) throws -> LineView? {
    guard let subject = leaf.subject else { return nil }
    let chain = try reader.chain(subject)
    guard chain != nil || id == nil || manifest.schema == .inquiry || manifest.schema == .inquiryAnswer else {
      return nil
    }
    let person = try identities.person(subject, of: chain)
    // What a draft says befell them is what is to be signed; what is on record says less.
    let drafted = id == nil ? manifest.value("incident", of: leaf)?.text : nil
    let incident = try drafted == nil ? reader.newestOccurrence(of: subject) : nil
    var view = LineView(
      line: index, subject: subject.description, custodian: chain?.custodian.description ?? "",
      phase: chain?.phaseName ?? "unknown", releasedTo: chain?.openRelease?.to.description,
      age: manifest.value("age", of: leaf)?.text, reference: person?["reference"],
      name: isThing ? person?["description"] : person?["name_latin"] ?? person?["name_arabic"],
      answer: try answer(index, subject, leaf), item: isThing ? item(leaf) : nil,
      claimants: chain?.claimants?.map(\.description), round: chain?.contest?.round,
      signedBy: chain?.contest?.signed.map(\.issuer.description), incident: drafted ?? incident?.what.code,
      incidentStatement: incident?.statement.description)
    if !isThing {
      view.nameArabic = person?["name_latin"] == nil ? nil : person?["name_arabic"]
      view.born = person?["born"]
    }
    view.corrections = testimonies?.corrections[subject]
    view.protests = testimonies?.protests[subject]
    view.links = testimonies?.links(of: subject)
    return view
  }

  private func answer(_ index: Int, _ subject: SubjectReference, _ leaf: ManifestLeaf) throws -> String? {
    if type.isRelease { return try id.flatMap { try reader.releaseLine($0, index) }?.answer?.code.rawValue }
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
  /// Nil for a draft, which says itself who people are.
  private let own: StatementID?
  private let drafted: [SubjectReference: [String: String]]
  private var opened: [StatementID: [SubjectReference: [String: String]]] = [:]

  init(reader: StoreReader, own: StatementID) {
    self.reader = reader
    (self.own, drafted) = (own, [:])
  }

  /// - Parameter told: what a draft says.
  init(reader: StoreReader, told: [SubjectReference: [String: String]]) {
    self.reader = reader
    (own, drafted) = (nil, told)
  }

  /// The statements whose annexes were opened and name people.
  var read: Set<StatementID> { Set(opened.filter { !$0.value.isEmpty }.keys) }

  mutating func person(_ subject: SubjectReference, of chain: ChainState?) throws -> [String: String]? {
    let told = if let own { try persons(own)[subject] } else { drafted[subject] }
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
