import COSE
import Roster

/// What one position of a manifest line holds.
public struct LineField: Sendable {
  public let name: String
  /// A sentence saying what is wrong with a value, or nil. Null is judged too: an absent field is null.
  let problem: @Sendable (CBOR) -> String?
}

/// The fixed field positions of a manifest line. Position 0 is subject_ref, position 1 custody_prev.
public struct LineSchema: Sendable, Equatable {
  public let id: String
  public let fields: [LineField]

  public static func == (left: Self, right: Self) -> Bool { left.id == right.id }

  /// Every schema there is.
  static let all = [
    person, family, repatriation, site, property, outcome, recall, dispute, incident, liberty, certificate,
    onward, inquiry, inquiryAnswer, link, protest, correction, notice,
  ]

  public static func named(_ id: String) -> LineSchema? { all.first { $0.id == id } }

  public func position(of name: String) -> Int? { fields.firstIndex { $0.name == name } }

  /// A detained, restricted or returning person. The last twelve positions are the Article 17(3) block of the
  /// Convention on Enforced Disappearance and what a cross-border transfer needs. Codes of lists that are published as
  /// data are V25's to judge, which refuses no fact; here they need only look like one.
  public static let person = LineSchema(
    id: "person-1",
    fields: [
      LineField(name: "subject_ref", problem: bytes(16)),
      LineField(name: "custody_prev", problem: optional(bytes(32))),
      LineField(name: "prior_refs", problem: optional(list(of: bytes(32)))),
      LineField(name: "age", problem: code(AgeFlag.allCases.map(\.rawValue))),
      LineField(name: "age_basis", problem: listed),
      LineField(name: "sex", problem: sex),
      LineField(name: "nationalities", problem: list(of: map)),
      LineField(name: "unaccompanied", problem: flag),
      LineField(name: "family_links", problem: optional(list(of: map))),
      LineField(name: "vulnerabilities", problem: list(of: listed)),
      LineField(name: "fit_to_travel", problem: fitness),
      LineField(name: "language", problem: optional(text)),
      LineField(name: "condition", problem: optional(map)),
      LineField(name: "property_refs", problem: optional(list(of: bytes(16)))),
      LineField(name: "deprivation", problem: optional(map)),
      LineField(name: "ordered_by", problem: optional(map)),
      LineField(name: "grounds", problem: optional(map)),
      LineField(name: "supervising_authority", problem: optional(map)),
      LineField(name: "admission", problem: optional(map)),
      LineField(name: "health", problem: optional(map)),
      LineField(name: "death", problem: optional(map)),
      LineField(name: "release_or_transfer", problem: optional(map)),
      LineField(name: "non_refoulement", problem: optional(map)),
      LineField(name: "assurances", problem: optional(list(of: map))),
      LineField(name: "onward_consent", problem: optional(map)),
      LineField(name: "monitoring_access", problem: optional(map)),
    ])

  /// A receiver's answer for one line of a release.
  public static let outcome = LineSchema(
    id: "outcome-1",
    fields: [
      LineField(name: "subject_ref", problem: bytes(16)),
      LineField(name: "custody_prev", problem: optional(bytes(32))),
      LineField(name: "release", problem: bytes(32)),
      LineField(name: "release_line", problem: number),
      LineField(name: "outcome", problem: code(OutcomeCode.allCases.map(\.rawValue))),
      LineField(name: "condition", problem: optional(map)),
      LineField(name: "discrepancies", problem: list(of: listed)),
      LineField(name: "observed_age", problem: optional(code(AgeFlag.allCases.map(\.rawValue)))),
      LineField(name: "incident", problem: optional(bytes(32))),
      LineField(name: "reason", problem: optional(text)),
    ])
}

extension LineSchema {
  /// A line of a release that is to come back, or comes back.
  public static let recall = LineSchema(
    id: "recall-1",
    fields: [
      LineField(name: "subject_ref", problem: bytes(16)),
      LineField(name: "custody_prev", problem: optional(bytes(32))),
      LineField(name: "release", problem: bytes(32)),
      LineField(name: "release_line", problem: number),
    ])

