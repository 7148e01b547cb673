public import COSE

/// What a line holds that stands in no single column of its own row.
public struct LineLinks: Sendable {
  public let subject: SubjectReference
  /// The other members of a person's family with their references.
  public var family: [(role: String, subject: SubjectReference)] = []
  /// The item that a thing was made from.
  public var derivedFrom: SubjectReference?
  /// 32 random bytes for the commitment to a travel document's number; it stands in the identity annex.
  public var documentSalt: [UInt8]?

  public init(_ subject: SubjectReference) { self.subject = subject }
}

extension ManifestEntry {
  /// This entry's manifest line, of its kind's schema, as an intake writes it.
  public func line(_ links: LineLinks) -> [CBOR] {
    kind.row.schema.fields.map { field in
      switch field.name {
      case "subject_ref": .bytes(links.subject.bytes)
      case "family_links": familyLinks(links)
      case "derived_from": links.derivedFrom.map { .bytes($0.bytes) } ?? .null
      case "travel_document": travelDocument(links)
      default: FieldSource.named(field.name, of: kind)?.value(self) ?? .null
      }
    }
  }

  /// A person's line without a travel document.
  public func line(subject: SubjectReference, family: [(role: String, subject: SubjectReference)]) -> [CBOR] {
    var links = LineLinks(subject)
    links.family = family
    return line(links)
  }

  /// The line that another statement holds, as this kind's: what this entry names is written anew, within one field too.
  /// - Returns: nil where the line is of things and this kind of persons, or the other way round, and of a line that has
  ///   not the fields of its own schema.
  public func addition(to fields: [CBOR], of schema: LineSchema, _ links: LineLinks) -> [CBOR]? {
    guard var line = kind.row.schema.converting(fields, of: schema) else { return nil }
    for (position, field) in kind.row.schema.fields.enumerated() {
      guard let source = FieldSource.named(field.name, of: kind), source.columns.contains(where: { !self[$0].isEmpty })
      else { continue }
      let new = field.name == "travel_document" ? travelDocument(links) : source.value(self)
      line[position] = source.merging(new, of: self, into: line[position])
    }
    return line
  }

  private func familyLinks(_ links: LineLinks) -> CBOR {
    let family = links.family.map { CBOR.map(["role": .text($0.role), "subject_ref": .bytes($0.subject.bytes)]) }
    return family.isEmpty ? .null : .array(family)
  }

  /// The number itself stands in the identity annex; the line commits to it.
  private func travelDocument(_ links: LineLinks) -> CBOR {
    guard !self["travel_document"].isEmpty || !self["travel_document_number"].isEmpty else { return .null }
    let number = Array(self["travel_document_number"].utf8)
    let commitment = links.documentSalt.map { salt -> CBOR in
      var hasher = CommitmentHasher(salt: salt, contentByteCount: UInt64(number.count))
      hasher.update(number)
      return .bytes(hasher.finish())
    }
    return .map(CBORMap(fields: [("code", text("travel_document")), ("number", commitment)]))
  }
}

extension LineSchema {
  /// A line of one kind as that of another, which is the same person: what all kinds say of a person is kept, the rest is
  /// empty. The same kind's line stays as it is.
  /// - Returns: nil where a thing would become a person, and of a line that has not the fields of its own schema.
  public func converting(_ fields: [CBOR], of schema: LineSchema) -> [CBOR]? {
    guard fields.count == schema.fields.count else { return nil }
    if schema == self { return fields }
    let kept = LineSchema.person.fields.count
    guard isOfPersons, schema.isOfPersons else { return nil }
    return fields.prefix(kept) + [CBOR](repeating: .null, count: self.fields.count - kept)
  }

  /// Whether its first positions are those of a person's line.
  public var isOfPersons: Bool { fields.count >= Self.person.fields.count && position(of: "age") != nil }
}
