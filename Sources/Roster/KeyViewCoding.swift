public import COSE

extension KeyView {
  /// A deterministic map {schema, coalition, exercise, version, roster, issued_at, authorities: [{authority, keys}]}.
  public func encoded() -> [UInt8] {
    CBOR.map([
      "schema": 1, "coalition": .text(coalition), "exercise": .bool(exercise), "version": .unsigned(version),
      "roster": .bytes(roster), "issued_at": .int(issuedAt),
      "authorities": .array(
        authorities.map {
          .map(["authority": .text($0.authority.description), "keys": .array($0.keys.map(\.item))])
        }),
    ]).encoded()
  }

  /// Decodes strictly: every list in its order and nothing in it twice, so that one view has one form.
  public init(decoding bytes: [UInt8]) throws(DecodeError) {
    guard bytes.count <= Self.maximumByteCount else { throw DecodeError(.tooLarge, at: Self.maximumByteCount) }
    var fields = try FieldReader(CBOR.decode(bytes[...]), path: "view")
    guard try fields.uint("schema") == 1 else { throw fields.invalid("schema", "is none we know") }
    let coalition = try fields.text("coalition", maximum: 256)
    let exercise = try fields.bool("exercise")
    let version = try fields.uint("version")
    guard version > 0 else { throw fields.invalid("version", "is none: rosters count from 1") }
    let roster = try fields.bytes("roster", count: 32)
    let issuedAt = try fields.unixTime("issued_at")
    var authorities: [Holder] = []
    for (index, item) in try fields.array("authorities", maximum: Self.maximumAuthorities).enumerated() {
      let holder = try Holder(decoding: item, path: fields.name("authorities[\(index)]"))
      if let last = authorities.last, !(last.authority < holder.authority) {
        throw fields.invalid("authorities", "must be in the order of their names, each once")
      }
      authorities.append(holder)
    }
    try fields.finish()
    guard repeated(authorities.flatMap { $0.keys.map(\.kid) }) == nil else {
      throw fields.invalid("authorities", "list one key twice")
    }
    self.init(
      coalition: coalition, exercise: exercise, version: version, roster: roster, issuedAt: issuedAt,
      authorities: authorities)
  }
}

extension KeyView.Holder {
  init(decoding item: CBOR, path: String) throws(DecodeError) {
    var fields = try FieldReader(item, path: path)
    guard let name = AuthorityName(try fields.text("authority", maximum: 129)) else {
      throw fields.invalid("authority", "is not MEMBER/authority")
    }
    var keys: [KeyView.Key] = []
    for (index, item) in try fields.array("keys", maximum: KeyView.maximumKeys).enumerated() {
      let key = try KeyView.Key(decoding: item, path: fields.name("keys[\(index)]"))
      if let last = keys.last, !last.kid.lexicographicallyPrecedes(key.kid) {
        throw fields.invalid("keys", "must be in the order of their kids, each once")
      }
      keys.append(key)
    }
    try fields.finish()
    self.init(authority: name, keys: keys)
  }
}

extension KeyView.Key {
  var item: CBOR {
    let history = revocations.map {
      CBOR.map(["reason": .text($0.reason.rawValue), "effective_from": .int($0.effectiveFrom)])
    }
    return .map(
      CBORMap(fields: [
        ("kid", .bytes(kid)), ("purpose", .text(purpose.rawValue)), ("officer", officer.map(CBOR.unsigned)),
        ("role", role == .party ? nil : role.map { .text($0.rawValue) }), ("not_before", .int(notBefore)),
        ("not_after", .int(notAfter)), ("revocations", history.isEmpty ? nil : .array(history)),
        ("certificate", certificate.map(CBOR.bytes)),
      ]))
  }

  init(decoding item: CBOR, path: String) throws(DecodeError) {
    var fields = try FieldReader(item, path: path)
    let kid = try fields.bytes("kid", count: 32)
    let purpose = try fields.coded("purpose", as: KeyPurpose.self)
    guard purpose != .root else { throw fields.invalid("purpose", "is root, and no authority holds such a key") }
    let officer = try fields.optionalUInt("officer")
    guard (officer != nil) == (purpose == .officer) else {
      throw fields.invalid("officer", "stands beside the keys of officers and no others")
    }
    let role = try fields.sealRole(of: purpose)
    let notBefore = try fields.unixTime("not_before")
    let notAfter = try fields.unixTime("not_after")
    guard notBefore <= notAfter else { throw fields.invalid("not_after", "lies before not_before") }
    let revocations = try fields.history()
    let certificate = try fields.optionalBytes("certificate", count: 32)
    guard certificate == nil || purpose == .transport else {
      throw fields.invalid("certificate", "stands beside a key that is no transport key")
    }
    try fields.finish()
    self.init(
      kid: kid, purpose: purpose, officer: officer, role: purpose == .seal ? role ?? .party : nil,
      notBefore: notBefore, notAfter: notAfter, revocations: revocations, certificate: certificate)
  }
}

extension FieldReader {
  /// Revocations in their order, each once; none is written by leaving them out.
  fileprivate mutating func history() throws(DecodeError) -> [Revocation] {
    guard let items = try optionalArray("revocations", maximum: 64) else { return [] }
    guard !items.isEmpty else { throw invalid("revocations", "must not be empty: leave it out") }
    var found: [Revocation] = []
    for (index, item) in items.enumerated() {
      let revocation = try Revocation(decoding: item, path: name("revocations[\(index)]"))
      if let last = found.last, !last.precedes(revocation) {
        throw invalid("revocations", "must be in the order of time, each once")
      }
      found.append(revocation)
    }
    return found
  }
}