  /// A line whose custody is disputed, or what one party signs to settle it: the competing last steps, the round, and
  /// the custodian "MEMBER/authority"; round and custodian are null in `disputed`.
  public static let dispute = LineSchema(
    id: "dispute-1",
    fields: [
      LineField(name: "subject_ref", problem: bytes(16)),
      LineField(name: "custody_prev", problem: optional(bytes(32))),
      LineField(name: "heads", problem: heads),
      LineField(name: "round", problem: optional(number)),
      LineField(name: "custodian", problem: optional(authority)),
    ])

  /// Who is responsible for somebody, as one log knows it as of a checkpoint of its own. custody_prev is the chain's last
  /// transition; statement and statement_line say where the person is described last.
  public static let certificate = LineSchema(
    id: "certificate-1",
    fields: [
      LineField(name: "subject_ref", problem: bytes(16)),
      LineField(name: "custody_prev", problem: optional(bytes(32))),
      LineField(name: "statement", problem: bytes(32)),
      LineField(name: "statement_line", problem: number),
      LineField(name: "custodian", problem: authority),
      LineField(name: "phase", problem: code(ChainState.phaseNames)),
      LineField(name: "released_to", problem: optional(authority)),
      LineField(name: "claimants", problem: optional(list(of: authority))),
      LineField(name: "as_of", problem: map),
    ])

  /// What befell somebody. On the road of an open release it names that release and its line; `child` is the reference
  /// under which a newborn is taken in, and `details` names the annexes that say more.
  public static let incident = LineSchema(
    id: "incident-1",
    fields: roadside + [
      LineField(name: "incident", problem: code(IncidentCode.allCases.map(\.rawValue))),
      LineField(name: "child", problem: optional(bytes(16))),
      LineField(name: "details", problem: list(of: code(PayloadKind.ofRoles.map(\.id)))),
      LineField(name: "reason", problem: optional(text)),
    ])

  /// Whom the custodian set free, and how they acknowledged it.
  public static let liberty = LineSchema(
    id: "liberty-1",
    fields: roadside + [
      LineField(name: "mark", problem: code(LibertyMark.allCases.map(\.rawValue))),
      LineField(name: "reason", problem: optional(text)),
    ])

  /// Whether somebody whom one handed over may go on: to whom (null is anybody), on what conditions, and until when.
  public static let onward = LineSchema(
    id: "onward-1",
    fields: [
      LineField(name: "subject_ref", problem: bytes(16)),
      LineField(name: "custody_prev", problem: optional(bytes(32))),
      LineField(name: "release", problem: bytes(32)),
      LineField(name: "release_line", problem: number),
      LineField(name: "consent", problem: code(OnwardConsent.Status.allCases.map(\.rawValue))),
      LineField(name: "onward_to", problem: optional(authority)),
      LineField(name: "conditions", problem: list(of: listed)),
      LineField(name: "until", problem: optional(moment)),
    ])

  /// The most last steps that one dispute can name.
  static let maximumHeads = 64
}

// MARK: - What moves nobody

extension LineSchema {
  /// Of whom a tracing inquiry asks: a reference that the asker has, or a new one where the identity annex alone says who
  /// it is. custody_prev is null: whoever is asked need not learn what the asker knows of others.
  public static let inquiry = LineSchema(
    id: "inquiry-1",
    fields: [
      LineField(name: "subject_ref", problem: bytes(16)),
      LineField(name: "custody_prev", problem: optional(bytes(32))),
      LineField(name: "for", problem: listed),
    ])

  /// What the log of whoever was asked knows of a line of an inquiry, as of a checkpoint of its own. `found` is the
  /// person's reference there, where it is another one than was asked about.
  public static let inquiryAnswer = LineSchema(
    id: "answer-1",
    fields: [
      LineField(name: "subject_ref", problem: bytes(16)),
      LineField(name: "custody_prev", problem: optional(bytes(32))),
      LineField(name: "inquiry", problem: bytes(32)),
      LineField(name: "inquiry_line", problem: number),
      LineField(name: "finding", problem: code(InquiryFinding.codes)),
      LineField(name: "found", problem: optional(bytes(16))),
      LineField(name: "custodian", problem: optional(authority)),
      LineField(name: "released_to", problem: optional(authority)),
      LineField(name: "claimants", problem: optional(list(of: authority))),
      LineField(name: "as_of", problem: optional(map)),
      LineField(name: "reason", problem: optional(text)),
    ])

