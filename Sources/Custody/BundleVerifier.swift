import COSE
public import OpenSSL
public import Roster
public import TransparencyLog

/// What a bundle proves by itself, offline.
public struct BundleReport: Sendable {
  /// One statement's result.
  public struct Line: Sendable {
    public let offset: Int
    public let statement: SignedStatement
    public let issuer: AuthorityName?
    /// Why it does not hold; nil when it does.
    public let refusal: String?
    /// The code of the refusal, e.g. "V13" or "signature".
    public let code: String?
    public let flags: [Violation]
    /// What could not be recounted: its lines are sealed to others, or did not come with it.
    public let isUnread: Bool
    /// Logs whose receipts hold.
    public let receiptedBy: [AuthorityName]
    /// How many proofs of its position against a signed checkpoint hold.
    public let positions: Int
    /// By which its signatures were verified, its authority's own first; empty when it does not hold.
    public let algorithms: [String]
    /// What could be neither verified nor refuted on this machine, and why.
    public let unverified: [String]
  }

  public let roster: VerifiedRoster?
  /// Whether the roster was the one the caller trusts, and not just the one that came along.
  public let isPinned: Bool
  public let lines: [Line]
  public let checkpoints: [Checkpoint]
  /// What does not hold beside the statements, each with its place.
  public let failures: [String]
  /// Those of them by which a log convicts itself (V20): what the bundle holds is whole, and shows it.
  public let forks: Set<String>
  public let ledger: Ledger
  public let notice: String?

  /// Whether everything in the bundle holds.
  public var holds: Bool { failures.isEmpty && lines.allSatisfy { $0.refusal == nil } && roster != nil }
}

/// Verifies a bundle with no daemon, no database and no network.
public struct BundleVerifier: Sendable {
  let checks: Checks
  let revocations: [RevocationList]

  public init(checks: Checks = .all, revocations: [RevocationList] = []) {
    self.checks = checks
    self.revocations = revocations
  }

  /// - Parameters:
  ///   - pinned: the roster digest the caller trusts; without it the bundle is judged under its own roster, which
  ///     proves only that it agrees with itself.
  ///   - now: when it is verified, for statements that nobody else has seen.
  ///   - key: a party's seal key: what it opens is recounted.
  ///   - witnesses: who had the whole bundle before them at earlier moments, as an archive's stamps prove.
  public func verify(
    _ bundle: Bundle, pinned: [UInt8]?, now: UnixTime, key: PrivateKey? = nil, witnesses: [ArchiveWitness] = []
  ) -> BundleReport {
    var failures: [String] = []
    guard let roster = roster(of: bundle, pinned: pinned, &failures) else {
      return BundleReport(
        roster: nil, isPinned: false, lines: [], checkpoints: [], failures: failures, forks: [],
        ledger: Ledger(), notice: bundle.notice)
    }
    if bundle.exercise != roster.body.exercise {
      failures.append("the bundle and its roster disagree on whether this is an exercise")
    }
    let logs = LogVerifier(roster: roster)
    let (signed, forks) = checkpoints(of: bundle, logs, &failures)
    var known: Set<Checkpoint> = []
    let checkpoints = signed.map(\.checkpoint).filter { known.insert($0).inserted }
    let bundleChecks = BundleChecks(checks: checks)
    let rosters = bundleChecks.rosters(of: bundle, trusting: roster)
    failures += rosters.violations.map(\.description)
    // The bundle's own policy is under no signature here: a stranger judges by the standard one.
    let verifier = StatementVerifier(roster: roster, policy: .standard, checks: checks, revocations: revocations)
    let (followed, trees) = (bundle.followed(), Set(checkpoints.map { TreeState($0) }))
    let shown = trees.union(verifier.sealedLogs.all.map { TreeState($0.checkpoint) })
    let context = Context(
      verifier: verifier,
      codeBook: .embedded.adding(bundle.codeLists.map(\.value)), bundleChecks: bundleChecks, rosters: rosters,
      positions: positions(followed, trees, &failures), opened: bundle.opened(with: key), now: now,
      reached: followed.reduce(into: [:]) { found, proof in
        if let tree = proof.tree, shown.contains(tree) { found[proof.entry, default: []].insert(tree) }
      },
      cosigned: CosignedTrees(signed, logs), witnesses: witnesses)
    var ledger = Ledger()
    let lines = bundle.statements.map { judge($0, context, &ledger) }
    failures += context.opened.failures
    failures += bundle.strays + bundle.strayCodeLists
    return BundleReport(
      roster: roster, isPinned: pinned != nil, lines: lines, checkpoints: checkpoints, failures: failures,
      forks: forks, ledger: ledger, notice: bundle.notice)
  }

  private struct Context {
    let verifier: StatementVerifier
    let codeBook: CodeBook
    let bundleChecks: BundleChecks
    let rosters: BundleChecks.Rosters
    let positions: [LogEntry: Int]
    let opened: OpenedBundle
    let now: UnixTime
    /// The checkpoints, here and at the end of logs, to which proofs lead from an entry.
    let reached: [LogEntry: Set<TreeState>]
    let cosigned: CosignedTrees
    let witnesses: [ArchiveWitness]

