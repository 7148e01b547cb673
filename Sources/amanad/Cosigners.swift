import ControlAPI
import Custody
import ReceiptStore
import Roster
import TransparencyLog

/// Has our checkpoints cosigned by the witnesses that the roster assigns to us (C2SP tlog-witness). The courier carries; what
/// a witness answers is verified here, whoever brings it.
struct Cosigners: Sendable {
  let office: Office
  let store: ReceiptStore
  let sequencer: Sequencer

  /// Those of the witnesses who have not cosigned our newest checkpoint.
  static func missing(of office: Office, _ reader: StoreReader) throws -> [AuthorityName] {
    guard let witnesses = office.authority.witnessing?.witnesses,
      let newest = try reader.newestCheckpoint(origin: office.origin)
    else { return [] }
    let cosigned = Set(try reader.cosignatures(of: newest.checkpoint).map(\.witness))
    return witnesses.filter { !cosigned.contains($0) }
  }

  /// How far our log is cosigned, as it is shown.
  static func view(_ office: Office, _ reader: StoreReader) throws -> StatusView.Witnesses {
    guard let witnessing = office.authority.witnessing else { return .none }
    let missing = try Self.missing(of: office, reader).count
    let quorum = try Quorum(of: office, reader)
    return StatusView.Witnesses(
      named: witnessing.witnesses.count, quorum: witnessing.quorum, cosigned: witnessing.witnesses.count - missing,
      size: quorum.checkpoint?.size ?? 0, at: quorum.at ?? 0)
  }

  /// What to ask of a witness.
  /// - Parameter size: what it says it cosigned last; nil for what is known of that here.
  func request(to witness: Authority, from size: UInt64?) async throws -> WitnessAsk {
    let office = office
    return try await store.read { reader in
      guard try Self.missing(of: office, reader).contains(witness.name),
        let newest = try reader.newestCheckpoint(origin: office.origin)
      else { throw Problem.nothingHere }
      let (old, new) = (
        try size ?? reader.cosignedSize(origin: office.origin, by: witness.name), newest.checkpoint.size
      )
      guard old <= new else { throw Self.ahead(witness.name, old, new) }
      let proof = old == 0 ? nil : try TileReader(source: reader).consistencyProof(from: old, to: new)
      guard old == 0 || proof != nil else { throw StoreError.damaged("no proof between \(old) and \(new) entries") }
      // Nobody needs the others' cosignatures for his own.
      let own = newest.note.signatures.filter { sameBytes($0.name, newest.checkpoint.origin) }
      let note = try SignedCheckpoint(SignedNote(text: newest.note.text, signatures: own))
      let request = WitnessRequest(oldSize: old, path: proof?.path ?? [], checkpoint: note)
      return WitnessAsk(size: new, body: request.encoded())
    }
  }

  private static func ahead(_ witness: AuthorityName, _ old: UInt64, _ new: UInt64) -> Problem {
    Problem(
      status: 409, code: "witness-ahead", title: "The witness has seen more of this log than there is",
      detail: "\(witness) says it cosigned \(old) entries, and there are \(new)",
      next: "ask it for that checkpoint: this log may have been restored from a backup (docs/operating.md)")
  }

  /// Keeps what a witness answered, if it is a cosignature of its listed key over what we published.
  func take(_ report: CosignatureReport, of witness: Authority) async throws {
    let origin = office.origin
    let notes = try await store.read { try $0.checkpoints(origin: origin, sizes: [report.size]) }
    guard let lines = try? Cosignatures.decode(report.answer), let note = notes.first,
      let signed = try? SignedCheckpoint(decoding: note)
    else { throw Self.notCosigned }
    let (logs, now) = (LogVerifier(roster: office.roster), currentTime())
    let kept = lines.compactMap { logs.cosignature($0, over: signed.note.text, by: witness)?.kept(at: now) }
    guard office.authority.witnessing?.witnesses.contains(witness.name) == true, !kept.isEmpty else {
      throw Self.notCosigned
    }
    try await sequencer.submit { registrar in
      try registrar.transaction.noteContact(witness.name, at: registrar.now)
      try registrar.keep(cosignatures: kept, of: signed.checkpoint)
    }
  }

  private static let notCosigned = Problem(
    status: 422, code: "cosignature", title: "This is no cosignature of that witness",
    detail: "no listed witness key of it signed our checkpoint", next: "ask it again; nothing was stored")
}

extension StoreReader {
  /// The newest checkpoint of a log, with its note.
  func newestCheckpoint(origin: String) throws -> SignedCheckpoint? {
    try latestCheckpoint(origin: origin).map { try SignedCheckpoint(decoding: $0) }
  }
}

extension Registrar {
  /// Keeps the cosignatures of other members' listed witnesses that a log's checkpoint came with.
  mutating func keepCosignatures(in note: [UInt8]) throws {
    let signed = try SignedCheckpoint(decoding: note)
    guard signed.note.signatures.count > 1 else { return }
    let found = LogVerifier(roster: office.roster).cosignatures(in: signed)
    try keep(cosignatures: found.compactMap { $0.kept(at: now) }, of: signed.checkpoint)
  }

  /// Keeps verified cosignatures. One of our own log may show that what is in doubt had been seen in time.
  mutating func keep(cosignatures: [KeptCosignature], of checkpoint: Checkpoint) throws {
    var isNew = false
    for cosignature in cosignatures {
      isNew = try transaction.keep(cosignature: cosignature, of: checkpoint) || isNew
    }
    guard isNew, sameBytes(checkpoint.origin, office.origin) else { return }
    for (id, since) in try transaction.reader.doubts().sorted(by: { $0.key < $1.key })
    where cosignatures.contains(where: { $0.at < since }) {
      if let stored = try transaction.reader.statement(id) { try easeDoubt(of: stored.entry) }
    }
  }
}

/// How far our log is cosigned as the roster asks for.
struct Quorum: Sendable {
  /// The newest checkpoint that enough of the witnesses have cosigned; nil while there is none.
  let checkpoint: Checkpoint?
  /// When the last of those that make it enough did, by its own clock.
  let at: UnixTime?

  /// At most so many checkpoints are looked at, newest first, for witnesses that the roster no longer names.
  private static let looks = 64

  init(of office: Office, _ reader: StoreReader) throws {
    guard let witnessing = office.authority.witnessing else {
      (checkpoint, at) = (nil, nil)
      return
    }
    let named = Set(witnessing.witnesses)
    for candidate in try reader.cosigned(origin: office.origin, byAtLeast: witnessing.quorum, limit: Self.looks) {
      let times = try reader.cosignatures(of: candidate).filter { named.contains($0.witness) }.map(\.at).sorted()
      guard times.count >= witnessing.quorum, let enough = Int(exactly: witnessing.quorum), enough > 0 else { continue }
      (checkpoint, at) = (candidate, times[enough - 1])
      return
    }
    (checkpoint, at) = (nil, nil)
  }
}

/// Which of our statements are shown as awaiting witnesses, where our policy says that they wait.
struct WitnessWait: Sendable {
  private let isAsked: Bool
  /// Leaves below this one are covered by a checkpoint with its quorum.
  private let covered: UInt64

  init(of office: Office, _ reader: StoreReader) throws {
    isAsked = office.policy.awaitsWitnesses && office.authority.witnessing != nil
    covered = isAsked ? try Quorum(of: office, reader).checkpoint?.size ?? 0 : 0
  }

  func holds(_ stored: StoredStatement, _ reader: StoreReader) throws -> Bool {
    guard isAsked, stored.isOwn else { return false }
    return try reader.leaf(of: stored.entry).map { $0 >= covered } ?? true
  }
}
