import COSE
import Roster
import TestSupport
import Testing

@testable import Custody

@Suite struct EventCodingTests {
  /// An event in which every field that there is says something.
  static func full() throws -> Event {
    let scribe = Scribe(try .shared())
    var event = scribe.draft(.release)
    let digest = [UInt8](1...32)
    let time = try #require(OffsetTime("2026-12-01T08:00:00+05:45"))
    event.caseID = scribe.newRecord()
    (event.kind, event.provenance) = (.siteHandover, .bornInTransit)
    event.references = [Reference(.basis, StatementID(unchecked: digest))]
    event.from = scribe.coalition.syr.name
    event.to = scribe.coalition.irq.name
    event.carrier = scribe.coalition.carrier.name
    event.nextCarrier = scribe.coalition.tur.name
    event.host = scribe.coalition.police.name
    event.responsibleCustodian = event.from
    event.lateEntry = LateEntry(form: "17/2026", scanDigest: digest)
    event.libertyStatus = .atLiberty
    event.basis = Basis(code: "agreement", instrumentDigest: digest)
    event.acceptBy = time
    event.place = Place(siteID: "hol", pcode: "SY080006")
    event.counts = Counts(lines: 40, cells: ["by_sex": ["1": 30, "2": 10], "by_age": ["adult": 38, "child": 2]])
    (event.manifestRoot, event.manifestBucket, event.slotsRoot) = (digest, 64, digest.reversed())
    event.sealed = [
      SealedReference(
        id: "m", mediaType: "a/b", ciphertextDigest: digest, commitment: digest, retentionClass: "r", eraseAfter: time)
    ]
    event.annexes = [AnnexReference(id: "identity", mediaType: "a/b", commitment: digest)]
    event.label = Label(
      policy: "p", classification: "c", releasableTo: ["SYR", "IRQ"], originator: "SYR", created: time)
    event.flags = [Flag(statement: nil, code: .v18), Flag(statement: StatementID(unchecked: digest), code: .v2)]
    event.exercise = true
    event.supersedes = StatementID(unchecked: digest)
    event.reason = "الطريق"
    event.log = LogOpening(
      origin: "o/log/2", policy: digest, follows: .init(origin: "o/log/1", size: 7, root: digest))
    event.logAnswer = LogAnswer(known: .init(origin: "p/log/1", size: 8, root: digest), part: 2, parts: 3)
    event.policy = digest
    event.approvals = [[1, 2, 3], [4]]
    return event
  }

  private func error(_ map: CBORMap) -> DecodeError? {
    do throws(DecodeError) {
      _ = try Event(decoding: CBOR.map(map).encoded()[...])
      return nil
    } catch {
      return error
    }
  }

  @Test func everyFieldComesBack() throws {
    let event = try Self.full()
    let bytes = event.encoded()
    let decoded = try Event(decoding: bytes[...])
    #expect(decoded == event && decoded.encoded() == bytes)
    #expect(try #require(CBOR.decode(bytes[...]).map).entries.count == 39)
    let draft = try Event(decoding: event.encoded(includingApprovals: false)[...])
    #expect(draft.approvals.isEmpty && draft.encoded() == event.encoded(includingApprovals: false))
  }

  @Test func everyTypeAndKindComesBack() throws {
    var event = try Self.full()
    for type in EventType.allCases {
      event.type = type
      #expect(try Event(decoding: event.encoded()[...]).type == type)
    }
    for kind in Kind.allCases {
      event.kind = kind
      #expect(try Event(decoding: event.encoded()[...]).kind == kind)
    }
  }

  @Test(arguments: [
    "schema", "record_id", "event", "occurred_at", "precision", "time_source", "clock_error_s", "recorded_at", "roster",
  ])
  func aFieldThatMustBeThereIsNamed(_ field: String) throws {
    var map = try #require(CBOR.decode(Self.full().encoded()[...]).map)
    map[.text(field)] = nil
    #expect(error(map) == DecodeError(.missingField, at: 0, field))
  }

  @Test func anUnknownFieldIsNamed() throws {
    var map = try #require(CBOR.decode(Self.full().encoded()[...]).map)
    map["name"] = "Ahmad"
    #expect(error(map) == DecodeError(.unknownField, at: 0, "name"))
    for field in ["place", "basis", "counts", "label", "log", "log_answer", "from", "reason"] {
      var map = try #require(CBOR.decode(Self.full().encoded()[...]).map)
      var nested = try #require(map[.text(field)]?.map)
      nested["note"] = 1
      map[.text(field)] = .map(nested)
      #expect(error(map) == DecodeError(.unknownField, at: 0, "\(field).note"))
    }
  }

  /// Each field with a value of a type that no field has.
  @Test func aWrongTypeIsRefusedWithItsPath() throws {
    let map = try #require(CBOR.decode(Self.full().encoded()[...]).map)
    for entry in map.entries {
      let field = try #require(entry.key.text)
      for value: CBOR in [-1, .array([-1]), .map(["x": -1])] {
        var changed = map
        changed[entry.key] = value
        let refusal = try #require(error(changed), "\(field) = \(value)")
        #expect(refusal.detail.hasPrefix(field), "\(field) = \(value): \(refusal)")
      }
    }
  }

  @Test func aBucketIsAPowerOfTwoThatAManifestMayHave() throws {
    var map = try #require(CBOR.decode(Self.full().encoded()[...]).map)
    for bucket: UInt64 in [16, 64, 65536] {
      map["manifest_bucket"] = .unsigned(bucket)
      #expect(error(map) == nil, "\(bucket)")
    }
    for bucket: UInt64 in [0, 17, 65537, 131072, 1 << 59, 1 << 63, .max] {
      map["manifest_bucket"] = .unsigned(bucket)
      #expect(
        error(map)
          == DecodeError(.invalidValue, at: 0, "manifest_bucket must be a power of two of at most 65536"), "\(bucket)")
    }
  }

  @Test func listsHaveLimits() throws {
    let map = try #require(CBOR.decode(Self.full().encoded()[...]).map)
    for (field, maximum) in [("refs", 256), ("sealed", 64), ("annexes", 64), ("flags", 1024), ("approvals", 16)] {
      let one = try #require(map[.text(field)]?.array?.first)
      var changed = map
      changed[.text(field)] = .array([CBOR](repeating: one, count: maximum))
      #expect(error(changed) == nil, "\(field)")
      changed[.text(field)] = .array([CBOR](repeating: one, count: maximum + 1))
      #expect(error(changed) == DecodeError(.tooLarge, at: 0, field))
    }
    // A closing cites every answer to its release.
    var closing = map
    closing["event"] = "closed"
    let one = try #require(map["refs"]?.array?.first)
    closing["refs"] = .array([CBOR](repeating: one, count: 4096))
    #expect(error(closing) == nil)
    closing["refs"] = .array([CBOR](repeating: one, count: 4097))
    #expect(error(closing) == DecodeError(.tooLarge, at: 0, "refs"))
  }
}
