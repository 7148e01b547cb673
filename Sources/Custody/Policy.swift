public import COSE
import OpenSSL
import Roster

/// A registration policy: the numbers the checks use. Each log adopts one before it is used (RFC 9943).
public struct Policy: Hashable, Sendable {
  /// How far recorded_at may lie before occurred_at, and a claim before now, in seconds.
  public let toleranceSeconds: Int64
  /// A fact recorded later than this after it occurred is flagged as late.
  public let lateAfterSeconds: Int64
  /// How long after a key's end its statements may still be first seen.
  public let graceSeconds: Int64
  /// Whether two approvals handed in over the socket must come from two local users.
  public let twoUsers: Bool
  /// Whether the classical signature of an authority suffices.
  public let postQuantum: PostQuantum
  /// Whether our own statements are shown as awaiting witnesses until a checkpoint that covers them has the quorum that the
  /// roster asks for. Nothing is refused or held back for it.
  public let awaitsWitnesses: Bool

  public init(
    toleranceSeconds: Int64, lateAfterSeconds: Int64, graceSeconds: Int64, twoUsers: Bool,
    postQuantum: PostQuantum = .classical, awaitsWitnesses: Bool = false
  ) {
    self.awaitsWitnesses = awaitsWitnesses
    self.toleranceSeconds = toleranceSeconds
    self.lateAfterSeconds = lateAfterSeconds
    self.graceSeconds = graceSeconds
    self.twoUsers = twoUsers
    self.postQuantum = postQuantum
  }

  /// Five minutes of tolerance, three days to report, thirty days of grace, two local users.
  public static let standard = Policy(
    toleranceSeconds: 300, lateAfterSeconds: 259_200, graceSeconds: 2_592_000, twoUsers: true)

  /// Whether what was seen at a moment was seen before a key's end and the grace.
  func isInTime(_ seen: UnixTime, forEnd end: UnixTime) -> Bool {
    let (limit, overflow) = end.addingReportingOverflow(graceSeconds)
    return overflow || seen <= limit
  }

  /// The deterministic CBOR map whose digest `policy-adopted` cites.
  public func encoded() -> [UInt8] {
    CBOR.map(
      CBORMap(fields: [
        ("schema", 1), ("tolerance_s", .int(toleranceSeconds)), ("late_after_s", .int(lateAfterSeconds)),
        ("grace_s", .int(graceSeconds)), ("two_users", .bool(twoUsers)),
        // Absent for what older policies mean, so that they keep their digest.
        ("post_quantum", postQuantum == .classical ? nil : .text(postQuantum.rawValue)),
        ("await_witnesses", awaitsWitnesses ? .bool(true) : nil),
      ])
    ).encoded()
  }

  /// SHA-256 of the encoding, 32 bytes.
  public var digest: [UInt8] { SHA256.hash(encoded()) }

  public init(decoding bytes: ArraySlice<UInt8>) throws(DecodeError) {
    var fields = try FieldReader(CBOR.decode(bytes), path: "policy", offset: bytes.startIndex)
    guard try fields.uint("schema") == 1 else { throw fields.invalid("schema", "is none we know") }
    let limit: UInt64 = 3_153_600_000
    let (tolerance, late, grace) = (
      try fields.uint("tolerance_s"), try fields.uint("late_after_s"), try fields.uint("grace_s")
    )
    guard max(tolerance, late, grace) <= limit else {
      throw fields.invalid("grace_s", "or another span exceeds a century")
    }
    let twoUsers = try fields.bool("two_users")
    let postQuantum = try fields.optionalText("post_quantum", maximum: 32)
    guard postQuantum == nil || postQuantum == PostQuantum.both.rawValue else {
      throw fields.invalid("post_quantum", "is written only as both")
    }
    let awaits = fields.optional("await_witnesses")
    guard awaits == nil || awaits == .bool(true) else {
      throw fields.invalid("await_witnesses", "is written only as true")
    }
    try fields.finish()
    self.init(
      toleranceSeconds: Int64(tolerance), lateAfterSeconds: Int64(late), graceSeconds: Int64(grace),
      twoUsers: twoUsers, postQuantum: postQuantum == nil ? .classical : .both, awaitsWitnesses: awaits != nil)
  }
}
