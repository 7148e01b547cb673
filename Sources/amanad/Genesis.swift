import Custody
import Logging
import OpenSSL
import ReceiptStore
import Roster
import TransparencyLog

/// Begins a new log, and checks an old one before anything is answered.
enum Genesis {
  /// Entry 0 is `log-opened`; the roster and the policy follow before they are used (RFC 9943).
  /// - Parameter adopting: the rosters that were pinned while the daemon was down, in order; the last is `office`'s.
  /// - Parameter beginsEpoch: whether a log that cannot go on is followed by a new epoch.
  static func prepare(
    office: Office, adopting: [Office], offices: OfficeInForce, sequencer: Sequencer, epochs: Epochs, beginsEpoch: Bool
  ) async throws {
    let store = epochs.store
    if let problem = office.sealProblem {
      throw StartError("roster version \(office.roster.body.version): \(problem)")
    }
    if try await store.read({ try $0.size() }) > 0 { try await check(office: offices.current, store: store) }
    let problem = try await epochs.problem()
    if let problem, !beginsEpoch {
      throw StartError(
        "\(problem). A log never continues behind what it has signed (V21). If this is the only one that will go on, begin a "
          + "new epoch: amanad --begin-epoch, see docs/operating.md, Backups")
    }
    let isRebuilt = try await Projection.rebuildIfOld(office: office, store: store)
    if problem != nil {
      try await epochs.begin(for: office, by: sequencer)
    } else if beginsEpoch {
      Logger.amanad.notice("--begin-epoch: nothing says that this log was restored or copied, so it goes on as it is")
    }
    try await sequencer.keepHead()
    // What the roster in force doubts was not noted by versions before this one.
    if isRebuilt { try await sequencer.submit { try $0.doubt() } }
    let size = try await store.read { try $0.registered() }
    for office in adopting { try await sequencer.adopt(office) }
    let statements = try await store.read { reader in
      try pending(size: size, office: offices.completed(office), reader: reader)
    }
    guard !statements.isEmpty else { return }
    let office = offices.completed(office)
    _ = try await sequencer.submit { registrar in
      try registrar.transaction.keep(roster: office.roster)
      try registrar.transaction.keep(policy: office.policy)
      for event in statements {
        let verified = try sign(event, office: office)
        _ = try registrar.register(verified, content: Content(), stage: .own)
      }
      return statements.count
    }
  }

  /// Signs an event of our own and verifies it as anybody else would.
  static func sign(_ event: Event, office: Office, by signer: Office? = nil) throws -> VerifiedStatement {
    let (now, signer) = (currentTime(), signer ?? office)
    let event = try signer.addSecondSignature(to: event, at: now)
    let signed = try SignedStatement.sign(
      event, issuer: office.authority.uri, at: now, with: signer.statementKey, chain: signer.shownChain)
    return try office.verifier.verify(signed, anchoredAt: now)
  }

  /// What is registered before another roster is used.
  static func adoption(of office: Office) throws -> VerifiedStatement {
    try sign(try logEvent(.rosterAdopted, office), office: office)
  }

  private static func pending(size: UInt64, office: Office, reader: StoreReader) throws -> [Event] {
    var events: [Event] = []
    if size == 0 {
      var opened = try logEvent(.logOpened, office)
      opened.log = LogOpening(origin: office.origin, policy: office.policy.digest)
      events.append(opened)
    }
    if try reader.roster(digest: office.roster.digest) == nil { events.append(try logEvent(.rosterAdopted, office)) }
    if try reader.policy(digest: office.policy.digest) == nil {
      var adopted = try logEvent(.policyAdopted, office)
      adopted.policy = office.policy.digest
      events.append(adopted)
    }
    return events
  }

  /// An event about the log itself, of now.
  static func logEvent(_ type: EventType, _ office: Office) throws -> Event {
    let now = OffsetTime(unix: currentTime())
    let record = try newRecordID()
    var event = Event(
      recordID: record, type: type, occurred: OccurredTime(at: now), recordedAt: now, roster: office.roster.digest)
    event.exercise = office.roster.body.exercise
    return event
  }

  /// What opens an epoch that follows another log.
  /// - Parameter signer: whose key signs it: the office under the newest roster, which may have taken back older keys.
  static func opening(
    of office: Office, signedBy signer: Office, follows: LogOpening.PriorLog, parties: [AuthorityName]
  ) throws -> VerifiedStatement {
    var opened = try logEvent(.logOpened, office)
    opened.log = LogOpening(origin: office.origin, policy: office.policy.digest, follows: follows)
    opened.parties = parties
    do { return try sign(opened, office: office, by: signer) } catch let refusal as StatementRefusal {
      throw StartError(
        "the key that signs now is none that roster version \(office.roster.body.version) lists, which this store ends with: "
          + "\(refusal)")
    }
  }

  /// Refuses a log that no longer reaches what it signed (V20): a copy, an old backup, a damaged disk.
  private static func check(office: Office, store: ReceiptStore) async throws {
    let problem = try await store.read { reader -> String? in
      guard let note = try reader.latestCheckpoint(origin: office.origin) else {
        return "the log \(office.origin) was never signed: these are another authority's data"
      }
      let signed = try SignedCheckpoint(decoding: note)
      guard office.signedCheckpoint(signed) else {
        return
          "the last checkpoint of \(office.origin) is signed by no checkpoint key that the roster lists for \(office.authority.name)"
      }
      let size = try reader.size()
      let tree = TileReader(source: reader)
      let violation = try LogChecks().extends(signed.checkpoint) { wanted in
        wanted <= size ? try tree.root(size: wanted) : nil
      }
      return violation?.description
    }
    if let problem { throw StartError("\(problem). Nothing is signed until this is settled: see docs/operating.md") }
  }
}

/// A new UUIDv7 of now.
func newRecordID() throws -> RecordID {
  RecordID(milliseconds: UInt64(clamping: currentTime()) * 1000, random: try randomBytes(10))
}
