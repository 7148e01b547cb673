import COSE
import Custody
import Roster
import TransparencyLog

/// What a proof of equivocation convicts whom of, for programs.
struct ForkView: Encodable {
  /// One of the two that were signed.
  struct Signed: Encodable {
    /// `checkpoint`, or the statement's event.
    let what: String
    /// A checkpoint's root, or a statement's id.
    let id: String
    let size: UInt64?
    let entry: String?
    let signedAt: String?
    let seenAt: String?
    let seenBy: [String]

    enum CodingKeys: String, CodingKey {
      case what, id, size, entry
      case signedAt = "signed_at"
      case seenAt = "seen_at"
      case seenBy = "seen_by"
    }

    init(_ signed: ForkConviction.Signed) {
      what = signed.what
      id = hexadecimal(signed.id)
      size = signed.size
      entry = signed.entry.map { hexadecimal($0.bytes) }
      signedAt = signed.signedAt.map { OffsetTime(unix: $0).text }
      seenAt = signed.seenAt.map { OffsetTime(unix: $0).text }
      seenBy = signed.seenBy.map(\.description)
    }
  }

  /// `roots`, `sequences`, `openings`, `slots` or `lines`.
  let kind: String
  let authority: String
  let origin: String
  private(set) var size: UInt64?
  private(set) var index: UInt64?
  private(set) var slot: String?
  private(set) var step: String?
  private(set) var subject: String?
  let signed: [Signed]
  let provenSince: String?
  let roster: String

  enum CodingKeys: String, CodingKey {
    case kind, authority, origin, size, index, slot, step, subject, signed
    case provenSince = "proven_since"
    case roster = "roster_digest"
  }

  init(_ convicted: ForkConviction) {
    authority = convicted.authority.name.description
    origin = convicted.origin
    signed = convicted.signed.both.map(Signed.init)
    provenSince = convicted.provenSince.map { OffsetTime(unix: $0).text }
    roster = hexadecimal(convicted.roster)
    switch convicted.charge {
    case .roots(let covered):
      kind = "roots"
      size = covered
    case .sequences(let place):
      kind = "sequences"
      index = place
    case .openings: kind = "openings"
    case .slot(let bytes):
      kind = "slots"
      slot = hexadecimal(bytes)
    case .lines(let deed):
      kind = "lines"
      (step, subject) = (deed.step.rawValue, deed.subject.description)
    }
  }
}
