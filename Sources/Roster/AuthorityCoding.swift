import COSE

/// Names by language as a map of text to text.
func namesItem(_ names: [String: String]) -> CBOR {
  .map(CBORMap(names.map { CBORMap.Entry(.text($0.key), .text($0.value)) }))
}

func decodedNames(_ item: CBOR, path: String) throws(DecodeError) -> [String: String] {
  guard let map = item.map, map.entries.count <= 32 else {
    throw DecodeError(.unexpectedType, at: 0, "\(path) must be a map of names")
  }
  var found: [String: String] = [:]
  for entry in map.entries {
    guard let tag = entry.key.text, let name = entry.value.text, name.utf8.count <= 512 else {
      throw DecodeError(.unexpectedType, at: 0, "\(path) must map language tags to names")
    }
    // Two tags that Swift takes for the same text: neither may hide the other.
    guard found.updateValue(name, forKey: tag) == nil else {
      throw DecodeError(.duplicateKey, at: 0, "\(path) has a tag twice")
    }
  }
  return found
}

func texts(_ items: [CBOR], path: String) throws(DecodeError) -> [String] {
  var found: [String] = []
  for item in items {
    guard let text = item.text, text.utf8.count <= 256 else {
      throw DecodeError(.unexpectedType, at: 0, "\(path) must be a list of texts")
    }
    found.append(text)
  }
  return found
}

func keyRecords(_ items: [CBOR], path: String) throws(DecodeError) -> [KeyRecord] {
  var found: [KeyRecord] = []
  for (index, item) in items.enumerated() { found.append(try KeyRecord(decoding: item, path: "\(path)[\(index)]")) }
  return found
}

extension Competence {
  var item: CBOR {
    .map([
      "kinds": .array(kinds.map(CBOR.text)), "sites": .array(sites.map(CBOR.text)), "may_release": .bool(mayRelease),
      "may_accept": .bool(mayAccept), "may_carry": .bool(mayCarry), "level": .unsigned(level),
    ])
  }

  init(_ reader: consuming FieldReader) throws(DecodeError) {
    var fields = reader
    self.init(
      kinds: try texts(fields.array("kinds", maximum: 64), path: fields.name("kinds")),
      sites: try texts(fields.array("sites", maximum: 4096), path: fields.name("sites")),
      mayRelease: try fields.bool("may_release"), mayAccept: try fields.bool("may_accept"),
      mayCarry: try fields.bool("may_carry"), level: try fields.uint("level"))
    try fields.finish()
  }
}

extension Officer {
  var item: CBOR {
    .map([
      "number": .unsigned(number), "roles": .array(roles.map(CBOR.text)), "status": .text(status.rawValue),
      "keys": .array(keys.map(\.item)),
    ])
  }

  init(decoding item: CBOR, path: String) throws(DecodeError) {
    var fields = try FieldReader(item, path: path)
    self.init(
      number: try fields.uint("number"),
      roles: try texts(fields.array("roles", maximum: 16), path: fields.name("roles")),
      status: try fields.coded("status", as: Participation.self),
      keys: try keyRecords(fields.array("keys", maximum: 64), path: fields.name("keys")))
    try fields.finish()
  }
}

extension Member {
  var item: CBOR {
    .map([
      "member": .text(key), "iso3": iso3.map(CBOR.text) ?? .null, "names": namesItem(names),
      "status": .text(status.rawValue),
    ])
  }

  init(decoding item: CBOR, path: String) throws(DecodeError) {
    var fields = try FieldReader(item, path: path)
    let key = try fields.text("member", maximum: 64)
    guard AuthorityName.isName(key) else { throw fields.invalid("member", "is no registry key") }
    let iso = try fields.required("iso3")
    guard iso == .null || iso.text?.utf8.count == 3 else { throw fields.invalid("iso3", "is no alpha-3 code") }
    self.init(
      key: key, iso3: iso.text, names: try decodedNames(fields.required("names"), path: fields.name("names")),
      status: try fields.coded("status", as: Participation.self))
    try fields.finish()
  }
}

extension Authority {
  var item: CBOR {
    .map(
      CBORMap(fields: [
        ("authority", .text(name.description)), ("uri", .text(uri)), ("names", namesItem(names)),
        ("role", .text(role.rawValue)), ("status", .text(status.rawValue)), ("competence", competence.item),
        ("keys", .array(keys.map(\.item))), ("officers", .array(officers.map(\.item))),
        ("anchors", anchors == .none ? nil : anchors.item), ("succeeds", succeeds?.item),
        ("witnessing", witnessing?.item),
      ]))
  }

  init(decoding item: CBOR, path: String) throws(DecodeError) {
    var fields = try FieldReader(item, path: path)
    guard let name = AuthorityName(try fields.text("authority", maximum: 129)) else {
      throw fields.invalid("authority", "is not MEMBER/authority")
    }
    let uri = try fields.text("uri", maximum: 256)
    guard uri.hasPrefix("https://"), uri.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }), !uri.hasSuffix("/") else {
      throw fields.invalid("uri", "must be an https URI in ASCII without a final slash")
    }
    var officers: [Officer] = []
    for (index, entry) in try fields.array("officers", maximum: 4096).enumerated() {
      officers.append(try Officer(decoding: entry, path: fields.name("officers[\(index)]")))
    }
    self.init(
      name: name, uri: uri, names: try decodedNames(fields.required("names"), path: fields.name("names")),
      role: try fields.coded("role", as: AuthorityRole.self),
      status: try fields.coded("status", as: Participation.self),
      competence: try Competence(fields.fields("competence")),
      keys: try keyRecords(fields.array("keys", maximum: 256), path: fields.name("keys")), officers: officers,
      anchors: try fields.optionalFields("anchors").map { reader throws(DecodeError) in try Anchors(reader) } ?? .none,
      succeeds: try fields.optionalFields("succeeds").map { reader throws(DecodeError) in try Succession(reader) },
      witnessing: try fields.optionalFields("witnessing").map { reader throws(DecodeError) in
        try Witnessing(reader)
      })
    try fields.finish()
  }
}
