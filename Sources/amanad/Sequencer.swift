import ControlAPI
import Custody
import ReceiptStore
import Roster
import Synchronization
import TransparencyLog

/// Takes what is waiting, registers it in one transaction with one signed root, and answers only when that is on disk.
actor Sequencer {
  typealias Work = @Sendable (inout Registrar) throws -> any Sendable

  private struct Waiting {
    let work: Work
    let continuation: CheckedContinuation<any Sendable, any Error>
  }

  private let offices: OfficeInForce
  private let store: ReceiptStore
  private let cadence: @Sendable () -> Cadence
  private let head: LogHead?
  private let witnessHead: WitnessHead?
  /// Why nothing is registered any more; nil while it is.
  private nonisolated let halted = Mutex<String?>(nil)
  private var waiting: [Waiting] = []
  private var isRunning = false

  /// Told after every batch that is on disk.
  nonisolated let changes: Changes
  /// Whose turn it is to complete a statement.
  nonisolated let completing = Turns()
  /// Whose turn it is to answer a peer's new epoch.
  nonisolated let answering = Turns()

  init(
    offices: OfficeInForce, store: ReceiptStore, changes: Changes = Changes(),
    cadence: @escaping @Sendable () -> Cadence = { .atOnce }, head: LogHead? = nil, witnessHead: WitnessHead? = nil
  ) {
    self.head = head
    self.witnessHead = witnessHead
    self.changes = changes
    self.cadence = cadence
    self.offices = offices
    self.store = store
  }

  /// Does a piece of work inside the next batch. If it throws, nothing of it is kept and the rest of the batch is.
  func submit<Value: Sendable>(_ work: @escaping @Sendable (inout Registrar) throws -> Value) async throws -> Value {
    let result = try await withCheckedThrowingContinuation { continuation in
      waiting.append(Waiting(work: work, continuation: continuation))
      Metrics.shared.set(.sequencerWaiting, Double(waiting.count))
      if !isRunning {
        isRunning = true
        Task { await drain() }
      }
    }
    guard let value = result as? Value else { throw StoreError.damaged("a batch answered with another type") }
    return value
  }

  /// Registers that the next roster is adopted; everything after that entry is judged under it.
  func adopt(_ new: Office) async throws {
    try refuseIfHalted()
    let (offices, old, cadence) = (offices, offices.current, cadence())
    let verified = try Genesis.adoption(of: new)
    do {
      let notes = try await store.write { transaction in
        let new = offices.completed(new)
        try transaction.keep(roster: new.roster)
        var registrar = try Registrar(
          office: new, transaction: transaction, now: currentTime(), cadence: cadence)
        _ = try registrar.register(verified, content: Content(), stage: .own)
        try registrar.finish()
        offices.replace(new)
        return registrar.notes
      }
      settle(notes)
    } catch {
      offices.replace(old)
      throw error
    }
  }

  /// Ends our log and begins its next epoch with all that is on record.
  /// - Parameter signer: whose key signs that: the one that the newest roster lists.
  func begin(_ new: Office, signedBy signer: Office, follows: LogOpening.PriorLog, parties: [AuthorityName])
    async throws
  {
    let (offices, old) = (offices, offices.current)
    let verified = try Genesis.opening(of: new, signedBy: signer, follows: follows, parties: parties)
    let notes = try await store.write { transaction in
      try transaction.endLog(origin: old.origin)
      try transaction.set(headState: LogHead.pending)
      try transaction.forgetStranger()
      // What this store's witness has forgotten nobody knows.
      try transaction.spend(witnessKeys: [old, signer].flatMap { $0.witnessKeys?.kids ?? [] })
      var registrar = try Registrar(office: new, transaction: transaction, now: currentTime(), cadence: .periods)
      let opening = try registrar.register(verified, content: Content(), stage: .own)
      try registrar.finish()
      try registrar.publishAnew(from: opening.index)
      return registrar.notes
    }
    offices.replace(origin: new.origin)
    settle(notes)
  }

  /// From now on the head is kept, and a store without it was copied.
  func keepHead() async throws {
    guard let head else { return }
    let origin = offices.current.origin
    let (state, note) = try await store.read { (try $0.headState(), try $0.latestCheckpoint(origin: origin)) }
    if state == nil { try await store.write { try $0.set(headState: LogHead.pending) } }
    let signed = try note.map { try SignedCheckpoint(decoding: $0).checkpoint }
    // Before it is on disk nothing may rely on it.
    try head.begin(signed ?? Checkpoint(origin: origin, size: 0, root: .empty))
    if state != LogHead.kept { try await store.write { try $0.set(headState: LogHead.kept) } }
  }

  /// From now on what is cosigned is counted beside the store.
  func keepWitnessHead() async throws {
    try await witnessHead?.keep(store, keys: offices.current.witnessKeys?.kids ?? [])
    try await submit { registrar in try registrar.judgeWitnessKeys() }
  }

  /// What follows when a batch is on disk.
  private func settle(_ notes: BatchNotes) {
    if let published = notes.published { head?.write(published) }
    if let count = notes.cosigned { witnessHead?.write(count) }
    if let why = notes.halting { halted.withLock { $0 = why } }
    notes.tell(changes)
  }

  /// Whether our log's key has signed what is not here: then nothing more is signed, and the next start says why.
  nonisolated var isHalted: Bool { halted.withLock { $0 != nil } }

  private nonisolated func refuseIfHalted() throws {
    if let why = halted.withLock({ $0 }) { throw Problem.logHalted(why) }
  }

  /// Changes which fetched revocation lists are kept, and judges what is on record by those that are at hand then. On disk
  /// and in force together, or not at all.
  func adoptLists(_ change: @escaping @Sendable (StoreTransaction) throws -> Void = { _ in }) async throws {
    let (offices, cadence) = (offices, cadence())
    do {
      let notes = try await store.write { transaction in
        try change(transaction)
        // Asked for within the transaction: meanwhile another list may have been taken.
        let old = offices.current.fetched
        do {
          try Self.bringIntoForce(offices, transaction)
          var registrar = try Registrar(
            office: offices.current, transaction: transaction, now: currentTime(), cadence: cadence)
          try registrar.doubt()
          try registrar.finish()
          return registrar.notes
        } catch {
          offices.replace(fetched: old)
          throw error
        }
      }
      settle(notes)
    } catch {
      // Where the commit itself failed, what is on disk counts.
      try? await store.write { try Self.bringIntoForce(offices, $0) }
      throw error
    }
  }

  private static func bringIntoForce(_ offices: OfficeInForce, _ transaction: StoreTransaction) throws {
    offices.replace(fetched: try transaction.reader.revocationLists())
  }

  private func drain() async {
    while !waiting.isEmpty {
      let batch = waiting
      waiting = []
      Metrics.shared.set(.sequencerWaiting, 0)
      await commit(batch)
    }
    isRunning = false
  }

  private func commit(_ batch: [Waiting]) async {
    let (offices, cadence) = (offices, cadence())
    let works = batch.map(\.work)
    let started = ContinuousClock.now
    do {
      let results = try await store.write { transaction in
        // Asked for within the transaction: an adoption lies before or after it, never between.
        var registrar = try Registrar(
          office: offices.current, transaction: transaction, now: currentTime(), cadence: cadence)
        var results: [Result<any Sendable, any Error>] = []
        for work in works {
          // A refused piece of work leaves no trace, not even in the tree's edge.
          let before = registrar
          if let why = registrar.halting {
            results.append(.failure(Problem.logHalted(why)))
            continue
          }
          do {
            results.append(.success(try transaction.nested { try work(&registrar) }))
          } catch {
            registrar = before
            results.append(.failure(error))
          }
        }
        try registrar.finish()
        return Results(results, registrar.notes)
      }
      Metrics.shared.observe(.batchSize, Double(batch.count))
      Metrics.shared.observe(.commitSeconds, started.duration(to: .now).inSeconds)
      settle(results.notes)
      for (item, result) in zip(batch, results.values) { item.continuation.resume(with: result) }
    } catch {
      for item in batch { item.continuation.resume(throwing: error) }
    }
  }

  /// Results cross over from the writer's queue once, and nobody else holds them.
  private struct Results: @unchecked Sendable {
    let values: [Result<any Sendable, any Error>]
    let notes: BatchNotes

    init(_ values: [Result<any Sendable, any Error>], _ notes: BatchNotes) {
      self.values = values
      self.notes = notes
    }
  }
}
