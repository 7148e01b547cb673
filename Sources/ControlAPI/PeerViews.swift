/// Asks that an authority be exchanged with: POST /v1/peers. Asked again it changes the address.
public struct PeerRequest: Codable, Hashable, Sendable {
  /// "MEMBER/authority", as the roster lists it.
  public var authority: String
  /// https://host:port
  public var url: String

  public init(authority: String, url: String) {
    self.authority = authority
    self.url = url
  }

  enum CodingKeys: String, CodingKey, CaseIterable { case authority, url }
}

/// Asks for a test of a peer: POST /v1/peer-tests.
public struct PeerTestRequest: Codable, Hashable, Sendable {
  public var authority: String

  public init(authority: String) { self.authority = authority }

  enum CodingKeys: String, CodingKey, CaseIterable { case authority }
}

extension PeerRequest: StrictlyDecoded {
  public static var fields: [String] { CodingKeys.allCases.map(\.rawValue) }
}

extension PeerTestRequest: StrictlyDecoded {
  public static var fields: [String] { CodingKeys.allCases.map(\.rawValue) }
}

/// An authority that is exchanged with: GET /v1/peers.
public struct PeerView: Codable, Hashable, Sendable {
  /// A certificate that the roster pins for it.
  public struct CertificateView: Codable, Hashable, Sendable {
    /// SHA-256 of the DER, in hexadecimal.
    public var digest: String
    /// Seconds since 1970.
    public var notAfter: Int64

    public init(digest: String, notAfter: Int64) {
      self.digest = digest
      self.notAfter = notAfter
    }

    enum CodingKeys: String, CodingKey {
      case digest
      case notAfter = "not_after"
    }
  }

  public var authority: String
  public var url: String
  /// When it was added, in seconds since 1970.
  public var addedAt: Int64
  /// By the roster in force, the one that lasts longest first; none means that it cannot be reached any more.
  public var certificates: [CertificateView]
  /// When something last went well between the two, in seconds since 1970.
  public var lastContact: Int64?
  /// Statements on their way to it without a verified receipt.
  public var undelivered: Int

  public init(
    authority: String, url: String, addedAt: Int64, certificates: [CertificateView], lastContact: Int64?,
    undelivered: Int
  ) {
    self.authority = authority
    self.url = url
    self.addedAt = addedAt
    self.certificates = certificates
    self.lastContact = lastContact
    self.undelivered = undelivered
  }

  enum CodingKeys: String, CodingKey {
    case authority, url, certificates, undelivered
    case addedAt = "added_at"
    case lastContact = "last_contact"
  }
}

/// What a test of a peer found: POST /v1/peer-tests.
public struct PeerTestView: Codable, Hashable, Sendable {
  /// One step and how it went.
  public struct Step: Codable, Hashable, Sendable {
    /// dns, tcp, tls, certificate, service, roster, clock or checkpoint.
    public var name: String
    /// good, bad or skipped.
    public var verdict: String
    public var detail: String
    /// Milliseconds, seconds, a version or a size, where there is a number.
    public var value: Int64?

    public init(name: String, verdict: String, detail: String, value: Int64?) {
      self.name = name
      self.verdict = verdict
      self.detail = detail
      self.value = value
    }
  }

  public var authority: String
  public var url: String
  public var steps: [Step]
  /// Whether every step is good: none failed, so none was skipped.
  public var works: Bool { steps.allSatisfy { $0.verdict == "good" } }

  public init(authority: String, url: String, steps: [Step]) {
    self.authority = authority
    self.url = url
    self.steps = steps
  }
}

/// A statement on its way to a peer: GET /v1/outbox.
public struct OutboxView: Codable, Hashable, Sendable {
  public var peer: String
  public var statement: String
  public var recordID: String
  /// Its place in this log, which is the order in which it leaves.
  public var index: UInt64
  public var event: String
  /// waiting, pending (the peer has it and waits for its content), delivered or refused.
  public var state: String
  /// Since when it is to go, in seconds since 1970.
  public var since: Int64
  public var attempts: Int
  /// Of what is not delivered: when the next attempt is due.
  public var nextAttempt: Int64?
  /// Why it is not delivered yet: a stable word ("dns", "tcp", "tls", "http", "timeout", …) and a sentence.
  public var code: String?
  public var detail: String?
  /// When it was written into a bundle for this peer.
  public var carriedAt: Int64?
  /// When the peer's receipt was verified here.
  public var deliveredAt: Int64?

  public init(
    peer: String, statement: String, recordID: String, index: UInt64, event: String, state: String, since: Int64,
    attempts: Int, nextAttempt: Int64?, code: String?, detail: String?, carriedAt: Int64?, deliveredAt: Int64?
  ) {
    self.peer = peer
    self.statement = statement
    self.recordID = recordID
    self.index = index
    self.event = event
    self.state = state
    self.since = since
    self.attempts = attempts
    self.nextAttempt = nextAttempt
    self.code = code
    self.detail = detail
    self.carriedAt = carriedAt
    self.deliveredAt = deliveredAt
  }

  enum CodingKeys: String, CodingKey {
    case peer, statement, index, event, state, since, attempts, code, detail
    case recordID = "record_id"
    case nextAttempt = "next_attempt"
    case carriedAt = "carried_at"
    case deliveredAt = "delivered_at"
  }
}

/// A statement that a partner sent: GET /v1/inbox.
public struct InboxView: Codable, Hashable, Sendable {
  public var statement: String
  public var recordID: String
  public var index: UInt64
  public var event: String
  /// Who signed it.
  public var from: String
  /// Who handed it in, when that is known.
  public var peer: String?
  /// In seconds since 1970.
  public var receivedAt: Int64
  /// wire or bundle.
  public var via: String
  /// Whether everything that belongs to it is here; what is not names the payloads that are missing.
  public var complete: Bool
  public var missing: [String]
  /// Of an offer, a release, a recall or another event that asks for an answer: whether we have given it.
  public var answered: Bool?

  public init(
    statement: String, recordID: String, index: UInt64, event: String, from: String, peer: String?, receivedAt: Int64,
    via: String, complete: Bool, missing: [String], answered: Bool?
  ) {
    self.peer = peer
    self.statement = statement
    self.recordID = recordID
    self.index = index
    self.event = event
    self.from = from
    self.receivedAt = receivedAt
    self.via = via
    self.complete = complete
    self.missing = missing
    self.answered = answered
  }

  enum CodingKeys: String, CodingKey {
    case statement, index, event, from, peer, via, complete, missing, answered
    case recordID = "record_id"
    case receivedAt = "received_at"
  }
}
