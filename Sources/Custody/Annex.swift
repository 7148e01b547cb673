public import COSE

/// Content beside a statement, in clear, with the salt of its commitment.
public struct Annex: Hashable, Sendable {
  public static let identityID = "identity"
  public static let identityMediaType = "application/vnd.amana.identity+cbor"
  public static let maximumByteCount = 64 << 20

  public let id: String
  public let mediaType: String
  /// 32 random bytes.
  public let salt: [UInt8]
  public let content: [UInt8]

  public init(id: String, mediaType: String, salt: [UInt8], content: [UInt8]) {
    self.id = id
    self.mediaType = mediaType
    self.salt = salt
    self.content = content
  }

  /// SHA-256(CBOR ["amana-commit-1", salt, content]), 32 bytes.
  public var commitment: [UInt8] {
    var hasher = CommitmentHasher(salt: salt, contentByteCount: UInt64(content.count))
    hasher.update(content)
    return hasher.finish()
  }

  /// What the envelope says of it.
  public var reference: AnnexReference { AnnexReference(id: id, mediaType: mediaType, commitment: commitment) }
}

extension Annex {
  /// Who the people of an identity annex are; nobody when it is empty.
  public func persons() throws(DecodeError) -> [SubjectReference: [String: String]] {
    content.isEmpty ? [:] : try IdentityAnnex(decoding: content[...]).persons
  }
}

/// The identity annex: who each subject_ref is, for the parties only. One map a person, text keys to text.
public struct IdentityAnnex: Hashable, Sendable {
  public let persons: [SubjectReference: [String: String]]

  public init(persons: [SubjectReference: [String: String]]) { self.persons = persons }

  /// A deterministic map {persons: [{subject_ref, …}]}, sorted by subject_ref.
  public func encoded() -> [UInt8] {
    let items = persons.sorted { $0.key < $1.key }.map { subject, fields in
      var map = CBORMap(fields.map { CBORMap.Entry(.text($0.key), .text($0.value)) })
      map["subject_ref"] = .bytes(subject.bytes)
      return CBOR.map(map)
    }
    return CBOR.map(["persons": .array(items)]).encoded()
  }

  public init(decoding bytes: ArraySlice<UInt8>) throws(DecodeError) {
    let item = try CBOR.decode(bytes)
    try refuseForbiddenText(in: item, at: bytes.startIndex)
    var fields = try FieldReader(item, path: "identity", offset: bytes.startIndex)
    var persons: [SubjectReference: [String: String]] = [:]
    for (index, item) in try fields.array("persons", maximum: Manifest.maximumLeaves).enumerated() {
      guard let map = item.map, let subject = map["subject_ref"]?.bytes.flatMap({ SubjectReference($0) }) else {
        throw DecodeError(.invalidValue, at: bytes.startIndex, "identity.persons[\(index)] has no subject_ref")
      }
      var person: [String: String] = [:]
      for entry in map.entries where entry.key != "subject_ref" {
        guard let name = entry.key.text, let value = entry.value.text else {
          throw DecodeError(.invalidValue, at: bytes.startIndex, "identity.persons[\(index)] maps text to text")
        }
        guard person.updateValue(value, forKey: name) == nil else {
          throw DecodeError(.duplicateKey, at: bytes.startIndex, "identity.persons[\(index)] has a field twice")
        }
      }
      guard persons.updateValue(person, forKey: subject) == nil else {
        throw DecodeError(.duplicateKey, at: bytes.startIndex, "identity.persons[\(index)] stands twice")
      }
    }
    try fields.finish()
    self.init(persons: persons)
  }
}
