import COSE
import ControlAPI
import Custody
import Logging
import OpenSSL
import ReceiptStore
import Roster
import ServiceLifecycle
import TransparencyLog

/// When registered statements get their leaves.
enum Cadence: Sendable, Hashable {
  /// In the transaction that registers them.
  case atOnce
  /// With the next period's batch, so that neither moment nor size of a checkpoint betrays what happened.
  case periods
}

/// Gives entries their leaves within one transaction: one signed root, a receipt for each statement, one checkpoint.
struct Publishing {
  let office: Office
  let transaction: StoreTransaction
  let now: UnixTime

  /// - Returns: the checkpoint that was signed; nil when there was nothing to publish.
  func publish(_ leaves: [Publication.Leaf]) throws -> Checkpoint? {
    guard !leaves.isEmpty else { return nil }
    var writer = try transaction.tileWriter()
    var published: [(index: UInt64, entry: LogEntry)] = []
    for leaf in leaves {
      try transaction.keep(leaf: writer.size, entry: leaf.entry, of: leaf.statement)
      if leaf.statement != nil { published.append((writer.size, leaf.entry)) }
      writer.append(leaf.entry.leafHash)
    }
    try transaction.keep(tiles: writer.takeChanged())
    guard let root = writer.frontier?.root else { throw StoreError.damaged("the tree has no root") }
    try issue(published, root: root, size: writer.size)
    let checkpoint = Checkpoint(origin: office.origin, size: writer.size, root: root)
    let note = try Checkpoint.sign(checkpoint, key: office.checkpointKey)
    try transaction.keep(checkpoint: note.encoded(), checkpoint, seenAt: now)
    return checkpoint
  }

  private func issue(_ published: [(index: UInt64, entry: LogEntry)], root: TreeHash, size: UInt64) throws {
    if published.isEmpty { return }
    let tree = TileReader(source: transaction.reader)
    let proofs = try published.map { index, _ in
      guard let proof = try tree.inclusionProof(index: index, size: size) else {
        throw StoreError.damaged("no proof for entry \(index) of \(size)")
      }
      return proof
    }
    let receipts = try Receipt.issue(
      root: root, proofs: proofs, issuer: office.authority.uri, origin: office.origin, issuedAt: now,
      key: office.receiptKey)
    for ((_, entry), receipt) in zip(published, receipts) {
      try transaction.keep(receipt: receipt, of: entry, origin: office.origin, issuedAt: now)
    }
  }
}

/// Publishes a batch every `log.publish-seconds`, whether anything waits or not.
struct PublishingTimer: Service {
  let sequencer: Sequencer
  let settings: LiveSettings

  func run() async throws {
    await cancelWhenGracefulShutdown {
      var last = ContinuousClock.now
      while !Task.isCancelled {
        // Short, so that a reload is noticed.
        try? await Task.sleep(for: .seconds(1))
        let (seconds, batch) = (settings.current.publishSeconds, settings.current.publishBatch)
        guard seconds > 0, !Task.isCancelled, ContinuousClock.now - last >= .seconds(seconds) else { continue }
        last = .now
        do { try await sequencer.submit { try $0.publishBatch(batch) } } catch {
          Logger.amanad.record(.internalError, "the log could not publish: \(error)")
        }
      }
    }
  }
}
