import Custody

/// Invented persons and things of every kind, in order in every respect.
extension Scribe {
  static func entry(_ index: Int, of kind: Kind) -> ManifestEntry {
    kind.row.isOfPersons ? traveller(index, of: kind) : thing(index)
  }

  /// Somebody of a kind of persons: what all are asked, and what their kind asks.
  private static func traveller(_ index: Int, of kind: Kind) -> ManifestEntry {
    let own: [String: String] =
      switch kind {
      case .familyReturn:
        [
          "consent": "given", "consent_method": "written", "consent_language": "ar-Arab", "consent_interpreter": "no",
          "consent_witness": "W-1", "consent_reconfirmed_on": "2026-11-20", "child_views": "heard-agrees",
          "split_family": "member-detained", "stops": "NIN-JED-01:restricted", "documents_held": "family-booklet",
          "documents_missing": "passport", "destination_pcode": "IQG15Q05N01", "receiving_authority": "IRQ/moj",
          "information_sheet": String(repeating: "ab", count: 32), "information_language": "ar-Arab",
        ]
      case .thirdCountryRepatriation:
        [
          "consent": "given", "child_views": "too-young", "legal_basis": "consent",
          "nationality_verified_by": "TUR/x", "nationality_verified_on": "2026-11-01", "consular_contact": "made",
          "travel_document": "laissez-passer", "travel_document_number": "LP1", "transit_consents": "IRQ/moj",
          "best_interests": "BID-1", "expected_status": "at-liberty",
        ]
      case .siteHandover:
        [
          "register_status": "present", "register": "ADM-2019", "register_entry": "\(index)", "sector": "B",
          "court_date": "2026-12-14", "complaint_pending": "no",
        ]
      default: [:]
      }
    let asked = [
      "supervised_by": "SYR-MOI-4", "admitted_on": "2019-04", "admitted_place": "SYR-HSK-01",
      "admitted_regime": "mixed",
      "destination_site": "IRQ-BGD-01", "destination_regime": "mixed",
    ]
    return ManifestEntry(person(index).values.merging(asked) { $1 }.merging(own) { $1 }, kind: kind)
  }

  private static func thing(_ index: Int) -> ManifestEntry {
    ManifestEntry(
      [
        "reference": "BAG-1/\(index)", "description": "ساعة \(index)", "container": "BAG-1", "seals": "A1 A2",
        "category": "valuables", "quantity": "2", "unit": "1", "serials": "S\(index)", "condition": "worn",
        "obtained_on": "2019-03", "obtained_place": "SYR-DEZ-03", "obtained_by": "self-administration",
        "purpose": "return-to-owner", "digest_before": String(repeating: "0a", count: 32),
        "digest_after": String(repeating: "0b", count: 32), "disposition": "kept", "disposition_witness": "W-3",
        "owner_receipt": "given", "owner": String(repeating: "7", count: 32),
      ], kind: .propertyHandover)
  }
}

extension ManifestEntry {
  /// The same with other values.
  func with(_ changes: [String: String]) -> ManifestEntry {
    ManifestEntry(values.merging(changes) { $1 }, kind: kind)
  }
}
