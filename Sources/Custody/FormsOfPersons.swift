/// The columns of the files of persons. Those of a detained person every table has; a kind adds its own.
enum FormsOfPersons {
  private static let empty = ColumnRule(.text, empty: true)
  private static let date = ColumnRule(.date, empty: true)
  private static let yesNo = ColumnRule(.yesNo, fixed: ["yes", "no"], empty: true)

  /// Who somebody is, and what is asked of everybody.
  static let base: [FormColumn] = [
    FormColumn("reference", ColumnRule(.text), .identity, required: true, example: "HSK-0066"),
    FormColumn("name_arabic", empty, .name, required: true, example: "ماجد علاء عدنان الطائي"),
    FormColumn("name_latin", empty, .name, required: true, example: "Majid Alaa Adnan al-Ta'i"),
    FormColumn("father_name", empty, .name, required: true, example: "علاء"),
    FormColumn("mother_name", empty, .name, required: true, example: "وفاء"),
    FormColumn("born", date, .identityRead, required: true, example: "1960?"),
    FormColumn("age", .code(AgeFlag.allCases.map(\.rawValue)), required: true, example: "adult"),
    FormColumn("age_basis", .code(.ageBasis), required: true, example: "statement"),
    FormColumn("sex", .code(["0", "1", "2", "9"]), required: true, example: "1"),
    FormColumn("nationality", ColumnRule(.country, empty: true), required: true, example: "IRQ"),
    FormColumn("nationality_status", .code(.nationalityStatus), required: true, example: "claimed"),
    FormColumn("family", empty, .typed, required: true, example: "F05"),
    FormColumn("family_role", .code(.familyRole, empty: true), required: true, example: "sibling"),
    FormColumn("unaccompanied", .yesNo, required: true, example: "no"),
    FormColumn("vulnerability", ColumnRule(.codes, .vulnerability), required: true, example: "elderly"),
    FormColumn("fit_to_travel", .code(.fitToTravel), required: true, example: "yes"),
    FormColumn("language", ColumnRule(.language), required: true, example: "ar-Arab"),
    FormColumn("injuries", .yesNo, required: true, example: "no"),
    FormColumn("complaint", .yesNo, required: true, example: "no"),
    FormColumn("medicines", .yesNo, required: true, example: "yes"),
  ]

  /// The block of Article 17(3), which must be filled in where people are detained.
  static func deprivation(mayBeEmpty: Bool) -> [FormColumn] {
    [
      FormColumn(
        "deprived_on", ColumnRule(.date, empty: mayBeEmpty, unknown: true), required: true, example: "2019-03-05"),
      FormColumn("deprived_place", ColumnRule(.text, empty: mayBeEmpty), required: true, example: "SYR-DEZ-03"),
      FormColumn(
        "deprived_by", known(.deprivedBy, mayBeEmpty), required: true, example: "self-administration"),
      FormColumn("ordered_by", known(.orderedBy, mayBeEmpty), required: true, example: "unknown"),
      FormColumn("grounds", known(.grounds, mayBeEmpty), required: true, example: "security-measure"),
      FormColumn("health", known(.health, mayBeEmpty), required: true, example: "treatment"),
      FormColumn("document", empty, .identity, required: true, example: "G7769560P"),
      FormColumn("supervised_by", ColumnRule(.text, empty: true), example: "SYR-MOI-DEPT-4"),
      FormColumn("admitted_on", ColumnRule(.date, empty: true, unknown: true), example: "2019-03-09"),
      FormColumn("admitted_place", ColumnRule(.text, empty: true), example: "SYR-HSK-01"),
      FormColumn("admitted_regime", .code(.regime, empty: true), example: "mixed"),
    ]
  }

  private static func known(_ list: CodeListName, _ mayBeEmpty: Bool) -> ColumnRule {
    .code(list, empty: mayBeEmpty, unknown: true)
  }

