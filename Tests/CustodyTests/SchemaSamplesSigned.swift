import COSE
import Foundation
import OpenSSL
import Roster
import TestSupport
import Testing
import TransparencyLog

@testable import Custody

extension SampleMaker {
  static let known = [
    "reference": "R-1", "name_arabic": "فلان", "name_latin": "Fulan", "father_name": "A", "mother_name": "B",
    "born": "198X", "age": "adult", "age_basis": "document", "sex": "1", "nationality": "IRQ",
    "nationality_status": "claimed", "family": "F1", "family_role": "parent", "unaccompanied": "no",
    "vulnerability": "pregnant disability chronic-illness elderly nursing at-risk", "fit_to_travel": "conditions",
    "language": "ar-Arab", "injuries": "yes", "complaint": "no", "medicines": "yes", "deprived_on": "2019-03-23",
    "deprived_place": "Baghuz", "deprived_by": "syr-military", "ordered_by": "no-order", "grounds": "terrorism-law",
    "health": "treatment", "document": "P1234567",
  ]
  static let unknown = [
    "reference": "R-2", "name_latin": "unknown", "age": "child_presumed", "age_basis": "appearance", "sex": "0",
    "nationality_status": "unknown", "unaccompanied": "yes", "fit_to_travel": "yes", "language": "ckb-Arab",
    "injuries": "no", "complaint": "no", "medicines": "no", "deprived_on": "unknown", "deprived_place": "unknown",
    "deprived_by": "unknown", "ordered_by": "unknown", "grounds": "unknown", "health": "unknown",
  ]

  func shuffled(_ schema: LineSchema, _ lines: [[CBOR]]) -> Manifest {
    var generator = SeededGenerator(seed: 11)
    return Manifest.shuffled(schema: schema, recordID: record, lines: lines) { generator.bytes($0) }
  }

  /// Persons by turns known and unknown; the last one cites what came before, as in a release.
  func personManifest(_ count: Int) -> Manifest {
    var lines = (0..<count).map { index in
      ManifestEntry(index.isMultiple(of: 2) ? Self.known : Self.unknown).line(
        subject: subject("person \(index)"),
        family: index.isMultiple(of: 2)
          ? (CodesInForce.standard[.familyRole]?.ids ?? []).map { (role: $0, subject: subject($0)) } : [])
    }
    if count > 2 {
      for index in 1..<count { lines[index][1] = .bytes(sampleDigest("intake")) }
      lines[2][2] = .array([.bytes(sampleDigest("prior"))])
      lines[2][13] = .array([.bytes(subject("property").bytes)])
      for position in 11...19 { lines[3][position] = .null }
    }
    return shuffled(.person, lines)
  }

  /// Answers as amanad drafts them, and one `ended`.
  func outcomeManifest() -> Manifest {
    let seen: [CBORMap] = [
      ["visible_injuries": .bool(true), "complaint_made": .bool(false), "medicines": .bool(true)],
      ["complaint_made": .bool(true)], ["medicines": .bool(false)], [:],
    ]
    let lines = OutcomeCode.allCases.enumerated().map { index, code -> [CBOR] in
      [
        .bytes(subject("person \(index)").bytes), index == 3 ? .null : .bytes(sampleDigest("intake")),
        .bytes(sampleDigest("release")), .unsigned(UInt64(index)), .text(code.rawValue),
        seen[index].isEmpty ? .null : .map(seen[index]),
        .array(index == 0 ? Discrepancy.allCases.map { .text($0.rawValue) } : []),
        index == 1 ? .text(AgeFlag.childPresumed.rawValue) : .null,
        code == .ended ? .bytes(sampleDigest("incident")) : .null, index == 1 ? .text("not expected") : .null,
      ]
    }
    return shuffled(.outcome, lines)
  }

