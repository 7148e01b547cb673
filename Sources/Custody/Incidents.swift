import COSE
public import Roster

/// What befell a person (custody.md, Lifecycle).
public enum IncidentCode: String, Sendable, CaseIterable {
  case death, birth, escape, hospital, injury, separation, missing, found
  case releasedInError = "released-in-error"

  /// What it does to a chain that is in its custodian's hands; nil when nothing.
  var effect: Step.Effect? {
    switch self {
    case .death: .end
    case .escape, .missing: .suspend
    case .found: .resume
    case .birth, .hospital, .injury, .separation, .releasedInError: nil
    }
  }

  /// Who must approve it beside the officers of its event.
  var roles: [ApprovalRole] { self == .death ? [.medical] : [] }
}

/// How a person acknowledged being released to liberty, or that they did not.
public enum LibertyMark: String, Sendable, CaseIterable {
  case signed, thumbprint, refused, unable

  /// Whether there is a mark, which somebody took with the `person` approval.
  public var isGiven: Bool { self == .signed || self == .thumbprint }
}

/// What one line of an incident or of a release to liberty says: whom it befell, and on which step or on which road.
public struct Occurrence: Hashable, Sendable {
  /// What happened.
  public enum What: Hashable, Sendable {
    case incident(IncidentCode)
    case liberty

    /// The word that the projection and the interfaces use for it.
    public var code: String {
      switch self {
      case .incident(let code): code.rawValue
      case .liberty: EventType.releasedToLiberty.rawValue
      }
    }

    public init?(code: String) {
      if code == EventType.releasedToLiberty.rawValue {
        self = .liberty
      } else if let code = IncidentCode(rawValue: code) {
        self = .incident(code)
      } else {
        return nil
      }
    }

    /// Whether it ends, suspends or resumes a chain that is in its custodian's hands.
    public var movesCustody: Bool { effect != nil }
    /// Whether it is one of the two that an `ended` line of an outcome may cite.
    public var isEnd: Bool { effect == .end }

    var effect: Step.Effect? {
      switch self {
      case .incident(let code): code.effect
      case .liberty: .end
      }
    }

    /// Whether the line of whom it befell on the road may have been answered so: the dead and the free have ended, and who
    /// is gone is missing, unless that turned out otherwise.
    func fits(_ answer: AnswerCode) -> Bool {
      switch effect {
      case .end: answer == .ended
      case .suspend: answer == .missing || answer == .ended
      default: true
      }
    }
  }

  public let subject: SubjectReference
  public let what: What
  /// The last custody transition that it cites.
  public let previous: StatementID?
  /// The open release on whose road it happened; nil when the person was in the custodian's hands.
  public let release: StatementID?

  public init(subject: SubjectReference, what: What, previous: StatementID?, release: StatementID?) {
    self.subject = subject
    self.what = what
    self.previous = previous
    self.release = release
  }

  /// What it does to the chain by itself. On the road it is evidence, and the receiver's outcome decides.
  var effect: Step.Effect? { release == nil && previous != nil ? what.effect : nil }
}

/// One line of an incident or of a release to liberty with its place in the manifest.
struct OccurrenceLine: Sendable {
  let index: Int
  let occurrence: Occurrence
  let releaseLine: Int?
  /// Of a release to liberty.
  let mark: LibertyMark?
  var subject: SubjectReference { occurrence.subject }

  /// - Returns: nil when the leaf is no such line; V6 refuses it.
  init?(index: Int, leaf: ManifestLeaf, of schema: LineSchema) {
    guard leaf.fields.count == schema.fields.count, let subject = leaf.subject else { return nil }
    let code = leaf.fields[4].text
    mark = schema == .liberty ? code.flatMap(LibertyMark.init) : nil
    guard let what = mark != nil ? .liberty : code.flatMap(IncidentCode.init).map(Occurrence.What.incident) else {
      return nil
    }
    self.index = index
    releaseLine = leaf.fields[3].uint.flatMap { Int(exactly: $0) }
    occurrence = Occurrence(
      subject: subject, what: what, previous: leaf.custodyPrevious,
      release: leaf.fields[2].bytes.flatMap { StatementID($0) })
  }
}

/// That one of the two parties of a release holds it for complete.
public struct Closing: Hashable, Sendable {
  public let release: StatementID
  public let statement: StatementID
  public let issuer: AuthorityName

  public init(release: StatementID, statement: StatementID, issuer: AuthorityName) {
    self.release = release
    self.statement = statement
    self.issuer = issuer
  }
}
