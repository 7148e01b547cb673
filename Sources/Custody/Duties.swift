public import Roster

/// Whom something must be told: codes of list duty that the table of duties uses.
public enum DutyCode: String, Sendable, CaseIterable {
  case family
  case neutralAgency = "neutral-agency"
  case stateOfNationality = "state-of-nationality"
  case childProtection = "child-protection"
}

/// Of whom of its lines an event makes a duty.
public enum DutyCondition: String, Sendable {
  case anybody
  /// Whoever is not said to be at liberty.
  case deprived = "not at liberty"
  case unaccompaniedChild = "an unaccompanied child"
  /// Of a correction, whoever it says to be a child, or to be alone and no adult.
  case correctedChild = "who is corrected to be a child, or alone"
  /// Of a correction, of whose State another one may have been told instead.
  case correctedNationality = "whose State was told before their nationality was corrected"

  /// Whether the content of its lines alone says of whom: once that is erased, nobody knows.
  var isOfContent: Bool {
    switch self {
    case .unaccompaniedChild, .correctedChild, .correctedNationality: true
    case .anybody, .deprived: false
    }
  }
}

/// Who owes it.
public enum DutyOwner: String, Sendable {
  /// Whoever signs the statement.
  case issuer
  /// Whoever stays responsible: the statement's `from`.
  case from
}

/// One row: what makes a duty to notify, who owes it to whom, and within what time.
public struct DutyRow: Sendable {
  public let event: EventType
  /// Of an incident what happened, of an outcome how the line was answered, of a notice why; nil for every line.
  public let line: String?
  public let condition: DutyCondition
  public let duty: DutyCode
  public let owner: DutyOwner
  /// How long it may take from when it occurred.
  public let seconds: Int64
  /// Where the law asks for it.
  public let source: String
}

/// Event → duties to notify, of people alone (custody.md, V31). The numbers stand here and nowhere else.
public enum DutyTable {
  public static let rows: [DutyRow] =
    [
      row(.intake, nil, .deprived, .family, 7 * day, "CED art. 17(2)(d), 18; GC III art. 70; GC IV art. 106"),
      row(.intake, nil, .deprived, .neutralAgency, 7 * day, "GC III art. 122, 123; GC IV art. 136, 140"),
      row(.intake, nil, .unaccompaniedChild, .childProtection, day, "CRC art. 20, 22; GC IV art. 24, 50"),
      row(.outcome, "accepted", .deprived, .family, 7 * day, "CED art. 17(2)(d), 18; GC III art. 70"),
      row(.outcome, "accepted", .deprived, .neutralAgency, 7 * day, "GC III art. 122; GC IV art. 136"),
      row(.outcome, "missing", .anybody, .family, 3 * day, "CED art. 24; AP I art. 32, 33", by: .from),
    ] + incidents + [
      row(.releasedToLiberty, nil, .anybody, .neutralAgency, 7 * day, "GC III art. 122; GC IV art. 137"),
      row(.corrected, nil, .correctedChild, .childProtection, day, "CRC art. 20, 22; GC IV art. 24, 50"),
      row(.corrected, nil, .correctedNationality, .stateOfNationality, 3 * day, "VCCR art. 36, 37(a)"),
      row(.notified, Notice.personAsked, .anybody, .stateOfNationality, 3 * day, "VCCR art. 36(1)(b)"),
    ]

  /// The events that make duties.
  public static let events: [EventType] = [.intake, .outcome, .incident, .releasedToLiberty, .corrected, .notified]

  /// What people are told about: a notice that somebody asked for one makes the duty of the statement that it cites.
  public static let sources = events.filter { $0 != .notified }

  /// Within what time the State of nationality is told of whoever asks for it.
  static var secondsWhenAsked: Int64 { rows.first { $0.event == .notified }?.seconds ?? 0 }

  private static let incidents = [
    incident(.death, .family, day, "GC III art. 120; GC IV art. 129; CED art. 18(1)(g)"),
    incident(.death, .neutralAgency, 3 * day, "GC III art. 120, 122; GC IV art. 129, 136"),
    incident(.death, .stateOfNationality, 3 * day, "VCCR art. 37(a)"),
    incident(.escape, .family, 3 * day, "GC III art. 122; GC IV art. 137"),
    incident(.missing, .family, 3 * day, "CED art. 18, 24"),
    incident(.hospital, .family, 3 * day, "GC III art. 122; GC IV art. 137; CED art. 18(1)(f)"),
    incident(.injury, .family, 3 * day, "GC IV art. 137; CED art. 18(1)(f)"),
    incident(.separation, .childProtection, day, "CRC art. 9, 20, 22; GC IV art. 24, 26"),
  ]

