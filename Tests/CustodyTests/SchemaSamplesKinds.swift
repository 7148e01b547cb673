import COSE
import TestSupport
import Testing

@testable import Custody

extension SampleMaker {
  /// Of each kind a line in which every field says something, and one that says as little as its form allows.
  func kindManifests() throws -> [Sample] {
    let names: [(Kind, String)] = [
      (.detaineeTransfer, "person-full"), (.familyReturn, "family"), (.thirdCountryRepatriation, "repatriation"),
      (.siteHandover, "site"), (.propertyHandover, "property"),
    ]
    return names.map { kind, name in
      let manifest = kindManifest(kind, name)
      #expect(manifest.problems().isEmpty, "\(manifest.problems())")
      return Sample(name: "manifest-\(name).cbor", bytes: manifest.encoded()) {
        try expectSame(Manifest(decoding: $0[...]).encoded(), $0)
      }
    } + [
      Sample(name: "site.cbor", bytes: SiteBlock.example.encoded()) {
        try expectSame(SiteBlock(decoding: $0[...]).encoded(), $0)
      },
      Sample(name: "identity-kinds.cbor", bytes: kindIdentities()) {
        try expectSame(IdentityAnnex(decoding: $0[...]).encoded(), $0)
      },
    ]
  }

  func kindManifest(_ kind: Kind, _ name: String) -> Manifest {
    var links = LineLinks(subject("\(name) 0"))
    links.family = [(role: "parent", subject: subject("\(name) 1"))]
    links.derivedFrom = subject("\(name) 2")
    links.documentSalt = sampleDigest("document salt")
    return shuffled(
      kind.row.schema, [full(kind).line(links), sparse(kind).line(LineLinks(subject("\(name) 1")))])
  }

  private func full(_ kind: Kind) -> ManifestEntry {
    let entry = Scribe.entry(0, of: kind)
    guard kind.row.isOfPersons else { return entry }
    return entry.with([
      "vulnerability": "elderly", "assurances_digest": String(repeating: "0a", count: 32),
      "assurances_until": "2031-11", "onward_consent": "SYR/prisons", "onward_consent_on": "2026-11-20",
      "return_on_request": "yes",
    ])
  }

  private func sparse(_ kind: Kind) -> ManifestEntry {
    let required = kind.row.columns.filter { $0.isRequired && !$0.rule.mayBeEmpty }.map(\.name)
    let entry = Scribe.entry(0, of: kind)
    var values = Dictionary(required.map { ($0, entry[$0]) }) { first, _ in first }
    // What is never null in a sample's line cannot be taken for another null.
    if kind == .siteHandover { values["complaint_pending"] = "yes" }
    return ManifestEntry(values, kind: kind)
  }

  private func kindIdentities() -> [UInt8] {
    var traveller = Scribe.entry(0, of: .thirdCountryRepatriation).identity
    traveller["travel_document_salt"] = String(repeating: "ab", count: 32)
    return IdentityAnnex(persons: [
      subject("traveller"): traveller, subject("thing"): Scribe.entry(0, of: .propertyHandover).identity,
    ]).encoded()
  }
}
