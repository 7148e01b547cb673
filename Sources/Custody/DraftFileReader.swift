import COSE
import OpenSSL
import Roster
import TransparencyLog

/// Reads the items of a draft file, one after another.
struct DraftFileReader {
  struct Header {
    let lines: UInt64
    let roles: [ApprovalRole]
    let issuer: String
  }

  private let bytes: [UInt8]
  private var decoder: CBORDecoder
  /// The byte string that was read last.
  private(set) var taken: [UInt8] = []

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    decoder = CBORDecoder(bytes)
  }

  mutating func header() throws(DecodeError) -> Header {
    var fields = try FieldReader(decoder.item(), path: "header", offset: 0)
    guard try fields.text("format", maximum: 64) == DraftFile.format else {
      throw fields.invalid("format", "is no draft's")
    }
    let names = try fields.array("roles", maximum: Event.maximumApprovals)
    let roles = names.compactMap { $0.text.flatMap(ApprovalRole.init) }
    guard roles.count == names.count else { throw fields.invalid("roles", "names an office that is none") }
    let header = Header(
      lines: try fields.uint("lines"), roles: roles,
      issuer: try fields.text("issuer", maximum: 512))
    guard header.lines <= UInt64(Manifest.maximumLeaves) else { throw fields.invalid("lines", "is too many") }
    try fields.finish()
    return header
  }

  /// The next item's type; the decoder stands before its content.
  private mutating func begin(_ wanted: String) throws(DecodeError) -> Int {
    let start = decoder.position
    guard !decoder.isAtEnd else { throw DecodeError(.truncated, at: start, "the item \"\(wanted)\" is missing") }
    guard try decoder.arrayHead() == 2, try decoder.item().text == wanted else {
      throw DecodeError(.unexpectedType, at: start, "here stands [\"\(wanted)\", content]")
    }
    return start
  }

  private mutating func byteString(_ type: String) throws(DecodeError) -> Int {
    let start = try begin(type)
    taken = Array(bytes[try decoder.byteString()])
    return start
  }

  mutating func roster() throws(DecodeError) -> VerifiedRoster {
    let start = try byteString("roster")
    do throws(RosterRefusal) {
      return try VerifiedRoster.verify(taken, pinned: VerifiedRoster.digest(of: taken))
    } catch { throw DecodeError(.invalidValue, at: start, "the roster of the draft: \(error)") }
  }

  mutating func event(under roster: VerifiedRoster) throws(DecodeError) -> Event {
    let start = try byteString("event")
    guard taken.count <= SignedStatement.maximumPayload else { throw DecodeError(.tooLarge, at: start, "the event") }
    let event: Event
    do { event = try Event(decoding: taken[...]) } catch {
      throw DecodeError(error.reason, at: start, "in the event: \(error.detail)")
    }
    guard event.approvals.isEmpty else {
      throw DecodeError(.invalidValue, at: start, "approvals of a draft stand beside its event, not in it")
    }
    guard event.roster == roster.digest, event.exercise == roster.body.exercise else {
      throw DecodeError(.invalidValue, at: start, "the event relies on another roster than that of the draft")
    }
    return event
  }

  mutating func sealed(of event: Event) throws(DecodeError) -> [[UInt8]] {
    var found: [[UInt8]] = []
    for reference in event.sealed {
      let start = try byteString("sealed")
      guard SHA256.hash(taken) == reference.ciphertextDigest else {
        throw DecodeError(.invalidValue, at: start, "\"\(reference.id)\" is not the ciphertext that the event names")
      }
      found.append(taken)
    }
    return found
  }

  mutating func slots(of event: Event) throws(DecodeError) -> [[UInt8]]? {
    guard let root = event.slotsRoot else { return nil }
    let start = try begin("slots")
    guard let list = try decoder.item().array, list.count <= Manifest.maximumLeaves else {
      throw DecodeError(.unexpectedType, at: start, "slots are a list")
    }
    let slots = list.compactMap(\.bytes).filter { $0.count == 32 }
    guard slots.count == list.count, Slots.root(of: slots).bytes == root else {
      throw DecodeError(.invalidValue, at: start, "the slots are not those that the event names")
    }
    return slots
  }

  /// The next approval and where it stands; nil at the end.
  mutating func approval() throws(DecodeError) -> (start: Int, approval: Approval)? {
    guard !decoder.isAtEnd else { return nil }
    let start = try byteString("approval")
    guard taken.count <= Approval.maximumByteCount else { throw DecodeError(.tooLarge, at: start, "an approval") }
    do { return (start, try Approval(decoding: taken)) } catch {
      throw DecodeError(error.reason, at: start, "in an approval: \(error.detail)")
    }
  }
}