  /// Two chains that are held to be one person's, or two persons'. They stay two.
  public static let link = LineSchema(
    id: "link-1",
    fields: [
      LineField(name: "subject_ref", problem: bytes(16)),
      LineField(name: "custody_prev", problem: optional(bytes(32))),
      LineField(name: "other", problem: bytes(16)),
      LineField(name: "basis", problem: listed),
    ])

  /// A line of a statement that its signer signed, or must live with, under protest.
  public static let protest = LineSchema(
    id: "protest-1",
    fields: [
      LineField(name: "subject_ref", problem: bytes(16)),
      LineField(name: "custody_prev", problem: optional(bytes(32))),
      LineField(name: "statement", problem: bytes(32)),
      LineField(name: "statement_line", problem: number),
      LineField(name: "reason", problem: listed),
    ])

  /// What is to be read instead in a line of another statement, which stays as it is: fields by name, and the columns of
  /// the identity annex that are written anew in the correction's own.
  public static let correction = LineSchema(
    id: "correction-1",
    fields: [
      LineField(name: "subject_ref", problem: bytes(16)),
      LineField(name: "custody_prev", problem: optional(bytes(32))),
      LineField(name: "original", problem: bytes(32)),
      LineField(name: "original_line", problem: number),
      LineField(name: "fields", problem: map),
      LineField(name: "columns", problem: list(of: short)),
      LineField(name: "reason", problem: listed),
    ])

  /// Of whom of another statement somebody was told, whom the duty is to tell, how and when.
  public static let notice = LineSchema(
    id: "notice-1",
    fields: [
      LineField(name: "subject_ref", problem: bytes(16)),
      LineField(name: "custody_prev", problem: optional(bytes(32))),
      LineField(name: "about", problem: bytes(32)), LineField(name: "duty", problem: listed),
      LineField(name: "means", problem: listed), LineField(name: "told_at", problem: moment),
    ])
}

// MARK: - Kinds

/// The schemas of the kinds beside a detainee's transfer. Those of persons begin with the positions of `person-1`.
extension LineSchema {
  /// Somebody who returns to their community with their family.
  static let family = LineSchema(
    id: "family-1",
    fields: person.fields + consented + [
      LineField(name: "split_family", problem: optional(list(of: listed))),
      LineField(name: "stops", problem: optional(list(of: map))),
      LineField(name: "civil_documents", problem: optional(map)),
      LineField(name: "destination", problem: optional(map)),
      LineField(name: "information_sheet", problem: optional(map)),
    ])

  /// Somebody who goes to the State of their nationality.
  static let repatriation = LineSchema(
    id: "repatriation-1",
    fields: person.fields + consented + [
      LineField(name: "legal_basis", problem: optional(map)),
      LineField(name: "nationality_verified", problem: optional(map)),
      LineField(name: "consular_contact", problem: optional(map)),
      LineField(name: "travel_document", problem: optional(map)),
      LineField(name: "transit_consents", problem: optional(list(of: text))),
      LineField(name: "best_interests", problem: optional(text)),
      LineField(name: "expected_status", problem: optional(map)),
    ])

  private static let consented = [
    LineField(name: "consent", problem: optional(map)), LineField(name: "child_views", problem: optional(map)),
  ]

  /// Somebody in a place that changes hands, with what its register says of them.
  static let site = LineSchema(
    id: "site-1",
    fields: person.fields + [
      LineField(name: "register_status", problem: optional(listed)),
      LineField(name: "register_entry", problem: optional(map)),
      LineField(name: "sector", problem: optional(text)),
      LineField(name: "court_date", problem: optional(short)),
      LineField(name: "complaint_pending", problem: optional(flag)),
    ])

