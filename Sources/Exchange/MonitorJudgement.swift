import COSE
import Custody
import Foundation
import Roster
import TransparencyLog

/// What is wrong with what is kept here: of logs their witnesses and their rest, of statements what they show without a key.
struct MonitorJudgement {
  private let state: MonitorState
  private let logs: LogVerifier
  private let now: UnixTime
  private let grace: Int64
  private let stillAfter: Int64?
  /// The logs that were seen whole at this look, by origin.
  private let shown: Set<String>
  let statements: [ObservedStatement]

  init(
    state: MonitorState, logs: LogVerifier, now: UnixTime, grace: Int64, stillAfter: Int64?, shown: Set<String>
  ) throws {
    self.state = state
    self.logs = logs
    self.now = now
    self.grace = grace
    self.stillAfter = stillAfter
    self.shown = shown
    statements = try state.statements()
  }

  func findings() throws -> [MonitorFinding] {
    try notes() + logFindings() + doubleReleases + overdue + withheld()
  }

  /// How far a log is cosigned.
  struct Line: Sendable {
    let size: UInt64
    let cosigned: Int
    let quorum: UInt64
  }

  func lines() throws -> [String: Line] {
    var lines: [String: Line] = [:]
    for origin in shown {
      guard let newest = try MonitorCopy(state: state, origin: origin).newest() else { continue }
      lines[origin] = Line(
        size: newest.checkpoint.size, cosigned: logs.witnesses(of: newest).count,
        quorum: logs.witnessing(of: origin)?.quorum ?? 0)
    }
    return lines
  }

  /// Notes that came by other ways, against the copies: what differs convicts; what agrees is done with; what is later waits.
  private func notes() throws -> [MonitorFinding] {
    var found: [MonitorFinding] = []
    for (name, bytes) in state.notes() {
      guard let note = try? logs.verify(checkpoint: bytes) else {
        state.remove(name)
        continue
      }
      let copy = MonitorCopy(state: state, origin: note.checkpoint.origin)
      guard let newest = try copy.newest() else { continue }
      do {
        switch try CopiedLog(newest: newest, tiles: copy.tiles(newest.checkpoint.size)).judge(note) {
        case .later: break
        case .known, .earlier: state.remove(name)
        case .fork(let proof): found.append(.fork(proof))
        }
      } catch let refusal as ProofRefusal { throw MonitorError(refusal.description) }
    }
    return found
  }

  private func logFindings() throws -> [MonitorFinding] {
    var found: [MonitorFinding] = []
    for origin in shown.sorted() {
      let copy = MonitorCopy(state: state, origin: origin)
      guard let newest = try copy.newest(), let growth = try copy.growth() else { continue }
      let size = String(newest.checkpoint.size)
      let proofs = [MonitorFinding.Proof(name: "shown.note", bytes: newest.note.encoded())]
      let cosigned = logs.witnesses(of: newest).count
      let quorum = logs.witnessing(of: origin)?.quorum ?? 0
      if UInt64(cosigned) >= quorum {
        try copy.cover(growth, at: now)
      } else if now - growth.covered >= grace {
        found.append(
          MonitorFinding(.quorum, of: origin, [origin, size, String(cosigned), String(quorum)], proofs: proofs))
      }
      if let stillAfter, now - growth.since >= stillAfter {
        let since = OffsetTime(unix: growth.since).text
        found.append(MonitorFinding(.still, of: origin, [origin, size, since], proofs: proofs))
      }
    }
    return found
  }

  private var doubleReleases: [MonitorFinding] {
    StatementWatch.doubleReleases(statements).map { pair in
      let (first, second) = (pair.first.signed, pair.second.signed)
      return MonitorFinding(
        .doubleRelease, of: "\(first.id)", and: "\(second.id)",
        ["\(first.id)", name(first), "\(second.id)", name(second), String(pair.lines)],
        proofs: MonitorEvidence(exercise: logs.roster.body.exercise, now: now).files(of: pair))
    }
  }

  private var overdue: [MonitorFinding] {
    StatementWatch.unanswered(statements, under: logs.roster, at: now).map { open in
      MonitorFinding(
        .overdue, of: "\(open.release.id)",
        [
          "\(open.release.id)", "\(open.from)", "\(open.to)", OffsetTime(unix: open.due).text,
          open.lines.map { String($0) } ?? "<10",
        ], proofs: [.init(name: "release.cose", bytes: open.release.message.bytes)])
    }
  }

  private func name(_ signed: SignedStatement) -> String {
    logs.roster.authority(uri: signed.issuer).map { "\($0.name)" } ?? signed.issuer
  }

  /// Statements with a Receipt of a log, given long enough ago, that are not in the tree which it shows now.
  private func withheld() throws -> [MonitorFinding] {
    var wanted: [String: [LogEntry: SignedStatement]] = [:]
    for signed in statements.map(\.signed) {
      for bytes in signed.receipts {
        guard let given = try? logs.verify(receipt: bytes, for: signed.entry), shown.contains(given.receipt.origin),
          now - given.receipt.issuedAt >= grace
        else { continue }
        wanted[given.receipt.origin, default: [:]][signed.entry] = signed
      }
    }
    var found: [MonitorFinding] = []
    for (origin, entries) in wanted.sorted(by: { $0.key < $1.key }) {
      let copy = MonitorCopy(state: state, origin: origin)
      guard let newest = try copy.newest() else { continue }
      let there = try copy.contains(Set(entries.keys))
      for signed in entries.filter({ !there.contains($0.key) }).values.sorted(by: { $0.id < $1.id }) {
        found.append(
          MonitorFinding(
            .notInLog, of: "\(signed.id)", and: origin, ["\(signed.id)", origin, String(newest.checkpoint.size)],
            proofs: [
              .init(name: "statement.cose", bytes: signed.message.bytes),
              .init(name: "shown.note", bytes: newest.note.encoded()),
            ]))
      }
    }
    return found
  }
}
