public import COSE
import Roster

extension Event {
  /// The deterministic CBOR map. Without approvals it is what officers approve.
  public func encoded(includingApprovals: Bool = true) -> [UInt8] {
    var map = CBORMap(fields: identityFields + timeFields + contentFields + contextFields)
    if includingApprovals, !approvals.isEmpty { map["approvals"] = .array(approvals.map(CBOR.bytes)) }
    return CBOR.map(map).encoded()
  }

  private var identityFields: [(String, CBOR?)] {
    [
      ("schema", .unsigned(Self.schema)), ("record_id", .bytes(recordID.bytes)),
      ("case_id", caseID.map { .bytes($0.bytes) }), ("kind", kind.map { .text($0.rawValue) }),
      ("event", .text(type.rawValue)), ("provenance", provenance.map { .text($0.rawValue) }),
      ("refs", references.isEmpty ? nil : .array(references.map(\.item))), ("from", from?.item), ("to", to?.item),
      ("carrier", carrier?.item), ("next_carrier", nextCarrier?.item), ("host", host?.item),
      ("parties", parties.isEmpty ? nil : .array(parties.map(\.item))),
      ("responsible_custodian", responsibleCustodian?.item),
    ]
  }

  private var timeFields: [(String, CBOR?)] {
    [
      ("occurred_at", .text(occurred.at.text)), ("precision", .text(occurred.precision.rawValue)),
      ("time_source", .text(occurred.source.rawValue)), ("clock_error_s", .unsigned(occurred.clockError)),
      ("recorded_at", .text(recordedAt.text)), ("accept_by", acceptBy.map { .text($0.text) }),
    ]
  }

  private var contentFields: [(String, CBOR?)] {
    [
      ("liberty_status", libertyStatus.map { .text($0.rawValue) }), ("basis", basis?.item), ("place", place?.item),
      ("counts", counts?.item), ("manifest_root", manifestRoot.map(CBOR.bytes)),
      ("manifest_bucket", manifestBucket.map(CBOR.unsigned)), ("slots_root", slotsRoot.map(CBOR.bytes)),
      ("sealed", manifestRoot == nil && sealed.isEmpty ? nil : .array(sealed.map(\.item))),
      ("annexes", annexes.isEmpty ? nil : .array(annexes.map(\.item))),
    ]
  }

  private var contextFields: [(String, CBOR?)] {
    [
      ("label", label?.item), ("flags", flags.isEmpty ? nil : .array(flags.map(\.item))), ("roster", .bytes(roster)),
      ("exercise", exercise ? .bool(true) : nil), ("supersedes", supersedes.map { .bytes($0.bytes) }),
      ("reason", reason.map { .map(["code": .text($0)]) }), ("log", log?.item),
      ("log_answer", logAnswer?.item), ("policy", policy.map(CBOR.bytes)), ("late_entry", lateEntry?.item),
      ("withheld_from", withheldFrom.isEmpty ? nil : .array(withheldFrom.map(\.item))),
    ]
  }

  /// Decodes a payload. Unknown fields, and text that could deceive a reader, are refused.
  /// - Parameter checks: all, except where a test switches V22 or V24 off.
  public init(decoding bytes: ArraySlice<UInt8>, checks: Checks = .all) throws(DecodeError) {
    let item = try CBOR.decode(bytes, allowing: checks.payloadAllowances)
    try refuseForbiddenText(in: item, at: bytes.startIndex, checks)
    var fields = try FieldReader(item, path: "", offset: bytes.startIndex)
    guard try fields.uint("schema") == Self.schema else { throw fields.invalid("schema", "is none we know") }
    let clock = OccurredTime(
      at: try fields.time("occurred_at"), precision: try fields.coded("precision", as: OccurredTime.Precision.self),
      source: try fields.coded("time_source", as: OccurredTime.Source.self),
      clockError: try fields.uint("clock_error_s"))
    self.init(
      recordID: RecordID(unchecked: try fields.bytes("record_id", count: 16)),
      type: try fields.coded("event", as: EventType.self), occurred: clock, recordedAt: try fields.time("recorded_at"),
      roster: try fields.bytes("roster", count: 32))
    try readIdentity(&fields)
    try readContent(&fields)
    try readContext(&fields)
    try fields.finish()
    // Approvals are given over the event as we write it: a form that we would write otherwise has two readings.
    if checks.applies(.v22), !bytes.elementsEqual(encoded()) {
      throw DecodeError(.invalidValue, at: bytes.startIndex, "a list or field is written as nobody here writes it")
    }
  }

