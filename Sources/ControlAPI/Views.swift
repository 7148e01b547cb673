/// A draft as shown: what is to be approved, exactly.
public struct DraftView: Codable, Hashable, Sendable {
  public var draftID: String
  public var recordID: String
  public var event: String
  public var issuer: String
  /// The deterministic event map without approvals, in hexadecimal: what an officer signs.
  public var content: String
  public var lines: Int
  public var to: String?
  public var officersNeeded: Int
  /// How many approved as officers, which is what is needed; whoever approved in another office is none of them.
  public var officersApproved: Int
  /// Numbers of the officers who approved, in whatever office.
  public var approvedBy: [UInt64]
  /// In what offices somebody must approve beside the officers, and in which of them somebody has; absent where in none.
  public var rolesNeeded: [String]?
  public var rolesApproved: [String]?
  /// The statement it became, once enough approved.
  public var statement: String?
  public var index: UInt64?
  /// What is wrong and will be signed as flags.
  public var flags: [Problem.Failing]
  /// True once it was discarded; absent otherwise.
  public var discarded: Bool?

  public init(
    draftID: String, recordID: String, event: String, issuer: String, content: String, lines: Int, to: String?,
    officersNeeded: Int, officersApproved: Int, approvedBy: [UInt64], rolesNeeded: [String]? = nil,
    rolesApproved: [String]? = nil, statement: String?, index: UInt64?, flags: [Problem.Failing], discarded: Bool? = nil
  ) {
    self.rolesNeeded = rolesNeeded
    self.rolesApproved = rolesApproved
    self.draftID = draftID
    self.recordID = recordID
    self.event = event
    self.issuer = issuer
    self.content = content
    self.lines = lines
    self.to = to
    self.officersNeeded = officersNeeded
    self.officersApproved = officersApproved
    self.approvedBy = approvedBy
    self.statement = statement
    self.index = index
    self.flags = flags
    self.discarded = discarded
  }

  enum CodingKeys: String, CodingKey {
    case event, issuer, content, lines, to, statement, index, flags, discarded
    case draftID = "draft_id"
    case recordID = "record_id"
    case officersNeeded = "officers_needed"
    case officersApproved = "officers_approved"
    case approvedBy = "approved_by"
    case rolesNeeded = "roles_needed"
    case rolesApproved = "roles_approved"
  }
}

/// A registered statement as shown.
public struct StatementView: Codable, Hashable, Sendable {
  public var statement: String
  public var recordID: String
  public var index: UInt64
  public var event: String
  /// What moves; absent where that is no matter of custody.
  public var kind: String?
  public var issuer: String
  public var from: String?
  public var to: String?
  public var occurredAt: String
  /// Where that time comes from (ntp, gnss, manual, unknown), and how far it may be off, in seconds.
  public var timeSource: String
  public var clockErrorSeconds: UInt64
  public var lines: Int
  public var receipts: [ReceiptView]
  public var flags: [Problem.Failing]
  /// The algorithms of its signatures, its authority's own first.
  public var algorithms: [String]
  /// What of them could not be verified on the daemon's machine, and why; absent when there is nothing.
  public var unverified: [String]?
  /// What belongs to it and has not arrived, by payload id ("manifest", "identity", "slots" …); absent when it is whole.
  public var incomplete: [String]?
  /// The number of the form that it was entered from, where paper came first; absent otherwise.
  public var paperForm: String?
  /// From which members it is kept, and why; absent where from none.
  public var withheldFrom: [WithholdingView]?
  /// Whether what stood beside it was erased, and by whom; absent where nobody says so.
  public var erasure: ErasureView?
  /// What holds its content against erasure, by id; absent where nothing does.
  public var holds: [String]?
  /// Whether it is ours, and no checkpoint that covers it has yet the cosignatures that our policy waits for.
  public var awaitingWitnesses = false