  /// Where people go, and what a border asks for.
  static let border: [FormColumn] = [
    FormColumn("destination_site", ColumnRule(.text, empty: true), example: "IRQ-BGD-01"),
    FormColumn("destination_regime", .code(.regime, empty: true), example: "adults-only"),
    FormColumn("assessment", .code(.assessment, empty: true), example: "no-risk-found"),
    FormColumn("assessed_by", ColumnRule(.authority, empty: true), example: "SYR/prisons"),
    FormColumn("assessed_on", date, example: "2026-11-20"),
    FormColumn("assessment_informed", yesNo, example: "yes"),
    FormColumn("assessment_challenge", yesNo, example: "yes"),
    FormColumn("assurances", ColumnRule(.codes, .assurance, empty: true), example: "memorandum"),
    FormColumn("assurances_digest", ColumnRule(.digest, empty: true)),
    FormColumn("assurances_until", date, example: "2031-11-20"),
    FormColumn("onward_consent", ColumnRule(.authority, empty: true), example: "SYR/prisons"),
    FormColumn("onward_consent_on", date, example: "2026-11-20"),
    FormColumn("return_on_request", yesNo, example: "yes"),
    FormColumn("monitoring", .code(.monitoring, empty: true), example: "full"),
  ]

  /// What somebody wants who moves because they wish to.
  static let consent: [FormColumn] = [
    FormColumn("consent", .code(.consent, empty: true), example: "given"),
    FormColumn("consent_method", .code(.consentMethod, empty: true), example: "written"),
    FormColumn("consent_language", ColumnRule(.language, empty: true), example: "ar-Arab"),
    FormColumn("consent_interpreter", yesNo, example: "no"),
    FormColumn("consent_witness", ColumnRule(.text, empty: true), .typed, example: "UNHCR-17"),
    FormColumn("consent_reconfirmed_on", date, example: "2026-11-24"),
    FormColumn("child_views", .code(.childViews, empty: true), example: "heard-agrees"),
  ]

  static let family: [FormColumn] = [
    FormColumn("split_family", ColumnRule(.codes, .splitFamily, empty: true), example: "member-detained"),
    FormColumn("stops", ColumnRule(.stops, empty: true), example: "NIN-JED-01:restricted"),
    FormColumn("documents_held", ColumnRule(.codes, .civilDocument, empty: true), example: "family-booklet"),
    FormColumn("documents_missing", ColumnRule(.codes, .civilDocument, empty: true), example: "passport"),
    FormColumn("destination_pcode", ColumnRule(.area, empty: true), example: "IQG15Q05N01"),
    FormColumn("receiving_authority", ColumnRule(.authority, empty: true), example: "IRQ/migration"),
    FormColumn("information_sheet", ColumnRule(.digest, empty: true)),
    FormColumn("information_language", ColumnRule(.language, empty: true), example: "ar-Arab"),
  ]

  static let repatriation: [FormColumn] = [
    FormColumn("legal_basis", .code(.legalBasis, empty: true), example: "consent"),
    FormColumn("nationality_verified_by", ColumnRule(.authority, empty: true), example: "TUR/migration"),
    FormColumn("nationality_verified_on", date, example: "2026-11-02"),
    FormColumn("consular_contact", .code(.consularContact, empty: true), example: "made"),
    FormColumn("travel_document", .code(.travelDocument, empty: true), example: "laissez-passer"),
    FormColumn("travel_document_number", empty, .identity, example: "LP0012345"),
    FormColumn("transit_consents", ColumnRule(.authority, empty: true), example: "IRQ/justice"),
    FormColumn("best_interests", ColumnRule(.text, empty: true), .typed, example: "BID-2026-014"),
    FormColumn("expected_status", .code(.expectedStatus, empty: true), example: "at-liberty"),
  ]

  static let site: [FormColumn] = [
    FormColumn("register_status", .code(.registerStatus, empty: true), example: "present"),
    FormColumn("register", ColumnRule(.text, empty: true), .typed, example: "ADM-2019"),
    FormColumn("register_entry", ColumnRule(.text, empty: true), .typed, example: "412"),
    FormColumn("sector", ColumnRule(.text, empty: true), .typed, example: "B2"),
    FormColumn("court_date", date, example: "2026-12-14"),
    FormColumn("complaint_pending", yesNo, example: "no"),
  ]
}
