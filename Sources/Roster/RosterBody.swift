public import COSE
import OpenSSL

/// A holder of root keys. Thresholds count holders, not signatures.
public struct RootHolder: Hashable, Sendable {
  public let holder: String
  /// One that is suspended or departed signs nothing and is counted nowhere; its keys and revocations stay listed.
  public let status: Participation
  public let keys: [KeyRecord]

  public init(holder: String, status: Participation = .active, keys: [KeyRecord]) {
    self.holder = holder
    self.status = status
    self.keys = keys
  }
}

/// The root of trust: who signs rosters, and how many of them it takes.
public struct RosterRoot: Hashable, Sendable {
  /// More than half of the active holders.
  public let threshold: UInt64
  /// Enough for an emergency revocation and nothing else.
  public let emergencyThreshold: UInt64
  public let holders: [RootHolder]

  public init(threshold: UInt64, emergencyThreshold: UInt64, holders: [RootHolder]) {
    self.threshold = threshold
    self.emergencyThreshold = emergencyThreshold
    self.holders = holders
  }

  /// Those who sign and are counted.
  public var activeHolders: [RootHolder] { holders.filter { $0.status == .active } }
}

/// The content of one roster version, as signed: not yet trusted.
public struct RosterBody: Hashable, Sendable {
  public static let mediaType = "application/vnd.amana.roster+cbor"

  public let coalition: String
  /// A roster for exercises: nothing made under it mixes with real custody.
  public let exercise: Bool
  public let version: UInt64
  /// The digest of version − 1; nil in version 1.
  public let previous: [UInt8]?
  public let issuedAt: UnixTime
  /// After this the roster is stale: intentions stop, facts are flagged.
  public let nextUpdate: UnixTime
  public let root: RosterRoot
  public let members: [Member]
  public let authorities: [Authority]
  /// The version in force of each code list, by the list's name.
  public let codeLists: [String: String]

  public init(
    coalition: String, exercise: Bool, version: UInt64, previous: [UInt8]?, issuedAt: UnixTime, nextUpdate: UnixTime,
    root: RosterRoot, members: [Member], authorities: [Authority], codeLists: [String: String] = [:]
  ) {
    self.coalition = coalition
    self.exercise = exercise
    self.version = version
    self.previous = previous
    self.issuedAt = issuedAt
    self.nextUpdate = nextUpdate
    self.root = root
    self.members = members
    self.authorities = authorities
    self.codeLists = codeLists
  }

  /// The deterministic CBOR map that root holders sign.
  public func encoded() -> [UInt8] {
    let holders = root.holders.map { holder in
      let status = holder.status == .active ? nil : CBOR.text(holder.status.rawValue)
      return CBOR.map(
        CBORMap(fields: [
          ("holder", .text(holder.holder)), ("status", status), ("keys", .array(holder.keys.map(\.item))),
        ]))
    }
    let root = CBOR.map([
      "threshold": .unsigned(root.threshold), "emergency_threshold": .unsigned(root.emergencyThreshold),
      "holders": .array(holders),
    ])
    let map = CBORMap(fields: [
      ("schema", 1), ("coalition", .text(coalition)), ("exercise", .bool(exercise)), ("version", .unsigned(version)),
      ("previous", previous.map(CBOR.bytes) ?? .null), ("issued_at", .int(issuedAt)), ("next_update", .int(nextUpdate)),
      ("root", root), ("members", .array(members.map(\.item))), ("authorities", .array(authorities.map(\.item))),
      ("code_lists", codeLists.isEmpty ? nil : namesItem(codeLists)),
    ])
    return CBOR.map(map).encoded()
  }

  /// Decodes and checks the form: unique names, numbers and keys, one purpose a key, a threshold over half.
  public init(decoding bytes: ArraySlice<UInt8>) throws(DecodeError) {
    var fields = try FieldReader(CBOR.decode(bytes), path: "roster", offset: bytes.startIndex)
    guard try fields.uint("schema") == 1 else { throw fields.invalid("schema", "is none we know") }
    coalition = try fields.text("coalition", maximum: 256)
    exercise = try fields.bool("exercise")
    version = try fields.uint("version")
    let before = try fields.required("previous")
    guard before == .null || before.bytes?.count == 32 else { throw fields.invalid("previous", "is no digest") }
    previous = before.bytes
    issuedAt = try fields.unixTime("issued_at")
    nextUpdate = try fields.unixTime("next_update")
    root = try RosterRoot(fields.fields("root"))
    var members: [Member] = []
    for (index, item) in try fields.array("members", maximum: 1024).enumerated() {
      members.append(try Member(decoding: item, path: "roster.members[\(index)]"))
    }
    var authorities: [Authority] = []
    for (index, item) in try fields.array("authorities", maximum: 8192).enumerated() {
      authorities.append(try Authority(decoding: item, path: "roster.authorities[\(index)]"))
    }
    self.members = members
    self.authorities = authorities
    codeLists = try decodedNames(fields.optional("code_lists") ?? .map([:]), path: "roster.code_lists")
    try fields.finish()
    try checkForm()
  }
}

extension RosterRoot {
  init(_ reader: consuming FieldReader) throws(DecodeError) {
    var fields = reader
    threshold = try fields.uint("threshold")
    emergencyThreshold = try fields.uint("emergency_threshold")
    var holders: [RootHolder] = []
    for (index, item) in try fields.array("holders", maximum: 128).enumerated() {
      var holder = try FieldReader(item, path: fields.name("holders[\(index)]"))
      let name = try holder.text("holder", maximum: 128)
      let status = try holder.endedStatus()
      let keys = try keyRecords(holder.array("keys", maximum: 16), path: holder.name("keys"))
      holders.append(RootHolder(holder: name, status: status, keys: keys))
      try holder.finish()
    }
    self.holders = holders
    try fields.finish()
  }
}

extension FieldReader {
  /// The status of who mostly is active: that is written by leaving it out, so that it has one form.
  fileprivate mutating func endedStatus() throws(DecodeError) -> Participation {
    guard let text = try optionalText("status", maximum: 16) else { return .active }
    guard let status = Participation(rawValue: text), status != .active else {
      throw invalid("status", "must be suspended or departed, or left out")
    }
    return status
  }
}
