public import COSE

/// What one line of a correction says of a line of another statement.
public struct Correction: Hashable, Sendable {
  public let subject: SubjectReference
  /// The statement that is corrected, and the line of it.
  public let original: StatementID
  public let line: Int
  /// What is to be read in the fields of these names.
  public let fields: CBORMap
  /// The columns of the identity annex that the correction's own annex writes anew.
  public let columns: [String]

  public init(subject: SubjectReference, original: StatementID, line: Int, fields: CBORMap, columns: [String]) {
    self.subject = subject
    self.original = original
    self.line = line
    self.fields = fields
    self.columns = columns
  }

  /// - Returns: nil when the leaf is no such line; V6 refuses it.
  public init?(_ leaf: ManifestLeaf) {
    guard leaf.fields.count == LineSchema.correction.fields.count, let subject = leaf.subject,
      let original = leaf.fields[2].bytes.flatMap({ StatementID($0) }),
      let line = leaf.fields[3].uint.flatMap({ Int(exactly: $0) }), let fields = leaf.fields[4].map,
      let columns = leaf.fields[5].array?.map(\.text), columns.allSatisfy({ $0 != nil })
    else { return nil }
    self.init(
      subject: subject, original: original, line: line, fields: fields, columns: columns.compactMap(\.self))
  }

  /// The line that says so (schema correction-1).
  public func manifestLine(reason: String) -> [CBOR] {
    [
      .bytes(subject.bytes), .null, .bytes(original.bytes), .unsigned(UInt64(line)), .map(fields),
      .array(columns.map(CBOR.text)), .text(reason),
    ]
  }

  /// A line as it is to be read.
  public func applied(to line: [CBOR], of schema: LineSchema) -> [CBOR] {
    var line = line
    for entry in fields.entries {
      guard let position = entry.key.text.flatMap({ schema.position(of: $0) }), position < line.count else { continue }
      line[position] = entry.value
    }
    return line
  }
}

extension LineSchema {
  /// Why a field of a line cannot be corrected to a value; nil when it can. What decides custody, or whom a line is about,
  /// is no matter of correction.
  func problem(correcting name: String, to value: CBOR) -> String? {
    guard let position = position(of: name) else { return "has no field \"\(name)\"" }
    guard isCorrectable(name, at: position) else {
      return "cannot be corrected in \"\(name)\", which says whom it is about or what follows from it"
    }
    return fields[position].problem(value).map { "would hold a \(name) that \($0)" }
  }

  private func isCorrectable(_ name: String, at position: Int) -> Bool {
    switch self {
    case .person, .family, .repatriation, .site, .property: position > 1
    case .outcome: ["condition", "discrepancies", "observed_age", "reason"].contains(name)
    case .incident, .liberty: name == "reason"
    default: false
    }
  }
}
