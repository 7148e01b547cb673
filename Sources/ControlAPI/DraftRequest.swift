public import Custody

/// Asks for a draft of an event: POST /v1/drafts. Which fields an event needs stands in docs/control-api.md.
public struct DraftRequest: Codable, Hashable, Sendable {
  /// One line's answer in an outcome.
  public struct Answer: Codable, Hashable, Sendable {
    /// The leaf index in the release's manifest.
    public var line: Int
    /// accepted, refused, missing or ended.
    public var outcome: String
    public var discrepancies: [String]?
    /// What the receiver takes the age to be: adult, child, child_presumed or disputed.
    public var observedAge: String?
    public var reason: String?
    public var injuries: Bool?
    public var complaint: Bool?
    public var medicines: Bool?
    /// Of an ended line: the statement that says who died or was set free, its id in hexadecimal.
    public var incident: String?

    public init(line: Int, outcome: String, discrepancies: [String]? = nil, observedAge: String? = nil) {
      self.line = line
      self.outcome = outcome
      self.discrepancies = discrepancies
      self.observedAge = observedAge
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
      case line, outcome, discrepancies, reason, injuries, complaint, medicines, incident
      case observedAge = "observed_age"
    }
  }

  /// What is found of one line of an inquiry, where the daemon is to say something else than what its log knows of the
  /// reference that is asked about.
  public struct Finding: Codable, Hashable, Sendable {
    /// The leaf index in the inquiry's manifest.
    public var line: Int
    /// A statement with a line of the person who is meant, its id in hexadecimal, and that line.
    public var statement: String?
    public var statementLine: Int?
    /// True where nothing is said, lest it harm the person; `reason` says why.
    public var withheld: Bool?
    public var reason: String?

    public init(line: Int) { self.line = line }

    enum CodingKeys: String, CodingKey, CaseIterable {
      case line, statement, withheld, reason
      case statementLine = "statement_line"
    }
  }

  /// The paper that an event is entered from: the form's number, and SHA-256 of its scan in hexadecimal.
  public struct LateEntry: Codable, Hashable, Sendable {
    public var form: String
    public var scanDigest: String

    public init(form: String, scanDigest: String) {
      self.form = form
      self.scanDigest = scanDigest
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
      case form
      case scanDigest = "scan_digest"
    }
  }

  /// A UUID that the client chooses, so that the same request twice has one effect. With an `Idempotency-Key` the daemon
  /// chooses one when it is absent.
  public var draftID: String?
  /// intake, offer, offer-agreed, offer-declined, release, outcome, recall, recall-agreed, recall-refused, redirect,
  /// disputed, dispute-resolved, incident, released-to-liberty, closed, certificate, departed, waypoint, carrier-changed,
  /// stopover, lodged, arrived, return-requested, return-agreed, return-refused, onward-consent, inquiry,
  /// inquiry-answered, same-as, not-same-as, under-protest or corrected.
  public var event: String
  public var kind: String?
  public var caseID: String?
  public var provenance: String?
  /// The receiving authority, "MEMBER/authority"; of onward-consent to whom alone they may go on.
  public var to: String?
  public var siteID: String?
  public var pcode: String?
  public var libertyStatus: String?
  public var basis: String?
  /// RFC 3339 with numeric offset; now, when absent.
  public var occurredAt: String?
  public var timeSource: String?
  public var clockErrorSeconds: UInt64?
  public var acceptBy: String?
  /// The statement whose lines are offered, released, recalled, disputed or befallen by something, or which is answered or
  /// closed, or on whose road something happened: its id in hexadecimal. Of an intake, the birth or the release that it
  /// cites; of lodged, the stopover.
  public var statement: String?
  /// The new receiver's `offer-agreed`, of a redirect: its id in hexadecimal.
  public var agreement: String?
  /// Who is to be responsible once a dispute is settled, "MEMBER/authority".
  public var custodian: String?
  /// Leaf indexes in that statement's manifest; all of its lines when absent.
  public var lines: [Int]?
  /// The persons of an intake: column → text. Of an offer, a release or a redirect: what is said anew of persons whose
  /// lines go, found by their reference.
  public var persons: [[String: String]]?
  /// The same of things, where the kind is of things.
  public var items: [[String: String]]?
  /// What is said of a site, in an intake, a release, a redirect or an outcome of a site's handover.
  public var site: SiteBlock?
  public var answers: [Answer]?
  public var reason: String?
  /// What goes sealed to the people of a role (medical, judicial, child-protection, property), by payload id: base64, in
  /// pieces of at most 64 KiB. Nothing of it is kept in clear.
  public var annexes: [String: [String]]?
  /// How many officers must approve, when more than the event asks for.
  public var officers: Int?
  /// What befell the lines of an incident: death, birth, escape, hospital, injury, separation, missing, found or
  /// released-in-error.
  public var incident: String?
  /// How those released to liberty acknowledged it: signed, thumbprint, refused or unable.
  public var mark: String?
  /// In what offices nobody can approve now, of those that must: medical, witness or person. The statement is signed
  /// without them and says so. Children are not released without child-protection.
  public var without: [String]?
  /// Of a release or a redirect, who brings them, "MEMBER/authority"; of carrier-changed, who carries from then on.
  public var carrier: String?
  /// In whose place people stop, "MEMBER/authority".
  public var host: String?
  /// Of onward-consent: given, refused or withdrawn.
  public var consent: String?
  /// Of onward-consent: on what conditions, codes of list onward-condition.
  public var conditions: [String]?
  /// Of onward-consent: past this moment nobody goes on by it (RFC 3339).
  public var until: String?
  /// On whose behalf an inquiry asks, a code of list inquirer. Its deadline is `acceptBy`.
  public var inquirer: String?
  /// What is found of the lines of an inquiry.
  public var findings: [Finding]?
  /// Of a link: a statement with the lines of the others, its id in hexadecimal, and those lines in the order of `lines`.
  public var other: String?
  public var otherLines: [Int]?
  /// Why two are held to be one person or two, a code of list link-basis.
  public var linkBasis: String?
  /// Of a correction of several statements: their ids in hexadecimal, instead of `statement`.
  public var statements: [String]?
  /// Where paper came first.
  public var lateEntry: LateEntry?
  /// Of a correction: column → text, for all of the lines.
  public var set: [String: String]?

