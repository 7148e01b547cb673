import COSE

/// A place where codes of one list stand (V25).
public struct CodePlace: Sendable {
  /// The field of the line.
  public let field: String
  public let list: CodeListName
  /// The keys that lead to the code within the field; "*" is every item of a list.
  let path: ArraySlice<Substring>

  /// - Parameter place: the field and the keys within it, e.g. "nationalities/*/status".
  public init(_ place: String, _ list: CodeListName) {
    let parts = place.split(separator: "/")
    field = String(parts.first ?? "")
    path = parts.dropFirst()
    self.list = list
  }

  /// The place of the same code where fields stand by their names in another one.
  init(_ place: CodePlace, within field: String) {
    self.field = field
    path = [Substring(place.field)] + place.path
    list = place.list
  }

  /// What stands there; nothing where the way ends before.
  func items(in value: CBOR) -> [CBOR] { Self.items(in: value, path) }

  private static func items(in value: CBOR, _ path: ArraySlice<Substring>) -> [CBOR] {
    guard let key = path.first else { return value == .null ? [] : [value] }
    let rest = path.dropFirst()
    if key == "*" { return (value.array ?? []).flatMap { items(in: $0, rest) } }
    return value.map?[.text(String(key))].map { items(in: $0, rest) } ?? []
  }
}

/// Where codes stand, as a table: what V25 looks up in which list. Codes that decide what a statement does (`event`,
/// `kind`, `outcome`, `age` and others) are part of the format, and another one is refused as bad form.
public enum CodePlaces {
  /// By the schema of a manifest.
  public static let ofLines: [String: [CodePlace]] = Dictionary(
    LineSchema.all.map { schema in (schema.id, all(schema).filter { schema.position(of: $0.field) != nil }) }
  ) { first, _ in first }

  private static func all(_ schema: LineSchema) -> [CodePlace] {
    switch schema {
    case .property: ofThings
    case .outcome: [CodePlace("discrepancies/*", .discrepancy), CodePlace("reason", .reason)]
    case .incident: [CodePlace("incident", .incident), CodePlace("reason", .reason)]
    case .onward: [CodePlace("consent", .consent), CodePlace("conditions/*", .onwardCondition)]
    case .liberty: [CodePlace("mark", .libertyMark), CodePlace("reason", .reason)]
    case .inquiry: [CodePlace("for", .inquirer)]
    case .inquiryAnswer, .protest: [CodePlace("reason", .reason)]
    case .link: [CodePlace("basis", .linkBasis)]
    case .correction: [CodePlace("reason", .reason)] + ofCorrections
    default: schema.isOfPersons ? ofEveryKind : []
    }
  }

  /// Of the kinds of persons; what a kind's lines do not have is not looked up there.
  static let ofEveryKind = ofPersons + ofBlock + ofBorders + ofKinds

  /// What corrections put in the place of a line's codes.
  private static let ofCorrections = (ofEveryKind + ofThings + [CodePlace("discrepancies/*", .discrepancy)]).map {
    CodePlace($0, within: "fields")
  }

  private static let ofPersons = [
    CodePlace("age_basis", .ageBasis),
    CodePlace("nationalities/*/status", .nationalityStatus),
    CodePlace("family_links/*/role", .familyRole),
    CodePlace("vulnerabilities/*", .vulnerability),
    CodePlace("fit_to_travel/status", .fitToTravel),
  ]

  /// The block of Article 17(3).
  private static let ofBlock =
    [
      CodePlace("deprivation/by/code", .deprivedBy),
      CodePlace("ordered_by/code", .orderedBy),
      CodePlace("grounds/code", .grounds),
      CodePlace("admission/regime", .regime),
      CodePlace("health/code", .health),
    ]
    + [
      "deprivation/on", "deprivation/place", "deprivation/by", "ordered_by", "grounds", "supervising_authority",
      "admission", "admission/on", "admission/place", "health",
    ].map { CodePlace("\($0)/unknown", .unknownReason) }

  private static let ofBorders = [
    CodePlace("release_or_transfer/regime", .regime),
    CodePlace("non_refoulement/outcome", .assessment),
    CodePlace("assurances/*/scope", .assurance),
    CodePlace("monitoring_access/access", .monitoring),
  ]

  /// What the kinds ask for beside.
  private static let ofKinds = [
    CodePlace("consent/status", .consent),
    CodePlace("consent/method", .consentMethod),
    CodePlace("child_views/code", .childViews),
    CodePlace("split_family/*", .splitFamily),
    CodePlace("stops/*/liberty_status", .libertyStatus),
    CodePlace("civil_documents/held/*", .civilDocument),
    CodePlace("civil_documents/missing/*", .civilDocument),
    CodePlace("legal_basis/code", .legalBasis),
    CodePlace("consular_contact/code", .consularContact),
    CodePlace("travel_document/code", .travelDocument),
    CodePlace("expected_status/code", .expectedStatus),
    CodePlace("register_status", .registerStatus),
  ]

  private static let ofThings =
    [
      CodePlace("category", .propertyCategory),
      CodePlace("condition/code", .propertyCondition),
      CodePlace("obtained/by/code", .deprivedBy),
      CodePlace("purpose", .propertyPurpose),
      CodePlace("disposition/code", .disposition),
      CodePlace("owner_receipt", .ownerReceipt),
    ]
    + ["obtained/on", "obtained/place", "obtained/by"].map { CodePlace("\($0)/unknown", .unknownReason) }

  /// The codes of an envelope: field, list and what stands there.
  static func ofEnvelope(_ event: Event) -> [(field: String, list: CodeListName, code: String)] {
    let codes: [(String, CodeListName, String?)] = [
      ("reason", .reason, event.reason), ("basis", .basis, event.basis?.code),
    ]
    return codes.compactMap { field, list, code in code.map { (field, list, $0) } }
  }

  /// The codes of a site block: the same.
  static func ofSite(_ block: SiteBlock) -> [(field: String, list: CodeListName, code: String)] {
    [("type", .siteType, block.type), ("count.method", .countMethod, block.count.method)]
      + block.reconciliation.map { ("reconciliation.status", .registerStatus, $0.status) }
      + block.registers.map { ("registers.kind", .registerKind, $0.kind) }
      + block.stores.map { ("stores.code", .store, $0.code) }
      + block.hazards.map { ("hazards.code", .hazard, $0.code) }
      + block.residualDuties.map { ("residual_duties.code", .residualDuty, $0.code) }
  }
}