  private static let day: Int64 = 86_400

  private static func row(
    _ event: EventType, _ line: String?, _ condition: DutyCondition, _ duty: DutyCode, _ seconds: Int64,
    _ source: String, by owner: DutyOwner = .issuer
  ) -> DutyRow {
    DutyRow(
      event: event, line: line, condition: condition, duty: duty, owner: owner, seconds: seconds, source: source)
  }

  /// What befalls somebody on the road is told by whoever is responsible, whoever signs that it did.
  private static func incident(_ code: IncidentCode, _ duty: DutyCode, _ seconds: Int64, _ source: String) -> DutyRow {
    row(.incident, code.rawValue, .anybody, duty, seconds, source, by: .from)
  }
}

/// That somebody must be told of one person of one statement.
public struct DutyLine: Hashable, Sendable {
  public let statement: StatementID
  public let duty: DutyCode
  public let subject: SubjectReference
  public let owner: AuthorityName
  public let due: UnixTime
  /// The statement that says that they were told; nil while it is owed.
  public var notice: StatementID?

  public init(
    statement: StatementID, duty: DutyCode, subject: SubjectReference, owner: AuthorityName, due: UnixTime,
    notice: StatementID? = nil
  ) {
    self.statement = statement
    self.duty = duty
    self.subject = subject
    self.owner = owner
    self.due = due
    self.notice = notice
  }

  /// Whether what somebody told is this.
  func isMet(by notice: Notice, under places: Successions) -> Bool {
    notice.discharges && notice.about == statement && notice.duty == duty.rawValue && notice.subject == subject
      && places.areOne(notice.issuer, owner)
  }
}

/// Of which line of a statement something is owed to whom.
public struct DutyKey: Hashable, Sendable {
  public let duty: DutyCode
  public let subject: SubjectReference

  init(_ duty: DutyCode, _ subject: SubjectReference) {
    self.duty = duty
    self.subject = subject
  }
}

/// What one statement makes its owner tell somebody of its people, and of how many of them it is owed still.
public struct OpenDuty: Hashable, Sendable {
  public let statement: StatementID
  public let duty: DutyCode
  public let owner: AuthorityName
  public let due: UnixTime
  public let lines: Int
  public let open: Int

  public init(statement: StatementID, duty: DutyCode, owner: AuthorityName, due: UnixTime, lines: Int, open: Int) {
    self.statement = statement
    self.duty = duty
    self.owner = owner
    self.due = due
    self.lines = lines
    self.open = open
  }

  /// The same as owed by whoever acts in its owner's place now.
  public func under(_ places: Successions) -> OpenDuty {
    OpenDuty(statement: statement, duty: duty, owner: places.current(owner), due: due, lines: lines, open: open)
  }

  /// Whether its time has passed and somebody is not told yet.
  public func isOverdue(at time: UnixTime) -> Bool { open > 0 && due < time }
}

/// That somebody was told of one person of a statement, or could not be.
public struct Notice: Hashable, Sendable {
  public let statement: StatementID
  public let issuer: AuthorityName
  public let about: StatementID
  /// A code of list duty; a later version of the list may have more than the table.
  public let duty: String
  public let subject: SubjectReference
  /// A code of list notice-means.
  public let means: String
  public let toldAt: UnixTime

  /// What was tried and reached nobody is on record, and is owed still.
  public static let notReached = "not-reached"
  /// The reason of a notice that says who asked for it, while nobody is told yet: a code of list reason.
  public static let personAsked = "person-asked"
  public var discharges: Bool { means != Self.notReached }

  public init(
    statement: StatementID, issuer: AuthorityName, about: StatementID, duty: String, subject: SubjectReference,
    means: String, toldAt: UnixTime
  ) {
    self.statement = statement
    self.issuer = issuer
    self.about = about
    self.duty = duty
    self.subject = subject
    self.means = means
    self.toldAt = toldAt
  }
}
