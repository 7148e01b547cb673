import COSE

/// How one field of a line is written from the columns of a form.
struct FieldSource: Sendable {
  let field: String
  /// The columns that it is made of.
  let columns: [String]
  let value: @Sendable (ManifestEntry) -> CBOR

  init(_ field: String, _ columns: [String], _ value: @escaping @Sendable (ManifestEntry) -> CBOR) {
    self.field = field
    self.columns = columns
    self.value = value
  }

  /// The source of a field of a kind's lines; nil where no column says anything of it.
  static func named(_ field: String, of kind: Kind) -> FieldSource? { (kind.row.isOfPersons ? persons : things)[field] }

  private static let persons = byField(
    ofEveryPerson + ofDeprivation + ofBorders + ofConsent + ofFamilies + ofRepatriation + ofSites)
  private static let things = byField(ofThings)

  private static func byField(_ sources: [FieldSource]) -> [String: FieldSource] {
    Dictionary(sources.map { ($0.field, $0) }) { first, _ in first }
  }
}

extension FieldSource {
  static let ofEveryPerson: [FieldSource] = [
    FieldSource("age", ["age"]) { .text($0["age"]) },
    FieldSource("age_basis", ["age_basis"]) { .text($0["age_basis"]) },
    FieldSource("sex", ["sex"]) { .unsigned(UInt64($0["sex"]) ?? 0) },
    FieldSource("nationalities", ["nationality", "nationality_status"]) { entry in
      entry["nationality"].isEmpty
        ? .array([])
        : .array([.map(["code": .text(entry["nationality"]), "status": .text(entry["nationality_status"])])])
    },
    FieldSource("unaccompanied", ["unaccompanied"]) { $0.flag("unaccompanied") },
    FieldSource("vulnerabilities", ["vulnerability"]) { $0.list("vulnerability") },
    FieldSource("fit_to_travel", ["fit_to_travel"]) { .map(["status": .text($0["fit_to_travel"])]) },
    FieldSource("language", ["language"]) { .text($0["language"]) },
    FieldSource("condition", ["injuries", "complaint", "medicines"]) { entry in
      .map([
        "visible_injuries": entry.flag("injuries"), "complaint_made": entry.flag("complaint"),
        "medicines": entry.flag("medicines"),
      ])
    },
  ]

  static let ofDeprivation: [FieldSource] = [
    FieldSource("deprivation", ["deprived_on", "deprived_place", "deprived_by"]) { entry in
      let names = [("on", "deprived_on"), ("place", "deprived_place"), ("by", "deprived_by")]
      guard names.contains(where: { !entry[$0.1].isEmpty }) else { return .null }
      return .map(CBORMap(fields: names.map { ($0.0, entry.known($0.1)) }))
    },
    FieldSource("ordered_by", ["ordered_by"]) { $0.known("ordered_by") ?? .null },
    FieldSource("grounds", ["grounds"]) { $0.known("grounds") ?? .null },
    FieldSource("supervising_authority", ["supervised_by"]) { $0.stated("supervised_by") },
    FieldSource("admission", ["admitted_on", "admitted_place", "admitted_regime"]) { entry in
      guard ["admitted_on", "admitted_place", "admitted_regime"].contains(where: { !entry[$0].isEmpty }) else {
        return entry.stated("admitted_on")
      }
      return .map(
        CBORMap(fields: [
          ("on", entry.stated("admitted_on")), ("place", entry.stated("admitted_place")),
          ("regime", entry.text("admitted_regime")),
        ]))
    },
    FieldSource("health", ["health"]) { $0.known("health") ?? .null },
    FieldSource("release_or_transfer", ["destination_site", "destination_regime"]) { entry in
      entry.map([("site", "destination_site"), ("regime", "destination_regime")])
    },
  ]

  static let ofBorders: [FieldSource] = [
    FieldSource(
      "non_refoulement",
      ["assessment", "assessed_by", "assessed_on", "assessment_informed", "assessment_challenge"]
    ) { entry in
      entry.map(
        [("outcome", "assessment"), ("by", "assessed_by"), ("on", "assessed_on")],
        flags: [("informed", "assessment_informed"), ("challenge", "assessment_challenge")])
    },
    FieldSource("assurances", ["assurances", "assurances_digest", "assurances_until"]) { entry in
      let found = entry["assurances"].split(separator: " ").map { code in
        CBOR.map(
          CBORMap(fields: [
            ("scope", .text(String(code))), ("instrument_digest", entry.digest("assurances_digest")),
            ("until", entry.text("assurances_until")),
          ]))
      }
      return found.isEmpty ? .null : .array(found)
    },
    FieldSource("onward_consent", ["onward_consent", "onward_consent_on"]) { entry in
      entry.map([("by", "onward_consent"), ("on", "onward_consent_on")])
    },
    FieldSource("monitoring_access", ["monitoring", "return_on_request"]) { entry in
      entry.map([("access", "monitoring")], flags: [("return_on_request", "return_on_request")])
    },
  ]
}
