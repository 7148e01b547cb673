import ControlAPI
import Custody
import Foundation
import Roster
import TransparencyLog

/// What a look at one place gave.
struct MonitorLook: Sendable {
  let url: String
  var origin: String?
  /// Leaves of the tree that it shows.
  var size: UInt64?
  /// Leaves that were new here.
  var new: UInt64 = 0
  /// Statements of its feed that were new here.
  var statements = 0
  /// Whether its log was seen whole, whatever became of its feed.
  var isLogSeen = false
  /// Why it could not be looked at, or not whole.
  var trouble: WebFailure?
  var findings: [MonitorFinding] = []

  init(url: String) { self.url = url }
}

/// Looks at a log where it is handed out, verifies what is new, and keeps it. What does not hold is told and not kept.
struct LogFollower: Sendable {
  /// The most leaves that are taken at one look: a log that says it has more is taken for broken.
  static let maximumGrowth: UInt64 = 1 << 24

  let state: MonitorState
  let logs: LogVerifier
  let now: UnixTime

  /// - Parameter last: what this place showed before.
  func look(at place: MonitorPlace, last: MonitorState.Place?) async throws -> MonitorLook {
    var look = MonitorLook(url: place.url)
    do { try await follow(place, last, &look) } catch {
      if let error = error as? MonitorError { throw error }
      if let error = error as? ProofRefusal { throw MonitorError(error.description) }
      look.trouble = WebFailure(error)
    }
    return look
  }

  private func follow(_ place: MonitorPlace, _ last: MonitorState.Place?, _ look: inout MonitorLook) async throws {
    let prefix = try await place.prefix(logs)
    let bytes = try await place.file(.checkpoint, under: prefix)
    guard let shown = try? SignedCheckpoint(decoding: bytes) else {
      throw WebFailure("note", "what it shows as a checkpoint is no signed note, or has more than 16 signatures")
    }
    let checkpoint = shown.checkpoint
    do { _ = try logs.verify(checkpoint: bytes) } catch {
      let why = plain("\(error)", maximum: 300)
      // One alarm of one place, whatever other logs it names: else each look would make a folder more.
      look.findings.append(
        MonitorFinding(.checkpoint, of: place.url, [place.url, why], proofs: [.init(name: "shown.note", bytes: bytes)]))
      return
    }
    (look.origin, look.size) = (checkpoint.origin, checkpoint.size)
    let copy = MonitorCopy(state: state, origin: checkpoint.origin)
    if let last, sameBytes(last.origin, checkpoint.origin), checkpoint.size < last.size {
      look.findings.append(try rollback(shown, last, place, copy))
    }
    guard let known = try copy.newest() else { return try await take(shown, known: nil, copy, place, prefix, &look) }
    let log = CopiedLog(newest: known, tiles: copy.tiles(known.checkpoint.size))
    switch try log.judge(shown) {
    case .earlier: break
    case .known: try keepBetter(shown, than: known, copy)
    case .fork(let proof): look.findings.append(.fork(proof))
    case .later: try await take(shown, known: known, copy, place, prefix, &look)
    }
  }

  private func rollback(
    _ shown: SignedCheckpoint, _ last: MonitorState.Place, _ place: MonitorPlace, _ copy: MonitorCopy
  )
    throws -> MonitorFinding
  {
    let known = try copy.newest().map { [MonitorFinding.Proof(name: "known.note", bytes: $0.note.encoded())] } ?? []
    return MonitorFinding(
      .rollback, of: last.origin, [last.origin, String(shown.checkpoint.size), String(last.size), place.url],
      proofs: [.init(name: "shown.note", bytes: shown.note.encoded())] + known)
  }

  /// Of two notes over one tree, the one that more witnesses cosigned.
  private func keepBetter(_ shown: SignedCheckpoint, than known: SignedCheckpoint, _ copy: MonitorCopy) throws {
    if logs.witnesses(of: shown).count > logs.witnesses(of: known).count { try copy.replace(shown) }
  }