    /// When a statement came here, or the earlier moment at which somebody else cosigned a checkpoint that covers it, or by
    /// which its log ended with it.
    func seenAt(_ signed: SignedStatement) -> UnixTime {
      let cosignatures = (reached[signed.entry] ?? []).flatMap { cosigned.cosignatures(of: $0) }
      let archived = verifier.archivedAt(signed, witnesses) ?? now
      let seen = min(now, archived, verifier.cosignedAt(signed, cosignatures) ?? now)
      return verifier.seen(signed, at: seen) { isProven(signed.entry, $0) }
    }

    func isProven(_ entry: LogEntry, _ seal: LogSeal) -> Bool {
      reached[entry]?.contains(TreeState(seal.checkpoint)) ?? false
    }
  }

  private func roster(of bundle: Bundle, pinned: [UInt8]?, _ failures: inout [String]) -> VerifiedRoster? {
    guard !bundle.rosters.isEmpty else {
      failures.append("the bundle holds no roster")
      return nil
    }
    var refusals: [String] = []
    for item in bundle.rosters {
      do throws(RosterRefusal) {
        let digest: [UInt8]
        if let pinned { digest = pinned } else { digest = try VerifiedRoster.digest(of: item.value) }
        return try VerifiedRoster.verify(item.value, pinned: digest)
      } catch {
        refusals.append("roster at byte \(item.offset): \(error)")
      }
    }
    failures += refusals
    return nil
  }

  private func checkpoints(of bundle: Bundle, _ logs: LogVerifier, _ failures: inout [String])
    -> (found: [SignedCheckpoint], forks: Set<String>)
  {
    var (found, forks) = ([SignedCheckpoint](), Set<String>())
    // Only those of one size can differ; the same note again says nothing new.
    var (bySize, seen) = ([UInt64: [Checkpoint]](), Set<[UInt8]>())
    for item in bundle.checkpoints {
      guard seen.insert(item.value).inserted else { continue }
      do throws(ProofRefusal) {
        let signed = try logs.verify(checkpoint: item.value)
        let checkpoint = signed.checkpoint
        // The same one with other cosignatures says something new of when it was seen.
        found.append(signed)
        let others = bySize[checkpoint.size] ?? []
        guard !others.contains(checkpoint) else { continue }
        for known in others {
          guard let fork = LogChecks(checks: checks).fork(known, checkpoint) else { continue }
          failures.append(fork.description)
          forks.insert(fork.description)
        }
        bySize[checkpoint.size] = others + [checkpoint]
      } catch {
        failures.append("checkpoint at byte \(item.offset): \(error)")
      }
    }
    return (found, forks)
  }

  /// A proof counts when it leads to the root of a verified checkpoint of its size.
  private func positions(_ followed: [Bundle.Followed], _ trees: Set<TreeState>, _ failures: inout [String])
    -> [LogEntry: Int]
  {
    var found: [LogEntry: Int] = [:]
    for proof in followed {
      if let tree = proof.tree, trees.contains(tree) {
        found[proof.entry, default: 0] += 1
      } else {
        failures.append("proof at byte \(proof.offset): it leads to no checkpoint of this bundle")
      }
    }
    return found
  }

  private func judge(
    _ item: Bundle.Item<SignedStatement>, _ context: Context, _ ledger: inout Ledger
  ) -> BundleReport.Line {
    let (content, arrival) = context.opened.content(of: item.value)
    do {
      let anchored = try context.verifier.verify(item.value, seenAt: context.seenAt(item.value))
      var proposal = Proposal(
        anchored.statement, content: content, stage: .received, arrival: arrival, roster: context.verifier.roster,
        policy: context.verifier.policy, now: anchored.anchoredAt)
      proposal.codeBook = context.codeBook
      proposal.isUnderKnownRoster =
        proposal.isUnderKnownRoster || context.rosters.earlier.contains(item.value.event.roster)
      proposal.isBeyondSeal =
        item.value.event.concernsCustody
        && context.verifier.isBeyondSeal(
          anchored.statement.issuer.name, witnessedAt: anchored.anchoredAt
        ) {
          context.isProven(item.value.entry, $0)
        }
      let judgement = try ledger.register(proposal, by: Judge(checks: checks))
      let first = judgement.refusals.first
      return line(
        item, anchored.statement.issuer.name, first?.description, first?.code.rawValue,
        judgement.flags + context.bundleChecks.missing(for: item.value.event, in: context.rosters),
        anchored.receipts, context, isUnread: arrival == .awaited, verified: anchored.statement)
    } catch let refusal as StatementRefusal {
      return line(item, nil, refusal.description, refusal.code, [], [], context)
    } catch let refusal as ProofRefusal {
      return line(item, nil, refusal.description, "receipt", [], [], context)
    } catch {
      return line(item, nil, "\(error)", "form", [], [], context)
    }
  }

  private func line(
    _ item: Bundle.Item<SignedStatement>, _ issuer: AuthorityName?, _ refusal: String?, _ code: String?,
    _ flags: [Violation], _ receipts: [VerifiedReceipt], _ context: Context, isUnread: Bool = false,
    verified: VerifiedStatement? = nil
  ) -> BundleReport.Line {
    BundleReport.Line(
      offset: item.offset, statement: item.value, issuer: issuer, refusal: refusal, code: code, flags: flags,
      isUnread: isUnread,
      receiptedBy: receipts.map(\.authority.name), positions: context.positions[item.value.entry] ?? 0,
      algorithms: verified?.verifiedAlgorithms ?? [], unverified: verified?.unverifiable ?? [])
  }
}
