public import COSE
public import Custody
import Roster

/// What is to be read in the place of a line.
public struct LineReading: Sendable {
  public fileprivate(set) var fields: [CBOR]
  /// What the identity annex says of whom it is about, column → text.
  public fileprivate(set) var names: [String: String]
  /// Where in the log the last correction stands that names the age; nil where none does.
  public fileprivate(set) var ageCorrectedAt: UInt64?
}

/// Lines as they are to be read by what this authority has corrected of them itself, in order: whoever goes, goes with what
/// is right, and what is corrected again is corrected as it is read by then.
public struct OwnCorrections<Known: KnownStatements> {
  /// What one line of a correction says.
  private typealias Said = (correction: Correction, names: [String: String])
  /// A statement as it is read after some corrections of it.
  private typealias Read = (manifest: Manifest, lines: [SubjectReference: LineReading])

  private let known: Known
  private var said: [StatementID: [SubjectReference: [Said]]] = [:]
  private var written: [StatementID: Read?] = [:]

  /// - Parameter known: what is known of earlier statements.
  public init(_ known: Known) { self.known = known }

  /// The lines of a statement as they are read by now, by whom they are about. What was corrected elsewhere since is wrong
  /// here as well where this statement took it over as it was read by then.
  public mutating func readings(of people: DescribedPeople) throws -> [SubjectReference: LineReading] {
    let index = try known.place(of: people.id) ?? 0
    var own = Self.asWritten(people)
    var others: [StatementID: Read] = [:]
    for (statement, place) in try known.ownCorrections(sharing: people.id) {
      for (subject, corrections) in try said(by: statement) {
        for said in corrections {
          guard let line = own.lines[subject] else { continue }
          guard said.correction.original != people.id else {
            own.lines[subject] = line.applying(said, of: own.manifest, at: place)
            continue
          }
          guard var other = try others[said.correction.original] ?? asWritten(said.correction.original),
            let wrong = other.lines[subject]
          else { continue }
          if place > index {
            let taken = Self.takenOver(said, from: (other.manifest, wrong), by: (own.manifest, line))
            own.lines[subject] = line.applying(taken, of: own.manifest, at: place)
          }
          other.lines[subject] = wrong.applying(said, of: other.manifest, at: place)
          others[said.correction.original] = other
        }
      }
    }
    return own.lines
  }

  /// Reads each correction once, however many statements it corrects.
  private mutating func said(by id: StatementID) throws -> [SubjectReference: [Said]] {
    if let known = said[id] { return known }
    let correcting = try known.described(id)
    var found: [SubjectReference: [Said]] = [:]
    for (_, leaf) in correcting?.manifest.lines ?? [] {
      guard let correction = Correction(leaf) else { continue }
      found[correction.subject, default: []].append((correction, correcting?.identities[correction.subject] ?? [:]))
    }
    said[id] = found
    return found
  }

  /// - Returns: nil when its lines are not here.
  private mutating func asWritten(_ id: StatementID) throws -> Read? {
    if let known = written[id] { return known }
    let read = try known.described(id).map { Self.asWritten($0) }
    written[id] = .some(read)
    return read
  }

  private static func asWritten(_ people: DescribedPeople) -> Read {
    let lines = people.manifest.lines.compactMap { _, leaf in
      leaf.subject.map { ($0, LineReading(fields: leaf.fields, names: people.identities[$0] ?? [:])) }
    }
    return (people.manifest, Dictionary(lines) { first, _ in first })
  }

  private static func value(_ name: String, _ read: (manifest: Manifest, line: LineReading)) -> [UInt8]? {
    read.manifest.value(name, of: ManifestLeaf(seed: [], fields: read.line.fields))?.encoded()
  }

  /// Of a correction, what another line says in the words of the original.
  private static func takenOver(
    _ said: Said, from original: (manifest: Manifest, line: LineReading),
    by own: (manifest: Manifest, line: LineReading)
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

extension LineReading {
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