  /// A thing in a sealed container.
  static let property = LineSchema(
    id: "property-1",
    fields: [
      LineField(name: "subject_ref", problem: bytes(16)),
      LineField(name: "custody_prev", problem: optional(bytes(32))),
      LineField(name: "prior_refs", problem: optional(list(of: bytes(32)))),
      LineField(name: "container", problem: text),
      LineField(name: "seals", problem: list(of: text)),
      LineField(name: "category", problem: listed),
      LineField(name: "quantity", problem: map),
      LineField(name: "serials", problem: optional(list(of: text))),
      LineField(name: "condition", problem: map),
      LineField(name: "owner", problem: optional(bytes(16))),
      LineField(name: "obtained", problem: optional(map)),
      LineField(name: "purpose", problem: listed),
      LineField(name: "digests", problem: optional(map)),
      LineField(name: "derived_from", problem: optional(bytes(16))),
      LineField(name: "disposition", problem: optional(map)),
      LineField(name: "owner_receipt", problem: optional(listed)),
    ])
}

/// The positions of a line that may have happened on the road.
private let roadside: [LineField] = [
  LineField(name: "subject_ref", problem: bytes(16)),
  LineField(name: "custody_prev", problem: bytes(32)),
  LineField(name: "release", problem: optional(bytes(32))),
  LineField(name: "release_line", problem: optional(number)),
]

private typealias FieldJudge = @Sendable (CBOR) -> String?

private func bytes(_ count: Int) -> FieldJudge {
  { $0.bytes?.count == count ? nil : "must be \(count) bytes" }
}
private func optional(_ judge: @escaping FieldJudge) -> FieldJudge { { $0 == .null ? nil : judge($0) } }
private func code(_ codes: [String]) -> FieldJudge {
  { $0.text.map(codes.contains) == true ? nil : "must be one of \(codes.joined(separator: ", "))" }
}
/// A code of a list that is published as data: which there are is V25's to say.
private let listed: FieldJudge = { $0.text.map(isCode) == true ? nil : "must be a code" }
/// Nobody has so many of anything; a longer one would only be made to be looked at.
private let mostItems = 256
private func list(of judge: @escaping FieldJudge) -> FieldJudge {
  { item in
    guard let items = item.array else { return "must be a list" }
    guard items.count <= mostItems else { return "must be a list of at most \(mostItems)" }
    return items.lazy.compactMap(judge).first
  }
}
private let map: FieldJudge = { $0.map == nil ? "must be a map" : nil }
/// Of the last journey it says nothing of the next one.
private let fitness: FieldJudge = {
  $0 == .null ? "must say anew, for this journey, whether they are fit to travel (yes, no or conditions)" : map($0)
}
private let flag: FieldJudge = { $0.bool == nil ? "must be true or false" : nil }
private let number: FieldJudge = { $0.uint == nil ? "must be a number" : nil }
private let text: FieldJudge = { ($0.text?.utf8.count ?? .max) <= 256 ? nil : "must be text of at most 256 bytes" }
/// A date or a mark.
private let short: FieldJudge = {
  ($0.text?.utf8.count).map { (1...64).contains($0) } == true ? nil : "must be text of 1 to 64 bytes"
}
private let sex: FieldJudge = { [0, 1, 2, 9].contains($0.uint) ? nil : "must be 0, 1, 2 or 9 (ISO/IEC 5218)" }
private let moment: FieldJudge = {
  $0.text.flatMap { OffsetTime($0) } == nil ? "must be RFC 3339 with whole seconds and a numeric offset" : nil
}
private let authority: FieldJudge = {
  $0.text.flatMap { AuthorityName($0) } == nil ? "must be MEMBER/authority" : nil
}
private let heads: FieldJudge = { item in
  let ids = (item.array ?? []).compactMap { $0.bytes.flatMap { StatementID($0) } }
  let isList = ids.count == item.array?.count && (1...LineSchema.maximumHeads).contains(ids.count)
  return isList && zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 }
    ? nil : "must be 1 to \(LineSchema.maximumHeads) different statement ids, sorted"
}
