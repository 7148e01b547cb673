import COSE
import ControlAPI
import Custody
import ReceiptStore
import Roster

/// What is said beside the lines of a statement: what was corrected, linked and protested.
struct ShownTestimonies {
  private(set) var corrections: [SubjectReference: [CorrectionView]] = [:]
  private(set) var protests: [SubjectReference: [ProtestView]] = [:]
  /// The statements whose lines are shown for it.
  private(set) var read: Set<StatementID> = []
  private let links: Links
  private var issuers: [StatementID: String] = [:]

  init(of statement: StatementID, _ manifest: Manifest, _ reader: StoreReader) throws {
    let subjects = Set(manifest.subjects)
    links = Links(try reader.links(from: subjects))
    var readings = ReadCorrections(reader: reader)
    for stored in try reader.testimonies([.corrected, .underProtest], sharing: statement) {
      let content = try reader.content(owner: stored.id.bytes)
      let names = try content.persons()
      for (_, leaf) in content.manifest?.lines ?? [] {
        guard let subject = leaf.subject, subjects.contains(subject) else { continue }
        if let correction = Correction(leaf) {
          read.formUnion([stored.id, correction.original])
          let reason = content.manifest?.value("reason", of: leaf)?.text ?? ""
          let view = try readings.view(correction, names[subject] ?? [:], reason, stored)
          if let view { corrections[subject, default: []].append(view) }
        } else if stored.summary.type == .underProtest {
          read.insert(stored.id)
          protests[subject, default: []].append(
            ProtestView(
              statement: stored.id.description, by: stored.summary.issuer.description,
              against: leaf.fields.count > 2 ? hexadecimal(leaf.fields[2].bytes ?? []) : "",
              reason: content.manifest?.value("reason", of: leaf)?.text ?? ""))
        }
      }
    }
    for id in Set(links.all.map(\.statement)) { issuers[id] = try reader.summary(id)?.issuer.description }
  }

  /// What links somebody with others; nil when nothing does.
  func links(of subject: SubjectReference) -> [LinkView]? {
    let found = links.links(of: subject).map { link in
      LinkView(
        statement: link.statement.description, by: issuers[link.statement] ?? "",
        other: (link.subject == subject ? link.other : link.subject).description, same: link.isSame, basis: link.basis,
        contradicted: links.isContradicted(link))
    }
    return found.isEmpty ? nil : found
  }
}

/// Corrections as they follow each other: each original is read once, however many of its lines are corrected.
private struct ReadCorrections {
  /// Of a statement that is corrected: its lines, as they were written.
  private struct Original {
    let schema: LineSchema
    let lines: [SubjectReference: Read]
  }
  private struct Read {
    var fields: [CBOR]
    var names: [String: String]
  }
  /// Who has said something of a line before.
  private struct Place: Hashable {
    let original: StatementID
    let subject: SubjectReference
    let issuer: AuthorityName
  }

  private let reader: StoreReader
  private var originals: [StatementID: Original?] = [:]
  private var said: [Place: Read] = [:]

  init(reader: StoreReader) { self.reader = reader }

  /// What somebody corrects, beside what they had the line say before.
  /// - Returns: nil where it corrects nothing that may be corrected (V8), or a line that the original does not have.
  mutating func view(
    _ correction: Correction, _ names: [String: String], _ reason: String, _ stored: StoredStatement
  ) throws -> CorrectionView? {
    let original = try original(correction.original)
    let schema = original?.schema ?? stored.summary.kind?.row.schema ?? .person
    let correction = correction.allowed(in: schema)
    if let original, original.lines[correction.subject] == nil { return nil }
    guard !correction.fields.isEmpty || !correction.columns.isEmpty else { return nil }
    let place = Place(original: correction.original, subject: correction.subject, issuer: stored.summary.issuer)
    var read = said[place] ?? original?.lines[correction.subject] ?? Read(fields: [], names: [:])
    let fields = correction.fields.entries.map { entry -> CorrectionView.Field in
      let name = entry.key.text ?? ""
      let was = schema.position(of: name).flatMap { read.fields.indices.contains($0) ? read.fields[$0] : nil }
      return CorrectionView.Field(field: name, was: Self.inWords(was ?? .null), now: Self.inWords(entry.value))
    }
    let columns = correction.columns.map { column in
      CorrectionView.Field(field: column, was: read.names[column] ?? "", now: names[column] ?? "")
    }
    read.fields = correction.applied(to: read.fields, of: schema)
    read.names.merge(names) { $1 }
    said[place] = read
    return CorrectionView(
      statement: stored.id.description, by: stored.summary.issuer.description,
      original: correction.original.description, reason: reason, fields: fields + columns)
  }

  /// - Returns: nil when its lines are not here.
  private mutating func original(_ id: StatementID) throws -> Original? {
    if let known = originals[id] { return known }
    let content = try reader.content(owner: id.bytes)
    let original = try content.manifest.map { manifest in
      let persons = try content.persons()
      let lines = manifest.lines.compactMap { _, leaf in
        leaf.subject.map { ($0, Read(fields: leaf.fields, names: persons[$0] ?? [:])) }
      }
      return Original(schema: manifest.schema, lines: Dictionary(lines) { first, _ in first })
    }
    originals[id] = .some(original)
    return original
  }

  /// A value as people read it; codes stay codes.
  private static func inWords(_ value: CBOR) -> String {
    switch value {
    case .text(let text): text
    case .unsigned(let number): String(number)
    case .bool(let flag): flag ? "yes" : "no"
    case .bytes(let bytes): hexadecimal(bytes)
    case .array(let items): items.map(inWords).joined(separator: "; ")
    case .map(let map): map.entries.map { "\(inWords($0.key)): \(inWords($0.value))" }.joined(separator: ", ")
    default: value.int.map(String.init) ?? ""
    }
  }
}