  public init(draftID: String?, event: String) {
    self.draftID = draftID
    self.event = event
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case event, kind, provenance, to, pcode, basis, statement, agreement, custodian, lines, persons, items, site
    case answers, reason, officers, annexes, incident, mark, without, carrier, host, consent, conditions, until
    case findings, other, statements, set
    case inquirer = "for"
    case otherLines = "other_lines"
    case linkBasis = "link_basis"
    case lateEntry = "late_entry"
    case draftID = "draft_id"
    case caseID = "case_id"
    case siteID = "site_id"
    case libertyStatus = "liberty_status"
    case occurredAt = "occurred_at"
    case timeSource = "time_source"
    case clockErrorSeconds = "clock_error_s"
    case acceptBy = "accept_by"
  }
}

/// Hands in an approval: POST /v1/drafts/{id}/approvals.
public struct ApprovalRequest: Codable, Hashable, Sendable {
  /// The tagged COSE_Sign1 in hexadecimal.
  public var approval: String

  public init(approval: String) { self.approval = approval }

  enum CodingKeys: String, CodingKey, CaseIterable { case approval }
}

/// Asks for an audit: POST /v1/audit. There is nothing to say.
public struct AuditRequest: Codable, Hashable, Sendable {
  public init() {}

  /// An object, and nothing else that holds nothing.
  public init(from decoder: any Decoder) throws { _ = try decoder.container(keyedBy: CodingKeys.self) }

  enum CodingKeys: CodingKey {}
}

extension DraftRequest: StrictlyDecoded {
  public static var fields: [String] { CodingKeys.allCases.map(\.rawValue) }
  public static var nested: [String: any StrictlyDecoded.Type] {
    ["answers": Answer.self, "findings": Finding.self, "late_entry": LateEntry.self, "site": SiteBlock.self]
  }
}

extension DraftRequest.LateEntry: StrictlyDecoded {
  public static var fields: [String] { CodingKeys.allCases.map(\.rawValue) }
}

extension DraftRequest.Finding: StrictlyDecoded {
  public static var fields: [String] { CodingKeys.allCases.map(\.rawValue) }
}

extension DraftRequest.Answer: StrictlyDecoded {
  public static var fields: [String] { CodingKeys.allCases.map(\.rawValue) }
}

extension SiteBlock: StrictlyDecoded {
  public static var nested: [String: any StrictlyDecoded.Type] {
    [
      "count": Count.self, "reconciliation": Finding.self, "registers": Register.self, "court_dates": CourtDate.self,
      "stores": Store.self, "hazards": Remark.self, "residual_duties": Remark.self,
    ]
  }
}

extension SiteBlock.Count: StrictlyDecoded {}
extension SiteBlock.Finding: StrictlyDecoded {}
extension SiteBlock.Register: StrictlyDecoded {}
extension SiteBlock.CourtDate: StrictlyDecoded {}
extension SiteBlock.Store: StrictlyDecoded {}
extension SiteBlock.Remark: StrictlyDecoded {}

extension ApprovalRequest: StrictlyDecoded {
  public static var fields: [String] { CodingKeys.allCases.map(\.rawValue) }
}

extension AuditRequest: StrictlyDecoded {
  public static var fields: [String] { [] }
}
