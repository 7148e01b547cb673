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
/// `kind`, `outcome`, `age` and others) are part of the format instead, and another one is refused as bad form.
public enum CodePlaces {
  /// By the schema of a manifest.
  public static let ofLines: [String: [CodePlace]] = [
    LineSchema.person.id: [
      CodePlace("age_basis", .ageBasis),
      CodePlace("nationalities/*/status", .nationalityStatus),
      CodePlace("family_links/*/role", .familyRole),
      CodePlace("vulnerabilities/*", .vulnerability),
      CodePlace("fit_to_travel/status", .fitToTravel),
      CodePlace("deprivation/by/code", .deprivedBy),
      CodePlace("ordered_by/code", .orderedBy),
      CodePlace("grounds/code", .grounds),
      CodePlace("health/code", .health),
      CodePlace("deprivation/on/unknown", .unknownReason),
      CodePlace("deprivation/place/unknown", .unknownReason),
      CodePlace("deprivation/by/unknown", .unknownReason),
      CodePlace("ordered_by/unknown", .unknownReason),
      CodePlace("grounds/unknown", .unknownReason),
      CodePlace("supervising_authority/unknown", .unknownReason),
      CodePlace("admission/unknown", .unknownReason),
      CodePlace("health/unknown", .unknownReason),
    ],
    LineSchema.outcome.id: [CodePlace("discrepancies/*", .discrepancy), CodePlace("reason", .reason)],
  ]

  /// The codes of an envelope: field, list and what stands there.
  static func ofEnvelope(_ event: Event) -> [(field: String, list: CodeListName, code: String)] {
    let codes: [(String, CodeListName, String?)] = [
      ("reason", .reason, event.reason), ("basis", .basis, event.basis?.code),
    ]
    return codes.compactMap { field, list, code in code.map { (field, list, $0) } }
  }
}
