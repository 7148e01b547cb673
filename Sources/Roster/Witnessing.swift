import COSE

/// Who witnesses an authority's logs (C2SP tlog-witness), and how many of them must cosign a checkpoint.
public struct Witnessing: Hashable, Sendable {
  /// What a signed note takes beside the log's own signature (C2SP signed-note: 16 signatures).
  public static let maximumCount = 15

  /// Authorities of other members, each once.
  public let witnesses: [AuthorityName]
  /// How many cosignatures of different witnesses are asked for: at least 1, at most all.
  public let quorum: UInt64

  /// Any values: a roster's form says what may be listed.
  public init(witnesses: [AuthorityName], quorum: UInt64) {
    self.witnesses = witnesses
    self.quorum = quorum
  }

  /// More than half.
  public static func majority(of count: Int) -> UInt64 { UInt64(clamping: count / 2 + 1) }
}

extension Authority {
  /// The same authority with other witnesses.
  public func with(witnessing: Witnessing?) -> Authority {
    Authority(
      name: name, uri: uri, names: names, role: role, status: status, competence: competence, keys: keys,
      officers: officers, anchors: anchors, succeeds: succeeds, witnessing: witnessing)
  }

  /// The name under which its witness keys sign (C2SP tlog-cosignature): the URI without scheme, "/witness".
  public var witnessKeyName: String { "\(bareURI)/witness" }
}

extension Witnessing {
  var item: CBOR {
    .map(["witnesses": .array(witnesses.map { .text($0.description) }), "quorum": .unsigned(quorum)])
  }

  init(_ reader: consuming FieldReader) throws(DecodeError) {
    var fields = reader
    var found: [AuthorityName] = []
    for item in try fields.array("witnesses", maximum: Self.maximumCount) {
      guard let name = item.text.flatMap({ AuthorityName($0) }) else {
        throw fields.invalid("witnesses", "must be a list of MEMBER/authority")
      }
      found.append(name)
    }
    witnesses = found
    quorum = try fields.uint("quorum")
    try fields.finish()
  }
}

extension RosterBody {
  /// A log is witnessed by others: authorities that are listed, of other members than its own.
  func checkWitnesses(_ refuse: (String) -> DecodeError) throws(DecodeError) {
    let known = Set(authorities.map(\.name))
    for authority in authorities {
      guard let witnessing = authority.witnessing else { continue }
      let witnesses = witnessing.witnesses
      if let name = repeated(witnesses) {
        throw refuse("\(name) stands twice among the witnesses of \(authority.name)")
      }
      guard (1...Witnessing.maximumCount).contains(witnesses.count) else {
        throw refuse("\(authority.name) must have 1 to \(Witnessing.maximumCount) witnesses, or none named")
      }
      if let name = witnesses.first(where: { !known.contains($0) }) {
        throw refuse("\(name) witnesses \(authority.name) and is not listed")
      }
      if let name = witnesses.first(where: { $0.member == authority.name.member }) {
        throw refuse("\(name) cannot witness \(authority.name), which is of the same member")
      }
      guard (1...UInt64(witnesses.count)).contains(witnessing.quorum) else {
        throw refuse("the quorum of \(authority.name) must lie between 1 and its \(witnesses.count) witnesses")
      }
    }
  }
}
