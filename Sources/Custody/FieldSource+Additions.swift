import COSE

/// What a form says anew of a field that several columns make: what it leaves empty stays.
extension FieldSource {
  /// Each column of a field of several → the key under which its value stands.
  static let keys: [String: CBOR] = [
    "nationality": "code", "nationality_status": "status",
    "injuries": "visible_injuries", "complaint": "complaint_made", "medicines": "medicines",
    "deprived_on": "on", "deprived_place": "place", "deprived_by": "by",
    "admitted_on": "on", "admitted_place": "place", "admitted_regime": "regime",
    "destination_site": "site", "destination_regime": "regime",
    "assessment": "outcome", "assessed_by": "by", "assessed_on": "on",
    "assessment_informed": "informed", "assessment_challenge": "challenge",
    "assurances": "scope", "assurances_digest": "instrument_digest", "assurances_until": "until",
    "onward_consent": "by", "onward_consent_on": "on", "monitoring": "access", "return_on_request": "return_on_request",
    "consent": "status", "consent_method": "method", "consent_language": "language", "consent_witness": "witness",
    "consent_reconfirmed_on": "reconfirmed_on", "consent_interpreter": "interpreter",
    "documents_held": "held", "documents_missing": "missing",
    "destination_pcode": "pcode", "receiving_authority": "authority",
    "information_sheet": "digest", "information_language": "language",
    "nationality_verified_by": "by", "nationality_verified_on": "on",
    "travel_document": "code", "travel_document_number": "number", "register": "register", "register_entry": "entry",
    "quantity": "number", "unit": "unit", "obtained_on": "on", "obtained_place": "place", "obtained_by": "by",
    "digest_before": "before", "digest_after": "after", "disposition": "code", "disposition_witness": "witness",
  ]

  /// What the line says then.
  /// - Parameters:
  ///   - new: What the entry alone would say.
  ///   - old: What the line says now.
  func merging(_ new: CBOR, of entry: ManifestEntry, into old: CBOR) -> CBOR {
    let silent = columns.filter { entry[$0].isEmpty }
    guard columns.count > 1, !silent.isEmpty else { return new }
    switch field {
    case "nationalities", "assurances":
      let held = old.array ?? []
      // The first column of a list says what is in it; the others say more of each.
      guard silent.contains(columns[0]) else {
        return .array((new.array ?? []).map { merging($0, silent, into: held.first) })
      }
      let said = columns.dropFirst().filter { !silent.contains($0) }.compactMap { column in
        Self.keys[column].flatMap { key in value(of: column, entry).map { (key, $0) } }
      }
      return .array(
        held.map { item in
          var map = item.map ?? CBORMap()
          for (key, value) in said { map[key] = value }
          return .map(map)
        })
    default: return merging(new, silent, into: old)
    }
  }

  private func merging(_ new: CBOR, _ silent: [String], into old: CBOR?) -> CBOR {
    let (said, held) = (new.map ?? CBORMap(), old?.map ?? CBORMap())
    var map = said
    for key in silent.compactMap({ Self.keys[$0] }) {
      // Nobody has said what only an empty column would say, but for an explicit unknown.
      map[key] = held[key] ?? (said[key]?.map?["unknown"] == nil ? nil : said[key])
    }
    return map.isEmpty ? old ?? .null : .map(map)
  }

  /// What one column says of every item of a list.
  private func value(of column: String, _ entry: ManifestEntry) -> CBOR? {
    column == "assurances_digest" ? entry.digest(column) : entry.text(column)
  }
}
