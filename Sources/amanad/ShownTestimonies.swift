import COSE
import ControlAPI
import Custody
import ReceiptStore
import Roster

/// What is said beside the lines of a statement: what was corrected, linked and protested.
struct ShownTestimonies {
  private(set) var corrections: [SubjectReference: [CorrectionView]] = [:]
  private(set) var protests: [SubjectReference: [ProtestView]] = [:]
  private let links: Links
  private var issuers: [StatementID: String] = [:]

  init(of statement: StatementID, _ manifest: Manifest, _ reader: StoreReader) throws {
    links = Links(try reader.links(from: Set(manifest.subjects)))
    for stored in try reader.testimonies([.corrected, .underProtest], sharing: statement) {
      let content = try reader.content(owner: stored.id.bytes)
      let names = try content.annexes.first { $0.id == Annex.identityID }?.persons() ?? [:]
      for (_, leaf) in content.manifest?.lines ?? [] {
        guard let subject = leaf.subject else { continue }
        if let correction = Correction(leaf) {
          let reason = content.manifest?.value("reason", of: leaf)?.text ?? ""
          corrections[subject, default: []].append(
            try Self.view(correction, names[subject] ?? [:], reason, stored, reader))
        } else if stored.summary.type == .underProtest {
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

  private static func view(
    _ correction: Correction, _ names: [String: String], _ reason: String, _ stored: StoredStatement,
    _ reader: StoreReader
  ) throws -> CorrectionView {
    let original = try reader.content(owner: correction.original.bytes)
    let line = original.manifest?.leaves.first { $0.subject == correction.subject }
    let known = try original.annexes.first { $0.id == Annex.identityID }?.persons()[correction.subject] ?? [:]
    let fields = correction.fields.entries.map { entry -> CorrectionView.Field in
      let name = entry.key.text ?? ""
      let was = line.flatMap { original.manifest?.value(name, of: $0) } ?? .null
      return CorrectionView.Field(field: name, was: inWords(was), now: inWords(entry.value))
    }
    let columns = correction.columns.map { column in
      CorrectionView.Field(field: column, was: known[column] ?? "", now: names[column] ?? "")
    }
    return CorrectionView(
      statement: stored.id.description, by: stored.summary.issuer.description,
      original: correction.original.description,
      reason: reason, fields: fields + columns)
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
