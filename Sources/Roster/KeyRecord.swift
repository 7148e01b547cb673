public import COSE
public import OpenSSL

/// What a key may be used for. A log's owner never mixes them.
public enum KeyPurpose: String, Sendable, CaseIterable {
  case root, statement, receipt, checkpoint, witness, officer, seal, transport
}

/// Why a key stopped counting, and from when. Revocations are only ever added.
public struct Revocation: Hashable, Sendable {
  public enum Reason: String, Sendable, CaseIterable { case retired, superseded, lost, compromised }

  public let reason: Reason
  public let effectiveFrom: UnixTime

  public init(reason: Reason, effectiveFrom: UnixTime) {
    self.reason = reason
    self.effectiveFrom = effectiveFrom
  }
}

/// One public key in the roster with its purpose, validity and history.
public struct KeyRecord: Hashable, Sendable {
  public let purpose: KeyPurpose
  public let key: PublicKey
  /// The COSE Key Thumbprint (RFC 9679), 32 bytes; derived, so that it cannot disagree with the key.
  public let kid: [UInt8]
  /// First and last second of validity.
  public let notBefore: UnixTime
  public let notAfter: UnixTime
  public let revocations: [Revocation]
  /// The kid of the key that this one took over from.
  public let replaces: [UInt8]?
  /// The signed word of the key it replaces that this one takes over (`KeyLink`), as it was signed; nil where that key
  /// could not sign any more.
  public let link: [UInt8]?
  /// What a seal key opens; nil for the keys of other purposes.
  public let role: SealRole?
  /// The certificate that a transport key is presented in, where the roster gives one.
  public let certificate: Certificate?

  /// Nil for a key that has no kid or validity, for a role beside another purpose than `seal` (without one a seal key
  /// is of `party`), and for a certificate beside another purpose than `transport` or of another key.
  public init?(
    purpose: KeyPurpose, key: PublicKey, notBefore: UnixTime, notAfter: UnixTime, revocations: [Revocation] = [],
    replaces: [UInt8]? = nil, link: [UInt8]? = nil, role: SealRole? = nil, certificate: Certificate? = nil
  ) {
    guard link == nil || replaces != nil else { return nil }
    guard let kid = key.thumbprint, notBefore <= notAfter, role == nil || purpose == .seal,
      certificate == nil || (purpose == .transport && certificate?.publicKey == key)
    else { return nil }
    self.purpose = purpose
    self.key = key
    self.kid = kid
    self.notBefore = notBefore
    self.notAfter = notAfter
    self.revocations = revocations
    self.replaces = replaces
    self.link = link
    self.role = purpose == .seal ? role ?? .party : nil
    self.certificate = certificate
  }

  /// The same key with another history.
  public func with(revocations: [Revocation]) -> KeyRecord {
    KeyRecord(
      purpose: purpose, key: key, notBefore: notBefore, notAfter: notAfter, revocations: revocations,
      replaces: replaces, link: link, role: role, certificate: certificate) ?? self
  }

  /// What the roster says of this key at a moment.
  public func standing(at time: UnixTime) -> KeyStanding {
    if time < notBefore { return .notYetValid(from: notBefore) }
    if let revocation = revocations.filter({ $0.effectiveFrom <= time }).min(by: { $0.effectiveFrom < $1.effectiveFrom }
    ) {
      return .revoked(revocation)
    }
    return time > notAfter ? .expired(since: notAfter) : .valid
  }
}

extension KeyRecord {
  /// The last second in which it could sign: of its validity, or the one before its first revocation.
  public var endsAt: UnixTime {
    // A revocation's time comes from a decoder that allows no time before 1970.
    revocations.map { $0.effectiveFrom &- 1 }.reduce(notAfter, min)
  }

  /// From when others may have signed with it, compromised or lost as it was: its signatures prove nothing then unless
  /// somebody else had seen them before (V15). Nil when that was never said.
  public var exposedFrom: UnixTime? {
    revocations.filter { $0.reason == .compromised || $0.reason == .lost }.map(\.effectiveFrom).min()
  }
}

/// A key's standing at one moment.
public enum KeyStanding: Hashable, Sendable {
  case valid
  case notYetValid(from: UnixTime)
  case expired(since: UnixTime)
  case revoked(Revocation)
}

