import COSE
import Roster
import Testing
import TransparencyLog

@testable import Custody

/// Disclosures of a line of each schema.
extension SampleMaker {
  /// A line that is certified, released, and one that is contested.
  func certificateManifest() -> Manifest {
    let asOf: CBOR = .map([
      "origin": "prisons.syr.example/custody/log/1", "size": 42, "root": .bytes(sampleDigest("root")),
    ])
    func line(_ name: String, _ phase: CBOR, _ to: CBOR, _ claimants: CBOR) -> [CBOR] {
      [
        .bytes(subject(name).bytes), .bytes(sampleDigest("intake")), .bytes(sampleDigest("release")), 3, "SYR/prisons",
        phase, to, claimants, asOf,
      ]
    }
    return shuffled(
      .certificate,
      [
        line("person 0", "released", "IRQ/moj", .null),
        line("person 1", "contested", .null, .array(["SYR/prisons", "TUR/goc"])),
        line("person 2", "suspended", .null, .null), line("person 3", "ended", .null, .null),
      ])
  }

  func disclosures() throws -> [Sample] {
    let persons = personManifest(12)
    var release = try full(.release, manifest: persons)
    release.slotsRoot = Slots.root(of: try slots(persons)).bytes
    var found: [(String, Event, Manifest, [String])] = [
      (
        "person", release, persons,
        ["custody_prev", "prior_refs", "age", "sex", "unaccompanied", "vulnerabilities", "fit_to_travel", "death"]
      ),
      ("outcome", try full(.outcome, manifest: outcomeManifest()), outcomeManifest(), ["outcome", "discrepancies"]),
      ("recall", try full(.recall, manifest: recallManifest()), recallManifest(), ["release_line"]),
      (
        "certificate", try full(.certificate, manifest: certificateManifest()), certificateManifest(),
        ["custodian", "phase"]
      ),
      ("dispute", try full(.disputed, manifest: disputeManifest()), disputeManifest(), []),
      ("incident", try full(.incident, manifest: incidentManifest()), incidentManifest(), ["incident"]),
      ("onward", try full(.onwardConsent, manifest: onwardManifest()), onwardManifest(), ["consent", "conditions"]),
      ("liberty", try full(.releasedToLiberty, manifest: libertyManifest()), libertyManifest(), ["mark"]),
      ("inquiry", try full(.inquiry, manifest: inquiryManifest()), inquiryManifest(), ["for"]),
      ("answer", try full(.inquiryAnswered, manifest: answerManifest()), answerManifest(), ["finding"]),
      ("link", try full(.sameAs, manifest: linkManifest()), linkManifest(), ["other"]),
      ("protest", try full(.underProtest, manifest: protestManifest()), protestManifest(), ["statement"]),
      ("correction", try full(.corrected, manifest: correctionManifest()), correctionManifest(), ["fields"]),
    ]
    found += try KindTable.rows.filter { $0.kind != .detaineeTransfer }.map { row in
      let name = row.schema.id.replacing("-1", with: "")
      let manifest = kindManifest(row.kind, name)
      var event = try full(.release, manifest: manifest)
      event.kind = row.kind
      return (name, event, manifest, [row.schema.fields[row.schema.fields.count - 1].name])
    }
    return try found.map { name, event, manifest, fields in
      let signed = try signed(event, with: key(.statement))
      let receipt = try receipt(for: signed.entry, size: 5, key: key(.receipt))
      let disclosure = try Disclosure(
        of: manifest, line: try #require(manifest.lines.first).index, fields: fields,
        statement: SignedStatement(decoding: signed.attaching([receipt])),
        roster: name == "person" ? try body(version: 1, previous: nil).signed(by: roots).bytes : nil)
      return Sample(name: "disclosure-\(name).cbor", bytes: disclosure.encoded()) { bytes in
        let read = try Disclosure(decoding: bytes)
        _ = try read.verify()
        try expectSame(read.encoded(), bytes)
      }
    }
  }
}