  /// Lines of a release that come back.
  func recallManifest() -> Manifest {
    shuffled(
      .recall,
      (0..<3).map { index in
        [
          .bytes(subject("person \(index)").bytes), index == 2 ? .null : .bytes(sampleDigest("intake")),
          .bytes(sampleDigest("release")), .unsigned(UInt64(index)),
        ]
      })
  }

  /// A line that is disputed, and one that a party signs for.
  func disputeManifest() -> Manifest {
    let heads = [statementID("first"), statementID("second")].sorted().map { CBOR.bytes($0.bytes) }
    return shuffled(
      .dispute,
      [
        [.bytes(subject("person 0").bytes), .bytes(sampleDigest("intake")), .array(heads), .null, .null],
        [.bytes(subject("person 1").bytes), .null, .array([heads[0]]), .unsigned(2), .text("IRQ/moj")],
      ])
  }

  /// Something of each kind that befell somebody, by turns in the custodian's hands and on the road.
  func incidentManifest() -> Manifest {
    shuffled(
      .incident,
      IncidentCode.allCases.enumerated().map { index, code in
        let isOnRoad = index.isMultiple(of: 2)
        return [
          .bytes(subject("person \(index)").bytes), .bytes(sampleDigest("intake")),
          isOnRoad ? .bytes(sampleDigest("release")) : .null, isOnRoad ? .unsigned(UInt64(index)) : .null,
          .text(code.rawValue), code == .birth ? .bytes(subject("child").bytes) : .null,
          .array(index == 0 ? PayloadKind.ofRoles.map { .text($0.id) } : []), index == 1 ? .text("health") : .null,
        ]
      })
  }

  func libertyManifest() -> Manifest {
    shuffled(
      .liberty,
      LibertyMark.allCases.enumerated().map { index, mark in
        [
          .bytes(subject("person \(index)").bytes), .bytes(sampleDigest("intake")),
          index == 1 ? .bytes(sampleDigest("release")) : .null, index == 1 ? .unsigned(3) : .null,
          .text(mark.rawValue), index == 2 ? .text("court-order") : .null,
        ]
      })
  }

  /// A consent on every term, one without any, and that there is none.
  func onwardManifest() -> Manifest {
    shuffled(
      .onward,
      OnwardConsent.Status.allCases.enumerated().map { index, status in
        [
          .bytes(subject("person \(index)").bytes), index == 2 ? .null : .bytes(sampleDigest("intake")),
          .bytes(sampleDigest("release")), .unsigned(UInt64(index)), .text(status.rawValue),
          index == 0 ? .text("TUR/goc") : .null, .array(index == 0 ? ["monitoring", "return-on-request"] : []),
          index == 0 ? .text(moment.text) : .null,
        ]
      })
  }

