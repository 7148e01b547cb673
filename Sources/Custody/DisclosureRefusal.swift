/// Why fields of a line are not proven, or cannot be shown.
public enum DisclosureRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// The statement bears no lines.
  case noManifest
  case unknownSchema(String)
  /// A schema that the statement's event does not bear: positions would mean other fields.
  case otherSchema(String, event: EventType)
  /// The proof is of another record than the statement.
  case otherRecord
  /// There is no such line, or nobody stands in it.
  case noSuchLine(Int)
  case unknownField(String)
  case unknownPosition(Int)
  case noSubject
  case fieldTwice(Int)
  case unsorted(Int)
  case digestCount(Int, schema: Int)
  case wrongPosition(Int, stands: Int)
  case otherLine(Int, is: Int)
  case saltOrValue(Int)
  case pathLength(Int, bucket: Int)
  /// The path leads elsewhere than to the statement's manifest_root.
  case otherRoot

  /// Stable; shown to people and programs.
  public var code: String {
    switch self {
    case .noManifest: "no-lines"
    case .unknownSchema: "unknown-schema"
    case .otherSchema: "other-schema"
    case .otherRecord: "other-record"
    case .noSuchLine: "no-such-line"
    case .unknownField, .unknownPosition: "unknown-field"
    case .noSubject: "no-subject"
    case .fieldTwice: "field-twice"
    case .unsorted: "unsorted-fields"
    case .digestCount: "digest-count"
    case .wrongPosition: "wrong-position"
    case .otherLine: "other-line"
    case .saltOrValue: "salt-or-value"
    case .pathLength: "path-length"
    case .otherRoot: "other-root"
    }
  }

  /// What the sentence speaks of, in the order of its blanks.
  public var values: [String] {
    switch self {
    case .noManifest, .otherRecord, .noSubject, .otherRoot: []
    case .unknownSchema(let schema): [schema]
    case .otherSchema(let schema, let event): [schema, event.rawValue]
    case .noSuchLine(let number), .unknownPosition(let number), .fieldTwice(let number), .unsorted(let number),
      .saltOrValue(let number):
      [String(number)]
    case .unknownField(let name): [name]
    case .digestCount(let one, let other), .wrongPosition(let one, let other), .otherLine(let one, let other),
      .pathLength(let one, let other):
      [String(one), String(other)]
    }
  }

  public var description: String { "\(code): \(sentence)" }

  private var sentence: String {
    switch self {
    case .noManifest: "the statement bears no lines"
    case .unknownSchema(let schema): "no schema \"\(schema)\" is known"
    case .otherSchema(let schema, let event): "lines of \(event.rawValue) are not of schema \(schema)"
    case .otherRecord: "it is of another record than the statement"
    case .noSuchLine(let line): "nobody stands in line \(line)"
    case .unknownField(let name): "no field is called \"\(name)\""
    case .unknownPosition(let position): "the schema has no position \(position)"
    case .noSubject: "subject_ref is not shown, so that nobody can say whose line it is"
    case .fieldTwice(let position): "position \(position) is shown twice"
    case .unsorted(let position): "position \(position) is not in order"
    case .digestCount(let count, let schema): "it has \(count) digests, and the schema has \(schema) fields"
    case .wrongPosition(let position, let stands):
      "what is shown at position \(position) stands at position \(stands)"
    case .otherLine(let line, let other): "it is of line \(other), not of line \(line)"
    case .saltOrValue(let position): "salt and value at position \(position) do not give the digest that stands there"
    case .pathLength(let count, let bucket): "\(count) hashes are no path in a tree of \(bucket) leaves"
    case .otherRoot: "it does not lead to the manifest_root that was signed: another statement's, or altered"
    }
  }
}
