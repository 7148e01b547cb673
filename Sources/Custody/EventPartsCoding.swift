import COSE
import Roster

extension AuthorityName {
  var item: CBOR { .map(["member": .text(member), "authority": .text(authority)]) }
}

extension Reference {
  var item: CBOR { .map(["rel": .text(relation.rawValue), "id": .bytes(statement.bytes)]) }
}

extension Flag {
  var item: CBOR {
    .map(CBORMap(fields: [("statement", statement.map { .bytes($0.bytes) }), ("code", .text(name))]))
  }
}

extension Basis {
  var item: CBOR {
    .map(CBORMap(fields: [("code", .text(code)), ("instrument_digest", instrumentDigest.map(CBOR.bytes))]))
  }
}

extension Place {
  var item: CBOR { .map(CBORMap(fields: [("site_id", .text(siteID)), ("pcode", pcode.map(CBOR.text))])) }
}

extension Label {
  var item: CBOR {
    .map([
      "policy": .text(policy), "classification": .text(classification),
      "releasable_to": .array(releasableTo.map(CBOR.text)), "originator": .text(originator),
      "created": .text(created.text),
    ])
  }
}

extension AnnexReference {
  var item: CBOR { .map(["id": .text(id), "media_type": .text(mediaType), "commitment": .bytes(commitment)]) }
}

extension SealedReference {
  var item: CBOR {
    .map([
      "id": .text(id), "media_type": .text(mediaType), "ciphertext_digest": .bytes(ciphertextDigest),
      "commitment": .bytes(commitment), "retention_class": .text(retentionClass),
      "erase_after": .text(eraseAfter.text),
    ])
  }
}

extension LogOpening {
  var item: CBOR {
    .map(["origin": .text(origin), "policy": .bytes(policy), "follows": follows?.item ?? .null])
  }
}

extension LogOpening.PriorLog {
  var item: CBOR { .map(["origin": .text(origin), "size": .unsigned(size), "root": .bytes(root)]) }
}

extension LogAnswer {
  var item: CBOR {
    .map(["known": known?.item ?? .null, "part": .unsigned(part), "parts": .unsigned(parts)])
  }
}

extension FieldReader {
  /// RFC 3339 with numeric offset.
  mutating func time(_ field: String) throws(DecodeError) -> OffsetTime {
    guard let time = OffsetTime(try text(field, maximum: 32)) else {
      throw invalid(field, "is not RFC 3339 with a numeric offset and whole seconds")
    }
    return time
  }

  mutating func optionalTime(_ field: String) throws(DecodeError) -> OffsetTime? {
    guard let text = try optionalText(field, maximum: 32) else { return nil }
    guard let time = OffsetTime(text) else {
      throw invalid(field, "is not RFC 3339 with a numeric offset and whole seconds")
    }
    return time
  }

  mutating func optionalParty(_ field: String) throws(DecodeError) -> AuthorityName? {
    guard var entry = try optionalFields(field) else { return nil }
    let name = try entry.party()
    try entry.finish()
    return name
  }

  mutating func party() throws(DecodeError) -> AuthorityName {
    let (member, authority) = (try text("member", maximum: 64), try text("authority", maximum: 64))
    guard let name = AuthorityName(member: member, authority: authority) else {
      throw invalid("authority", "names no authority")
    }
    return name
  }

  mutating func coded<Value: RawRepresentable<String>>(_ field: String, as type: Value.Type) throws(DecodeError)
    -> Value
  {
    guard let value = Value(rawValue: try text(field, maximum: 64)) else { throw invalid(field, "is no known code") }
    return value
  }

  mutating func optionalCoded<Value: RawRepresentable<String>>(_ field: String, as type: Value.Type)
    throws(DecodeError) -> Value?
  {
    guard let text = try optionalText(field, maximum: 64) else { return nil }
    guard let value = Value(rawValue: text) else { throw invalid(field, "is no known code") }
    return value
  }

