import COSE
import Custody
import ReceiptStore
import Roster

/// Lines as they are to be read by what this authority has corrected of them itself, in order: whoever goes, goes with what
/// is right, and what is corrected again is corrected as it is read by then.
struct OwnCorrections {
  /// What is to be read in the place of a line.
  struct Reading {
    fileprivate(set) var fields: [CBOR]
    fileprivate(set) var names: [String: String]
    /// Where in our log the last correction stands that names the age.
    fileprivate(set) var ageCorrectedAt: UInt64?
  }

  /// What one line of a correction says.
  private typealias Said = (correction: Correction, names: [String: String])
  /// A statement as it is read after some corrections of it.
  private typealias Read = (manifest: Manifest, lines: [SubjectReference: Reading])

  private let drafting: Drafting
  private var said: [StatementID: [SubjectReference: [Said]]] = [:]
  private var written: [StatementID: Read?] = [:]

  init(_ drafting: Drafting) { self.drafting = drafting }

  /// What was corrected elsewhere since is wrong here as well where this statement took it over as it was read by then.
  mutating func readings(of people: Drafting.People) throws -> [SubjectReference: Reading] {
    let index = try drafting.reader.statement(people.id)?.index ?? 0
    var own = Self.asWritten(people)
    var others: [StatementID: Read] = [:]
    for stored in try drafting.reader.testimonies([.corrected], sharing: people.id)
    where drafting.office.places.contains(stored.summary.issuer) {
      for (subject, corrections) in try said(by: stored.id) {
        for said in corrections {
          guard let line = own.lines[subject] else { continue }
          guard said.correction.original != people.id else {
            own.lines[subject] = line.applying(said, of: own.manifest, at: stored.index)
            continue
          }
          guard var other = try others[said.correction.original] ?? asWritten(said.correction.original),
            let wrong = other.lines[subject]
          else { continue }
          if stored.index > index {
            let taken = Self.takenOver(said, from: (other.manifest, wrong), by: (own.manifest, line))
            own.lines[subject] = line.applying(taken, of: own.manifest, at: stored.index)
          }
          other.lines[subject] = wrong.applying(said, of: other.manifest, at: stored.index)
          others[said.correction.original] = other
        }
      }
    }
    return own.lines
  }

  /// Reads each correction once, however many statements it corrects.
  private mutating func said(by id: StatementID) throws -> [SubjectReference: [Said]] {
    if let known = said[id] { return known }
    let content = try drafting.reader.content(owner: id.bytes)
    let names = try drafting.identities(of: content)
    var found: [SubjectReference: [Said]] = [:]
    for (_, leaf) in content.manifest?.lines ?? [] {
      guard let correction = Correction(leaf) else { continue }
      found[correction.subject, default: []].append((correction, names[correction.subject] ?? [:]))
    }
    said[id] = found
    return found
  }

  /// - Returns: nil when its lines are not here.
  private mutating func asWritten(_ id: StatementID) throws -> Read? {
    if let known = written[id] { return known }
    let content = try drafting.reader.content(owner: id.bytes)
    let read = try content.manifest.map { manifest in
      Self.asWritten(
        Drafting.People(manifest: manifest, identities: try drafting.identities(of: content), id: id))
    }
    written[id] = .some(read)
    return read
  }

  private static func asWritten(_ people: Drafting.People) -> Read {
    let lines = people.manifest.lines.compactMap { _, leaf in
      leaf.subject.map { ($0, Reading(fields: leaf.fields, names: people.identities[$0] ?? [:])) }
    }
    return (people.manifest, Dictionary(lines) { first, _ in first })
  }

  private static func value(_ name: String, _ read: (manifest: Manifest, line: Reading)) -> [UInt8]? {
    read.manifest.value(name, of: ManifestLeaf(seed: [], fields: read.line.fields))?.encoded()
  }

  /// Of a correction, what another line says in the words of the original.
  private static func takenOver(
    _ said: Said, from original: (manifest: Manifest, line: Reading), by own: (manifest: Manifest, line: Reading)
  ) -> Said {
    let (correction, names) = (
      said.correction, said.names.filter { own.line.names[$0.key] == original.line.names[$0.key] }
    )
    let fields = correction.fields.entries.filter { entry in
      guard let name = entry.key.text, let value = Self.value(name, own) else { return false }
      return value == Self.value(name, original)
    }
    return (
      Correction(
        subject: correction.subject, original: correction.original, line: correction.line, fields: CBORMap(fields),
        columns: names.keys.sorted()), names
    )
  }
}

extension OwnCorrections.Reading {
  /// - Parameter index: where in our log it is said.
  fileprivate func applying(
    _ said: (correction: Correction, names: [String: String]), of manifest: Manifest, at index: UInt64
  ) -> Self {
    var read = self
    let correction = said.correction.allowed(in: manifest.schema)
    read.fields = correction.applied(to: fields, of: manifest.schema)
    read.names.merge(said.names) { $1 }
    if correction.fields["age"] != nil { read.ageCorrectedAt = index }
    return read
  }
}