  func manifests() throws -> [Sample] {
    let found = [
      ("manifest-incident", incidentManifest()), ("manifest-liberty", libertyManifest()),
      ("manifest-recall", recallManifest()), ("manifest-dispute", disputeManifest()),
      ("manifest-certificate", certificateManifest()), ("manifest-onward", onwardManifest()),
      ("manifest-person", personManifest(2)), ("manifest-person-release", personManifest(12)),
      ("manifest-outcome", outcomeManifest()), ("manifest-inquiry", inquiryManifest()),
      ("manifest-answer", answerManifest()), ("manifest-link", linkManifest()),
      ("manifest-protest", protestManifest()), ("manifest-correction", correctionManifest()),
    ]
    for (_, manifest) in found { #expect(manifest.problems().isEmpty) }
    return found.map { name, manifest in
      Sample(name: name + ".cbor", bytes: manifest.encoded()) {
        try expectSame(Manifest(decoding: $0[...]).encoded(), $0)
      }
    }
  }

  func slots(_ manifest: Manifest) throws -> [[UInt8]] {
    var generator = SeededGenerator(seed: 12)
    return Slots.list(for: .release, manifest: manifest) { generator.bytes($0) }
  }

  func annex() -> Annex {
    let identities = [Self.known, Self.unknown].enumerated().map { index, values in
      (subject("person \(index)"), ManifestEntry(values).identity)
    }
    return Annex(
      id: Annex.identityID, mediaType: Annex.identityMediaType, salt: sampleDigest("salt"),
      content: IdentityAnnex(persons: Dictionary(identities) { first, _ in first }).encoded())
  }

  /// The lines of an intake and of an outcome, inside a later release.
  func history() -> History {
    History(
      items: [("intake", personManifest(2)), ("outcome", outcomeManifest())].map { name, manifest in
        History.Item(statement: statementID(name), manifest: manifest.encoded())
      })
  }

  /// A message in two languages with two files.
  private func message() -> MessageContent {
    MessageContent(
      subject: "إحاطة", text: ["one", "", "ثلاثة"],
      attachments: [
        .init(payloadID: PayloadKind.attachment(1).id, name: "قائمة 2.pdf", mediaType: "application/pdf", size: 7),
        .init(payloadID: PayloadKind.attachment(2).id, name: "b", mediaType: "text/plain", size: 64 << 20),
      ])
  }

  func contents() throws -> [Sample] {
    [
      Sample(name: "identity.cbor", bytes: annex().content) {
        try expectSame(IdentityAnnex(decoding: $0[...]).encoded(), $0)
      },
      Sample(name: "history.cbor", bytes: history().encoded()) {
        try expectSame(History(decoding: $0[...]).encoded(), $0)
      },
      Sample(name: "message.cbor", bytes: message().encoded()) {
        try expectSame(MessageContent(decoding: $0).encoded(), $0)
      },
    ]
  }

  /// A bundle of everything.
  func bundle() throws -> Sample {
    let persons = personManifest(12)
    var event = try full(.release, manifest: persons)
    event.slotsRoot = Slots.root(of: try slots(persons)).bytes
    let release = try signed(approved(event), with: key(.statement))
    let outcome = try signed(full(.outcome, manifest: outcomeManifest()), with: key(.statement))
    let leaves = tree(release.entry, 5)
    let checkpoint = Checkpoint(
      origin: "prisons.syr.example/custody/log/1", size: 5, root: MerkleTree.root(of: leaves))
    let note = try Checkpoint.sign(checkpoint, key: key(.checkpoint))
      .cosigned(at: UInt64(Self.time), name: "witness.example", key: key(.witness))
    var writer = BundleWriter(exercise: true, created: moment, clear: true)
    writer.roster(try body(version: 1, previous: nil).signed(by: roots).bytes)
    writer.policy(.standard)
    if let list = CodeList.embedded.first { writer.codes(list) }
    writer.checkpoint(note.encoded())
    writer.statement(release.attaching([try receipt(for: release.entry, size: 5, key: key(.receipt))]))
    writer.content(
      Content(manifest: persons, slots: try slots(persons), annexes: [annex()]), of: release.id)
    let ciphertext = history().encoded()
    writer.sealed(SHA256.hash(ciphertext), ciphertext)
    writer.statement(outcome.message.bytes)
    writer.content(Content(manifest: outcomeManifest()), of: outcome.id)
    writer.proof(
      Bundle.Proof(
        entry: release.entry,
        proof: InclusionProof(
          size: 5, index: 0, path: try #require(MerkleTree.inclusionPath(of: 0, in: leaves)))))
    return Sample(name: "bundle.amana", bytes: writer.bytes) { bytes in
      let bundle = try Bundle(decoding: bytes)
      guard bundle.statements.count == 2, bundle.manifests.count == 2, bundle.slots.count == 1,
        bundle.annexes.count == 1, bundle.sealed.count == 1, bundle.proofs.count == 1, bundle.rosters.count == 1,
        bundle.policies.count == 1, bundle.codeLists.count == 1
      else { throw SampleDiffers() }
    }
  }
}
