public import COSE
import Roster
import TransparencyLog

/// A file that proves chosen fields of one line to somebody who must not learn the rest: the statement with its receipts,
/// and the proof against its `manifest_root` (formats.md, Disclosure).
public struct Disclosure: Hashable, Sendable {
  public static let format = "amana-disclosure-1"
  public static let mediaType = "application/vnd.amana.disclosure+cbor"
  /// A statement with its receipts has at most 4 MiB, a roster 16, what is shown 1.
  public static let maximumByteCount = 24 << 20

  /// The schema's id; `verify` refuses one that is not known.
  public let schema: String
  public let proof: LineProof
  public let statement: SignedStatement
  /// A COSE_Sign, when the reader is to have the roster from here; it is trusted by its digest alone.
  public let roster: [UInt8]?

  /// Takes everything as it is; `verify` says what is wrong with it.
  public init(schema: String, proof: LineProof, statement: SignedStatement, roster: [UInt8]? = nil) {
    self.schema = schema
    self.proof = proof
    self.statement = statement
    self.roster = roster
  }

  /// Shows fields of a line by their names; subject_ref is always shown.
  /// - Throws: `DisclosureRefusal` when there is no such line or field, or when the manifest is not the statement's.
  public init(
    of manifest: Manifest, line: Int, fields: [String], statement: SignedStatement, roster: [UInt8]? = nil
  ) throws(DisclosureRefusal) {
    var positions: Set<Int> = []
    for name in fields {
      guard let position = manifest.schema.position(of: name) else { throw .unknownField(name) }
      guard positions.insert(position).inserted else { throw .fieldTwice(position) }
    }
    self.init(
      schema: manifest.schema.id, proof: try LineProof(of: manifest, line: line, positions: positions),
      statement: statement, roster: roster)
    // Nothing leaves the house that does not verify.
    _ = try verify()
  }
}

/// What a disclosure proves of a line: the values that its statement's signer committed to.
public struct DisclosedLine: Hashable, Sendable {
  /// A field that is shown, by its name.
  public struct Field: Hashable, Sendable {
    public let name: String
    public let position: Int
    public let value: CBOR
  }

  /// The schema's id.
  public let schema: String
  public let line: Int
  public let subject: SubjectReference
  /// subject_ref first, then as in the schema.
  public let fields: [Field]
  /// How many fields of the line are not shown.
  public let withheld: Int
}

extension Disclosure {
  /// Proves the fields against the statement's `manifest_root`. The statement's own signature is verified by
  /// `StatementVerifier`: without that nothing says who signed the root.
  public func verify() throws(DisclosureRefusal) -> DisclosedLine {
    let event = statement.event
    guard let root = event.manifestRoot.flatMap({ TreeHash($0) }),
      let bucket = event.manifestBucket.flatMap({ Int(exactly: $0) })
    else { throw .noManifest }
    guard let schema = LineSchema.named(schema) else { throw .unknownSchema(schema) }
    // No digest names the schema; event and kind are signed and do. Without this, position 4 of an outcome could be shown as that of a person.
    guard Lifecycle.row(for: event.type)?.manifest(of: event.kind) == schema else {
      throw .otherSchema(schema.id, event: event.type)
    }
    guard proof.recordID == event.recordID else { throw .otherRecord }
    try proof.check(root: root, bucket: bucket, fieldCount: schema.fields.count)
    guard let subject = proof.fields.first?.value.bytes.flatMap({ SubjectReference($0) }) else { throw .noSubject }
    return DisclosedLine(
      schema: schema.id, line: proof.line, subject: subject,
      fields: proof.fields.map { field in
        DisclosedLine.Field(name: schema.fields[field.position].name, position: field.position, value: field.value)
      }, withheld: schema.fields.count - proof.fields.count)
  }
}