extension KeyRecord {
  var item: CBOR {
    let history = revocations.map { revocation in
      CBOR.map([
        "reason": .text(revocation.reason.rawValue), "effective_from": .int(revocation.effectiveFrom),
      ])
    }
    return .map(
      CBORMap(fields: [
        ("purpose", .text(purpose.rawValue)), ("key", key.coseKey), ("not_before", .int(notBefore)),
        ("not_after", .int(notAfter)), ("revocations", history.isEmpty ? nil : .array(history)),
        ("replaces", replaces.map(CBOR.bytes)), ("link", link.map(CBOR.bytes)),
        ("role", role == .party ? nil : role.map { .text($0.rawValue) }),
        ("certificate", certificate.map { .bytes($0.der) }),
      ]))
  }

  init(decoding item: CBOR, path: String) throws(DecodeError) {
    var fields = try FieldReader(item, path: path)
    guard let purpose = KeyPurpose(rawValue: try fields.text("purpose", maximum: 32)) else {
      throw fields.invalid("purpose", "is none we know")
    }
    let key = try PublicKey(coseKey: fields.required("key"))
    let notBefore = try fields.unixTime("not_before")
    let notAfter = try fields.unixTime("not_after")
    var history: [Revocation] = []
    for (index, entry) in (try fields.optionalArray("revocations", maximum: 64) ?? []).enumerated() {
      history.append(try Revocation(decoding: entry, path: fields.name("revocations[\(index)]")))
    }
    let replaces = try fields.optionalBytes("replaces", count: 32)
    let link = try fields.optionalBytes("link", maximum: KeyLink.maximumByteCount)
    if let link, let from = replaces {
      try KeyLink(decoding: link).check(from: from, to: key, purpose, fields.name("link"))
    }
    let role = try fields.sealRole(of: purpose)
    let certificate = try fields.certificate(of: key, purpose)
    try fields.finish()
    guard
      let record = KeyRecord(
        purpose: purpose, key: key, notBefore: notBefore, notAfter: notAfter, revocations: history, replaces: replaces,
        link: link, role: role, certificate: certificate)
    else {
      throw DecodeError(.invalidValue, at: 0, "\(path) ends before it begins, or has a link and replaces nothing")
    }
    self = record
  }
}

extension Revocation {
  init(decoding item: CBOR, path: String) throws(DecodeError) {
    var fields = try FieldReader(item, path: path)
    guard let reason = Reason(rawValue: try fields.text("reason", maximum: 32)) else {
      throw fields.invalid("reason", "is none we know")
    }
    self.init(reason: reason, effectiveFrom: try fields.unixTime("effective_from"))
    try fields.finish()
  }
}

extension FieldReader {
  /// The role of a seal key. That of a party is written by leaving it out, so that it has one form.
  mutating func sealRole(of purpose: KeyPurpose) throws(DecodeError) -> SealRole? {
    guard let name = try optionalText("role", maximum: 32) else { return nil }
    guard purpose == .seal else { throw invalid("role", "stands beside a key that is no seal key") }
    guard let role = SealRole(rawValue: name), role != .party else { throw invalid("role", "is none we know") }
    return role
  }

  /// The certificate of a transport key: of exactly that key, and its own trust anchor.
  fileprivate mutating func certificate(of key: PublicKey, _ purpose: KeyPurpose) throws(DecodeError) -> Certificate? {
    guard let item = optional("certificate") else { return nil }
    guard let der = item.bytes else { throw invalid("certificate", "must be a byte string") }
    guard purpose == .transport else { throw invalid("certificate", "stands beside a key that is no transport key") }
    let found: Certificate
    do { found = try Certificate(der: der) } catch { throw invalid("certificate", "does not parse: \(error)") }
    guard found.publicKey == key else { throw invalid("certificate", "is of another key") }
    guard found.isSelfSigned else { throw invalid("certificate", "is not signed with its own key") }
    return found
  }

  /// Seconds since 1970, within the years 1970 to 9999.
  public mutating func unixTime(_ field: String) throws(DecodeError) -> UnixTime {
    let value = try uint(field)
    guard value <= 253_402_300_799 else { throw invalid(field, "lies after the year 9999") }
    return UnixTime(value)
  }

  /// A short text that is one of an enumeration's raw values.
  mutating func coded<Value: RawRepresentable<String>>(_ field: String, as type: Value.Type) throws(DecodeError)
    -> Value
  {
    guard let value = Value(rawValue: try text(field, maximum: 64)) else { throw invalid(field, "is none we know") }
    return value
  }
}
