/// What must be said of whom or what moves, as far as a daemon that reads the lines can tell (custody.md, Record content).
public enum ContentRule: Sendable {
  /// Article 17(3) of the Convention on Enforced Disappearance, where people are detained or restricted (V26).
  case deprivation
  /// What is asked for a child (V27).
  case children
  /// What is asked where a border is crossed (V28).
  case border
  /// Consent of each adult (V29).
  case consent
  /// Consent of each adult, or another legal basis (V29).
  case basis
  /// The site's own block beside the lines (V30).
  case site
}

/// One row of the kinds: what its lines look like, what its files hold, and what is asked of its content.
public struct KindRow: Sendable {
  public let kind: Kind
  /// The schema of the lines of whatever takes in, offers or hands over.
  public let schema: LineSchema
  /// The columns of its file.
  public let columns: [FormColumn]
  public let rules: Set<ContentRule>
  /// The liberty status where none is named; nil for things.
  public let liberty: LibertyStatus?
  /// Whether its slots are random, so that nobody without a key can tell that a family has moved.
  public let hidesSlots: Bool

  /// The names of its columns, in order.
  public let names: [String]
  let known: Set<String>

  init(
    kind: Kind, schema: LineSchema, columns: [FormColumn], rules: Set<ContentRule>, liberty: LibertyStatus?,
    hidesSlots: Bool
  ) {
    self.kind = kind
    self.schema = schema
    self.columns = columns
    self.rules = rules
    self.liberty = liberty
    self.hidesSlots = hidesSlots
    names = columns.map(\.name)
    known = Set(names)
  }

  public var isOfPersons: Bool { liberty != nil }
  /// The columns that every table must have.
  public var requiredNames: [String] { columns.filter(\.isRequired).map(\.name) }
}

/// The five kinds as a table (custody.md, The setting and Record content).
public enum KindTable {
  public static let rows: [KindRow] = [
    KindRow(
      kind: .detaineeTransfer, schema: .person,
      columns: FormsOfPersons.base + FormsOfPersons.deprivation(mayBeEmpty: false) + FormsOfPersons.border,
      rules: [.deprivation, .children, .border], liberty: .detained, hidesSlots: false),
    KindRow(
      kind: .familyReturn, schema: .family,
      columns: FormsOfPersons.base + FormsOfPersons.deprivation(mayBeEmpty: true) + FormsOfPersons.border
        + FormsOfPersons.consent + FormsOfPersons.family,
      rules: [.deprivation, .children, .border, .consent], liberty: .restricted, hidesSlots: true),
    KindRow(
      kind: .thirdCountryRepatriation, schema: .repatriation,
      columns: FormsOfPersons.base + FormsOfPersons.deprivation(mayBeEmpty: true) + FormsOfPersons.border
        + FormsOfPersons.consent + FormsOfPersons.repatriation,
      rules: [.deprivation, .children, .border, .basis], liberty: .detained, hidesSlots: false),
    KindRow(
      kind: .siteHandover, schema: .site,
      columns: FormsOfPersons.base + FormsOfPersons.deprivation(mayBeEmpty: false) + FormsOfPersons.border
        + FormsOfPersons.site,
      rules: [.deprivation, .children, .border, .site], liberty: .detained, hidesSlots: false),
    KindRow(
      kind: .propertyHandover, schema: .property, columns: FormOfProperty.columns, rules: [], liberty: nil,
      hidesSlots: false),
  ]

  private static let byKind = Dictionary(rows.map { ($0.kind, $0) }) { first, _ in first }

  /// The row of a kind; every kind has one.
  public static func row(for kind: Kind) -> KindRow { byKind[kind] ?? rows[0] }
}

extension Kind {
  /// What is said of it in the table of kinds.
  public var row: KindRow { KindTable.row(for: self) }
}
