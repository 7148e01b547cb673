public import COSE
public import Roster
public import TransparencyLog

/// What whoever is asked about somebody finds.
public enum InquiryFinding: Hashable, Sendable {
  /// In custody, or once: the phase of the chain (`ChainState.phaseNames`).
  case phase(String)
  /// Its log knows nothing of them.
  case notKnown
  /// It does not say, lest it harm the person.
  case withheld

  public var code: String {
    switch self {
    case .phase(let name): name
    case .notKnown: "not-known"
    case .withheld: "withheld"
    }
  }

  /// Every code there is.
  public static let codes = ChainState.phaseNames + [Self.notKnown.code, Self.withheld.code]
}

/// One line of an inquiry: of whom somebody asks.
public struct InquiryLine: Hashable, Sendable {
  public let inquiry: StatementID
  public let line: Int
  public let subject: SubjectReference

  public init(inquiry: StatementID, line: Int, subject: SubjectReference) {
    self.inquiry = inquiry
    self.line = line
    self.subject = subject
  }

  /// What a line of an answer answers.
  /// - Returns: nil when the leaf is no such line; V6 refuses it.
  init?(answeredBy leaf: ManifestLeaf) {
    guard leaf.fields.count == LineSchema.inquiryAnswer.fields.count, let subject = leaf.subject,
      let inquiry = leaf.fields[2].bytes.flatMap({ StatementID($0) }),
      let line = leaf.fields[3].uint.flatMap({ Int(exactly: $0) })
    else { return nil }
    self.init(inquiry: inquiry, line: line, subject: subject)
  }

  /// The line of an answer (schema answer-1) that says where a chain stands, as of a checkpoint of the log that
  /// knows it.
  public func answer(_ chain: ChainState, asOf checkpoint: Checkpoint) -> [CBOR] {
    let certified = chain.certificateLine(asOf: checkpoint)
    return start(.phase(chain.phaseName)) + [chain.subject == subject ? .null : .bytes(chain.subject.bytes)]
      + ["custodian", "released_to", "claimants", "as_of"].map { name in
        LineSchema.certificate.position(of: name).map { certified[$0] } ?? .null
      } + [.null]
  }

  /// The same that tells of no chain.
  public func answer(_ finding: InquiryFinding, reason: String? = nil) -> [CBOR] {
    start(finding) + [.null, .null, .null, .null, .null, reason.map(CBOR.text) ?? .null]
  }

  private func start(_ finding: InquiryFinding) -> [CBOR] {
    [
      .bytes(subject.bytes), .null, .bytes(inquiry.bytes), .unsigned(UInt64(line)), .text(finding.code),
    ]
  }
}

/// A tracing inquiry and what has come of it, as one log knows it.
public struct Inquiry: Hashable, Sendable {
  public let statement: StatementID
  public let from: AuthorityName
  public let to: AuthorityName
  /// By when it must be answered.
  public let due: UnixTime
  /// How many lines it has, and how many of them nobody has answered.
  public let lines: Int
  public let open: Int
  /// The statements that answer it, oldest first.
  public let answers: [StatementID]

  /// How long an answer may take where the inquiry does not say: 30 days.
  public static let secondsWithoutDeadline: Int64 = 2_592_000

  public init(
    statement: StatementID, from: AuthorityName, to: AuthorityName, due: UnixTime, lines: Int, open: Int,
    answers: [StatementID]
  ) {
    self.statement = statement
    self.from = from
    self.to = to
    self.due = due
    self.lines = lines
    self.open = open
    self.answers = answers
  }

  /// Whether it waits for an answer still. One whose lines are not here waits until there is any answer.
  public var isOpen: Bool { lines == 0 ? answers.isEmpty : open > 0 }

  /// Whether its deadline has passed and it waits still.
  public func isOverdue(at time: UnixTime) -> Bool { isOpen && due < time }
}
