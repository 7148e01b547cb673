import COSE

/// What the kinds beside a detainee's transfer say.
extension FieldSource {
  static let ofConsent: [FieldSource] = [
    FieldSource(
      "consent",
      [
        "consent", "consent_method", "consent_language", "consent_interpreter", "consent_witness",
        "consent_reconfirmed_on",
      ]
    ) { entry in
      entry.map(
        [
          ("status", "consent"), ("method", "consent_method"), ("language", "consent_language"),
          ("witness", "consent_witness"), ("reconfirmed_on", "consent_reconfirmed_on"),
        ], flags: [("interpreter", "consent_interpreter")])
    },
    FieldSource("child_views", ["child_views"]) { $0.code("child_views") },
  ]

  static let ofFamilies: [FieldSource] = [
    FieldSource("split_family", ["split_family"]) { $0.list("split_family", orNull: true) },
    FieldSource("stops", ["stops"]) { entry in
      let stops = (ColumnRule.stops(entry["stops"]) ?? []).map {
        CBOR.map(["site": .text($0.site), "liberty_status": .text($0.status)])
      }
      return stops.isEmpty ? .null : .array(stops)
    },
    FieldSource("civil_documents", ["documents_held", "documents_missing"]) { entry in
      guard !entry["documents_held"].isEmpty || !entry["documents_missing"].isEmpty else { return .null }
      return .map(["held": entry.list("documents_held"), "missing": entry.list("documents_missing")])
    },
    FieldSource("destination", ["destination_pcode", "receiving_authority"]) { entry in
      entry.map([("pcode", "destination_pcode"), ("authority", "receiving_authority")])
    },
    FieldSource("information_sheet", ["information_sheet", "information_language"]) { entry in
      entry.map([("language", "information_language")], digests: [("digest", "information_sheet")])
    },
  ]

  static let ofRepatriation: [FieldSource] = [
    FieldSource("legal_basis", ["legal_basis"]) { $0.code("legal_basis") },
    FieldSource("nationality_verified", ["nationality_verified_by", "nationality_verified_on"]) { entry in
      entry.map([("by", "nationality_verified_by"), ("on", "nationality_verified_on")])
    },
    FieldSource("consular_contact", ["consular_contact"]) { $0.code("consular_contact") },
    // The line's writer puts the commitment in.
    FieldSource("travel_document", ["travel_document", "travel_document_number"]) { $0.code("travel_document") },
    FieldSource("transit_consents", ["transit_consents"]) { $0.list("transit_consents", orNull: true) },
    FieldSource("best_interests", ["best_interests"]) { $0.text("best_interests") ?? .null },
    FieldSource("expected_status", ["expected_status"]) { $0.code("expected_status") },
  ]

  static let ofSites: [FieldSource] = [
    FieldSource("register_status", ["register_status"]) { $0.text("register_status") ?? .null },
    FieldSource("register_entry", ["register", "register_entry"]) { entry in
      entry.map([("register", "register"), ("entry", "register_entry")])
    },
    FieldSource("sector", ["sector"]) { $0.text("sector") ?? .null },
    FieldSource("court_date", ["court_date"]) { $0.text("court_date") ?? .null },
    FieldSource("complaint_pending", ["complaint_pending"]) { entry in
      entry["complaint_pending"].isEmpty ? .null : entry.flag("complaint_pending")
    },
  ]

  static let ofThings: [FieldSource] = [
    FieldSource("container", ["container"]) { .text($0["container"]) },
    FieldSource("seals", ["seals"]) { $0.list("seals") },
    FieldSource("category", ["category"]) { .text($0["category"]) },
    FieldSource("quantity", ["quantity", "unit"]) { entry in
      .map(["number": .unsigned(UInt64(entry["quantity"]) ?? 0), "unit": .text(entry["unit"])])
    },
    FieldSource("serials", ["serials"]) { $0.list("serials", orNull: true) },
    FieldSource("condition", ["condition"]) { $0.code("condition") },
    FieldSource("owner", ["owner"]) { $0.digest("owner") ?? .null },
    FieldSource("obtained", ["obtained_on", "obtained_place", "obtained_by"]) { entry in
      .map([
        "on": entry.known("obtained_on") ?? .null, "place": entry.known("obtained_place") ?? .null,
        "by": entry.known("obtained_by") ?? .null,
      ])
    },
    FieldSource("purpose", ["purpose"]) { .text($0["purpose"]) },
    FieldSource("digests", ["digest_before", "digest_after"]) { entry in
      entry.map([], digests: [("before", "digest_before"), ("after", "digest_after")])
    },
    FieldSource("disposition", ["disposition", "disposition_witness"]) { entry in
      entry.map([("code", "disposition"), ("witness", "disposition_witness")])
    },
    FieldSource("owner_receipt", ["owner_receipt"]) { $0.text("owner_receipt") ?? .null },
  ]
}

/// Columns as values of a line.
extension ManifestEntry {
  func flag(_ column: String) -> CBOR { .bool(self[column] == "yes") }

  func text(_ column: String) -> CBOR? { self[column].isEmpty ? nil : .text(self[column]) }

  func code(_ column: String) -> CBOR { text(column).map { .map(["code": $0]) } ?? .null }

  func digest(_ column: String) -> CBOR? {
    self[column].isEmpty ? nil : decodeHexadecimal(self[column]).map(CBOR.bytes)
  }

  /// The codes or marks of a column, which spaces part.
  func list(_ column: String, orNull: Bool = false) -> CBOR {
    let items = self[column].split(separator: " ").map { CBOR.text(String($0)) }
    return items.isEmpty && orNull ? .null : .array(items)
  }

  /// What is missing of the Article 17(3) block is an explicit unknown with a reason; nil where the column is empty.
  func known(_ column: String) -> CBOR? {
    guard !self[column].isEmpty else { return nil }
    return ColumnRule.unknownReason(self[column]).map { .map(["unknown": .text($0)]) }
      ?? .map(["code": .text(self[column])])
  }

  /// The same for what a table may leave out.
  func stated(_ column: String) -> CBOR { known(column) ?? .map(["unknown": .text(ColumnRule.inNoRegister)]) }

  /// A map of the columns that are filled in; null where none is.
  func map(_ texts: [(String, String)], flags: [(String, String)] = [], digests: [(String, String)] = []) -> CBOR {
    let found: [(String, CBOR?)] =
      texts.map { ($0.0, text($0.1)) } + flags.map { ($0.0, self[$0.1].isEmpty ? nil : flag($0.1)) }
      + digests.map { ($0.0, digest($0.1)) }
    return found.contains { $0.1 != nil } ? .map(CBORMap(fields: found)) : .null
  }
}
