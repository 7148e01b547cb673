import COSE

/// Where a code of a published list stands in a line: a field, a way into it, and the list.
struct CodePlace: Sendable {
  let field: String
  /// Keys of maps from outside to inside; "*" is each item of a list.
  let path: [String]
  let list: String
  let codes: Set<String>

  init(_ field: String, _ path: [String] = [], _ list: String, _ codes: [String]) {
    self.field = field
    self.path = path
    self.list = list
    self.codes = Set(codes)
  }

  /// The codes that stand there and are in no list of this version.
  func unknownCodes(in value: CBOR) -> [String] { texts(at: path[...], in: value).filter { !codes.contains($0) } }

  private func texts(at path: ArraySlice<String>, in value: CBOR) -> [String] {
    guard let key = path.first else { return [value.text].compactMap(\.self) }
    if key == "*" { return (value.array ?? []).flatMap { texts(at: path.dropFirst(), in: $0) } }
    return value.map?[.text(key)].map { texts(at: path.dropFirst(), in: $0) } ?? []
  }

  /// The places in the lines of a schema.
  static func all(in schema: LineSchema) -> [CodePlace] { bySchema[schema.id] ?? [] }

  private static let bySchema = Dictionary(
    LineSchema.all.map { schema in
      let rows = schema == .property ? ofThings : schema == .outcome ? ofOutcomes : ofPersons
      return (schema.id, rows.filter { schema.position(of: $0.field) != nil })
    }
  ) { first, _ in first }
}

extension CodePlace {
  private static let ofPersons: [CodePlace] =
    [
      CodePlace("age_basis", "age-basis", PersonCodes.ageBasis),
      CodePlace("nationalities", ["*", "status"], "nationality-status", PersonCodes.nationalityStatus),
      CodePlace("family_links", ["*", "role"], "family-role", PersonCodes.familyRole),
      CodePlace("vulnerabilities", ["*"], "vulnerability", PersonCodes.vulnerability),
      CodePlace("fit_to_travel", ["status"], "fit-to-travel", PersonCodes.fitToTravel),
      CodePlace("deprivation", ["by", "code"], "deprived-by", PersonCodes.deprivedBy),
      CodePlace("ordered_by", ["code"], "ordered-by", PersonCodes.orderedBy),
      CodePlace("grounds", ["code"], "grounds", PersonCodes.grounds),
      CodePlace("admission", ["regime"], "regime", PersonCodes.regime),
      CodePlace("health", ["code"], "health", PersonCodes.health),
      CodePlace("release_or_transfer", ["regime"], "regime", PersonCodes.regime),
      CodePlace("non_refoulement", ["outcome"], "assessment", PersonCodes.assessment),
      CodePlace("assurances", ["*", "scope"], "assurance", PersonCodes.assurance),
      CodePlace("monitoring_access", ["access"], "monitoring", PersonCodes.monitoring),
      CodePlace("consent", ["status"], "consent", PersonCodes.consent),
      CodePlace("consent", ["method"], "consent-method", PersonCodes.consentMethod),
      CodePlace("child_views", ["code"], "child-views", PersonCodes.childViews),
      CodePlace("split_family", ["*"], "split-family", PersonCodes.splitReason),
      CodePlace("stops", ["*", "liberty_status"], "liberty-status", PersonCodes.libertyStatus),
      CodePlace("civil_documents", ["held", "*"], "civil-document", PersonCodes.civilDocument),
      CodePlace("civil_documents", ["missing", "*"], "civil-document", PersonCodes.civilDocument),
      CodePlace("legal_basis", ["code"], "legal-basis", PersonCodes.legalBasis),
      CodePlace("consular_contact", ["code"], "consular-contact", PersonCodes.consularContact),
      CodePlace("travel_document", ["code"], "travel-document", PersonCodes.travelDocument),
      CodePlace("expected_status", ["code"], "expected-status", PersonCodes.expectedStatus),
      CodePlace("register_status", "register-status", SiteCodes.register),
    ] + unknowns

  /// Why something of the Article 17(3) block is unknown.
  private static let unknowns =
    [["on"], ["place"], ["by"]].flatMap { path in
      ["deprivation", "admission"].map {
        CodePlace($0, path + ["unknown"], "unknown-reason", PersonCodes.unknownReason)
      }
    }
    + ["ordered_by", "grounds", "supervising_authority", "admission", "health"].map {
      CodePlace($0, ["unknown"], "unknown-reason", PersonCodes.unknownReason)
    }

  private static let ofThings: [CodePlace] = [
    CodePlace("category", "property-category", PropertyCodes.category),
    CodePlace("quantity", ["unit"], "unit", PropertyCodes.unit),
    CodePlace("condition", ["code"], "property-condition", PropertyCodes.condition),
    CodePlace("obtained", ["by", "code"], "deprived-by", PropertyCodes.obtainedBy),
    CodePlace("purpose", "property-purpose", PropertyCodes.purpose),
    CodePlace("disposition", ["code"], "disposition", PropertyCodes.disposition),
    CodePlace("owner_receipt", "owner-receipt", PropertyCodes.ownerReceipt),
  ]

  private static let ofOutcomes: [CodePlace] = [
    CodePlace("discrepancies", ["*"], "discrepancy", Discrepancy.allCases.map(\.rawValue))
  ]

  private init(_ field: String, _ list: String, _ codes: [String]) { self.init(field, [], list, codes) }
}