  /// Fetches what is new and takes it when all of it leads to the root that was signed.
  private func take(
    _ shown: SignedCheckpoint, known: SignedCheckpoint?, _ copy: MonitorCopy, _ place: MonitorPlace, _ prefix: String,
    _ look: inout MonitorLook
  ) async throws {
    let size = shown.checkpoint.size
    let old = known?.checkpoint.size ?? 0
    guard size - old <= Self.maximumGrowth else {
      throw WebFailure(
        "size", "it says that it has \(size - old) new entries: more than \(Self.maximumGrowth) are not taken")
    }
    defer { state.clearStaging() }
    do {
      let (files, staging) = try await fetch(shown, continuing: copy.writer(), place, prefix)
      try copy.take(shown, files, from: staging, at: now)
      look.new = size - old
    } catch let refusal as TileVerifier.Refusal {
      try await explain(refusal, shown, known, copy, place, prefix, &look)
    }
  }

  private func fetch(_ shown: SignedCheckpoint, continuing writer: TileWriter, _ place: MonitorPlace, _ prefix: String)
    async throws -> ([TilePath], TileFolder)
  {
    let staging = state.staging("\(writer.size)")
    var verifier = TileVerifier(continuing: writer)
    var files: [TilePath] = []
    for file in TilePath.added(from: writer.size, to: shown.checkpoint.size) {
      let bytes = try await place.file(file, under: prefix)
      try verifier.take(file, bytes)
      do { try staging.write(file, bytes) } catch { throw MonitorError(error.description) }
      files.append(file)
    }
    _ = try verifier.finish(shown.checkpoint)
    return (files, staging)
  }

  /// Files that do not continue what is here: where all of them from the first on lead to the signed root, the log signed
  /// another tree than before; else they are not the log's.
  private func explain(
    _ refusal: TileVerifier.Refusal, _ shown: SignedCheckpoint, _ known: SignedCheckpoint?, _ copy: MonitorCopy,
    _ place: MonitorPlace, _ prefix: String, _ look: inout MonitorLook
  ) async throws {
    do {
      guard let known, known.checkpoint.size > 0, shown.checkpoint.size <= Self.maximumGrowth else { throw refusal }
      let (files, staging) = try await fetch(shown, continuing: TileWriter(), place, prefix)
      let other = FolderTiles(folder: staging, size: shown.checkpoint.size)
      if let proof = try CopiedLog(newest: shown, tiles: other).fork(from: known) {
        let evidence = try MonitorEvidence(exercise: logs.roster.body.exercise, now: now).leaves(
          of: proof, copy.tiles(known.checkpoint.size), other)
        return look.findings.append(.fork(proof, evidence))
      }
      // They were bad at the first look only.
      try copy.take(shown, files, from: staging, at: now)
      look.new = shown.checkpoint.size - known.checkpoint.size
    } catch let refusal as TileVerifier.Refusal {
      let origin = shown.checkpoint.origin
      look.findings.append(
        MonitorFinding(
          .tiles, of: origin, and: place.url, [origin, place.url, refusal.file],
          proofs: [.init(name: "shown.note", bytes: shown.note.encoded())]))
    }
  }
}

extension TileVerifier.Refusal {
  /// The file that does not hold.
  var file: String {
    switch self {
    case .form(let file), .hashes(let file): file.text
    case .root: "checkpoint"
    }
  }
}

extension LogVerifier {
  /// Who of a log's witnesses, as the roster names them, cosigned.
  func witnesses(of note: SignedCheckpoint) -> Set<AuthorityName> {
    guard let named = witnessing(of: note.checkpoint.origin)?.witnesses else { return [] }
    return Set(cosignatures(in: note).map(\.witness.name)).intersection(named)
  }

  /// Who must watch a log; nil where the roster names nobody.
  func witnessing(of origin: String) -> Witnessing? {
    roster.body.authorities.first { $0.owns(origin: origin) }?.witnessing
  }
}