  private mutating func readIdentity(_ fields: inout FieldReader) throws(DecodeError) {
    caseID = try fields.optionalBytes("case_id", count: 16).map(RecordID.init(unchecked:))
    kind = try fields.optionalCoded("kind", as: Kind.self)
    provenance = try fields.optionalCoded("provenance", as: Provenance.self)
    references = try fields.list("refs", maximum: type.maximumReferences) { (entry) throws(DecodeError) in
      try entry.reference()
    }
    from = try fields.optionalParty("from")
    to = try fields.optionalParty("to")
    carrier = try fields.optionalParty("carrier")
    nextCarrier = try fields.optionalParty("next_carrier")
    host = try fields.optionalParty("host")
    parties = try fields.list("parties", maximum: 256) { (entry) throws(DecodeError) in try entry.party() }
    guard zip(parties, parties.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw fields.invalid("parties", "must be different and sorted")
    }
    responsibleCustodian = try fields.optionalParty("responsible_custodian")
    acceptBy = try fields.optionalTime("accept_by")
  }

  private mutating func readContent(_ fields: inout FieldReader) throws(DecodeError) {
    libertyStatus = try fields.optionalCoded("liberty_status", as: LibertyStatus.self)
    basis = try fields.optional("basis") { (entry) throws(DecodeError) in try entry.basis() }
    place = try fields.optional("place") { (entry) throws(DecodeError) in try entry.place() }
    if let reader = try fields.optionalFields("counts") { counts = try Counts(reader) }
    manifestRoot = try fields.optionalBytes("manifest_root", count: 32)
    manifestBucket = try fields.optionalUInt("manifest_bucket")
    if let bucket = manifestBucket, bucket > UInt64(Manifest.maximumLeaves) || bucket.nonzeroBitCount != 1 {
      throw fields.invalid("manifest_bucket", "must be a power of two of at most \(Manifest.maximumLeaves)")
    }
    slotsRoot = try fields.optionalBytes("slots_root", count: 32)
    sealed = try fields.list("sealed", maximum: 64) { (entry) throws(DecodeError) in try entry.sealedReference() }
    annexes = try fields.list("annexes", maximum: 64) { (entry) throws(DecodeError) in try entry.annex() }
  }

  private mutating func readContext(_ fields: inout FieldReader) throws(DecodeError) {
    label = try fields.optional("label") { (entry) throws(DecodeError) in try entry.label() }
    flags = try fields.list("flags", maximum: 1024) { (entry) throws(DecodeError) in try entry.flag() }
    if let flag = fields.optional("exercise") {
      guard flag == .bool(true) else { throw fields.invalid("exercise", "is written only when it is true") }
      exercise = true
    }
    supersedes = try fields.optionalBytes("supersedes", count: 32).map(StatementID.init(unchecked:))
    reason = try fields.optional("reason") { (entry) throws(DecodeError) in try entry.text("code", maximum: 64) }
    log = try fields.optional("log") { (entry) throws(DecodeError) in try entry.logOpening() }
    logAnswer = try fields.optional("log_answer") { (entry) throws(DecodeError) in try entry.logAnswer() }
    policy = try fields.optionalBytes("policy", count: 32)
    lateEntry = try fields.optional("late_entry") { (entry) throws(DecodeError) in try entry.lateEntry() }
    withheldFrom = try fields.list("withheld_from", maximum: 256) { (entry) throws(DecodeError) in
      try entry.withholding()
    }
    guard zip(withheldFrom, withheldFrom.dropFirst()).allSatisfy({ $0.member < $1.member }) else {
      throw fields.invalid("withheld_from", "must name different members, sorted")
    }
    for item in try fields.optionalArray("approvals", maximum: Self.maximumApprovals) ?? [] {
      guard let approval = item.bytes, approval.count <= Approval.maximumByteCount else {
        throw fields.invalid("approvals", "must be byte strings of at most \(Approval.maximumByteCount) bytes")
      }
      approvals.append(approval)
    }
  }
}