  public init(
    statement: String, recordID: String, index: UInt64, event: String, issuer: String, from: String?, to: String?,
    occurredAt: String, timeSource: String, clockErrorSeconds: UInt64, lines: Int, receipts: [ReceiptView],
    flags: [Problem.Failing], algorithms: [String], unverified: [String]? = nil, incomplete: [String]? = nil,
    kind: String? = nil
  ) {
    self.kind = kind
    self.algorithms = algorithms
    self.unverified = unverified
    self.incomplete = incomplete
    self.timeSource = timeSource
    self.clockErrorSeconds = clockErrorSeconds
    self.statement = statement
    self.recordID = recordID
    self.index = index
    self.event = event
    self.issuer = issuer
    self.from = from
    self.to = to
    self.occurredAt = occurredAt
    self.lines = lines
    self.receipts = receipts
    self.flags = flags
  }

  enum CodingKeys: String, CodingKey {
    case statement, index, event, kind, issuer, from, to, lines, receipts, flags, algorithms, unverified, incomplete
    case erasure, holds
    case awaitingWitnesses = "awaiting_witnesses"
    case recordID = "record_id"
    case occurredAt = "occurred_at"
    case timeSource = "time_source"
    case clockErrorSeconds = "clock_error_s"
    case paperForm = "paper_form"
    case withheldFrom = "withheld_from"
  }
}

/// One line of a record and who holds it now, as far as this log knows.
public struct LineView: Codable, Hashable, Sendable {
  /// What a line of things says; all absent where the statement only answers them.
  public struct Item: Codable, Hashable, Sendable {
    public var container: String?
    public var category: String?
    public var seals: [String]?
    public var quantity: UInt64?
    /// UCUM.
    public var unit: String?

    public init(container: String?, category: String?, seals: [String]?, quantity: UInt64?, unit: String?) {
      self.container = container
      self.category = category
      self.seals = seals
      self.quantity = quantity
      self.unit = unit
    }
  }

  public var line: Int
  public var subject: String
  public var custodian: String
  /// held, released, missing, suspended, ended or contested.
  public var phase: String
  /// To whom it is released, answer not yet seen.
  public var releasedTo: String?
  public var age: String?
  /// From the identity annex, for those who hold it; the name of a thing is what it is described as.
  public var reference: String?
  public var name: String?
  /// Of a person, where `name` is in Latin script and there is one in Arabic too; and the date of birth, EDTF.
  public var nameArabic: String?
  public var born: String?
  /// Present for things, absent for persons.
  public var item: Item?
  /// The answer to this line, when the statement is a release.
  public var answer: String?
  /// Of a contested line: everyone who claims it, the round in which they sign, and who has signed in it.
  public var claimants: [String]?
  public var round: UInt64?
  public var signedBy: [String]?
  /// What is on record last of what befell them (death, found, released-to-liberty …), and the statement that says so.
  public var incident: String?
  public var incidentStatement: String?
  /// What was corrected, what is linked and what was protested of this person; absent where nothing was.
  public var corrections: [CorrectionView]?
  public var links: [LinkView]?
  public var protests: [ProtestView]?

  public init(
    line: Int, subject: String, custodian: String, phase: String, releasedTo: String?, age: String?,
    reference: String?, name: String?, answer: String?, item: Item? = nil, claimants: [String]? = nil,
    round: UInt64? = nil, signedBy: [String]? = nil, incident: String? = nil, incidentStatement: String? = nil
  ) {
    self.item = item
    self.incident = incident
    self.incidentStatement = incidentStatement
    self.claimants = claimants
    self.round = round
    self.signedBy = signedBy
    self.line = line
    self.subject = subject
    self.custodian = custodian
    self.phase = phase
    self.releasedTo = releasedTo
    self.age = age
    self.reference = reference
    self.name = name
    self.answer = answer
  }

  enum CodingKeys: String, CodingKey {
    case line, subject, custodian, phase, age, reference, name, born, answer, item, claimants, round, incident
    case nameArabic = "name_arabic"
    case corrections, links, protests
    case incidentStatement = "incident_statement"
    case signedBy = "signed_by"
    case releasedTo = "released_to"
  }
}