  /// A list of maps, each read by `read`; absent is empty.
  mutating func list<Value>(
    _ field: String, maximum: Int, _ read: (inout FieldReader) throws(DecodeError) -> Value
  ) throws(DecodeError) -> [Value] {
    var values: [Value] = []
    for (index, item) in (try optionalArray(field, maximum: maximum) ?? []).enumerated() {
      var entry = try FieldReader(item, path: name("\(field)[\(index)]"), offset: offset)
      values.append(try read(&entry))
      try entry.finish()
    }
    return values
  }
}

extension FieldReader {
  mutating func statementID(_ field: String) throws(DecodeError) -> StatementID {
    StatementID(unchecked: try bytes(field, count: StatementID.byteCount))
  }

  mutating func reference() throws(DecodeError) -> Reference {
    Reference(try coded("rel", as: Relation.self), try statementID("id"))
  }

  mutating func flag() throws(DecodeError) -> Flag {
    let statement = try optionalBytes("statement", count: 32).map(StatementID.init(unchecked:))
    let code = try text("code", maximum: 64)
    guard let known = CheckCode(rawValue: code) else {
      guard code == Flag.unnamed else { throw invalid("code", "is no known code") }
      return Flag(statement: statement, code: nil)
    }
    return Flag(statement: statement, code: known)
  }

  mutating func annex() throws(DecodeError) -> AnnexReference {
    AnnexReference(
      id: try text("id", maximum: 64), mediaType: try text("media_type", maximum: 128),
      commitment: try bytes("commitment", count: 32))
  }

  mutating func sealedReference() throws(DecodeError) -> SealedReference {
    SealedReference(
      id: try text("id", maximum: 64), mediaType: try text("media_type", maximum: 128),
      ciphertextDigest: try bytes("ciphertext_digest", count: 32), commitment: try bytes("commitment", count: 32),
      retentionClass: try text("retention_class", maximum: 64), eraseAfter: try time("erase_after"))
  }

  mutating func basis() throws(DecodeError) -> Basis {
    Basis(code: try text("code", maximum: 64), instrumentDigest: try optionalBytes("instrument_digest", count: 32))
  }

  mutating func place() throws(DecodeError) -> Place {
    Place(siteID: try text("site_id", maximum: 64), pcode: try optionalText("pcode", maximum: 32))
  }

  mutating func label() throws(DecodeError) -> Label {
    let listed = try array("releasable_to", maximum: 256)
    let releasable = listed.compactMap(\.text)
    guard releasable.count == listed.count else { throw invalid("releasable_to", "must be a list of texts") }
    return Label(
      policy: try text("policy", maximum: 128), classification: try text("classification", maximum: 64),
      releasableTo: releasable, originator: try text("originator", maximum: 128), created: try time("created"))
  }

  mutating func logOpening() throws(DecodeError) -> LogOpening {
    let origin = try text("origin", maximum: 256)
    let policy = try bytes("policy", count: 32)
    return LogOpening(origin: origin, policy: policy, follows: try priorLog("follows"))
  }

  mutating func logAnswer() throws(DecodeError) -> LogAnswer {
    let (known, part, parts) = (try priorLog("known"), try uint("part"), try uint("parts"))
    guard part >= 1, part <= parts else { throw invalid("part", "is not one of its parts, counted from 1") }
    return LogAnswer(known: known, part: part, parts: parts)
  }

  /// A place in a log, or null.
  private mutating func priorLog(_ field: String) throws(DecodeError) -> LogOpening.PriorLog? {
    let item = try required(field)
    if item == .null { return nil }
    var prior = try FieldReader(item, path: name(field), offset: offset)
    let log = LogOpening.PriorLog(
      origin: try prior.text("origin", maximum: 256), size: try prior.uint("size"),
      root: try prior.bytes("root", count: 32))
    try prior.finish()
    return log
  }

  /// Reads a nested map with `read`, if it is there.
  mutating func optional<Value>(
    _ field: String, _ read: (inout FieldReader) throws(DecodeError) -> Value
  ) throws(DecodeError) -> Value? {
    guard var nested = try optionalFields(field) else { return nil }
    let value = try read(&nested)
    try nested.finish()
    return value
  }
}
