import Custody
import Logging
import ReceiptStore
import Roster
import ServiceLifecycle

/// Ends, at start and daily, the keys of content whose retention is over and that nothing needs (decision 66). `erased` says
/// so to others, and two officers sign it; a key ends whether or not they do.
struct ContentExpiry: Service {
  /// How many statements one transaction ends.
  private static let batch = 100

  let store: ReceiptStore
  let offices: OfficeInForce
  private let terms = RetentionTerms()

  init(store: ReceiptStore, offices: OfficeInForce) {
    self.store = store
    self.offices = offices
  }

  func run() async throws {
    await cancelWhenGracefulShutdown {
      repeat {
        do { try await look(at: currentTime()) } catch {
          Logger.amanad.record(.internalError, "content could not be looked through: \(error)")
        }
        try? await Task.sleep(for: .seconds(secondsPerDay))
      } while !Task.isCancelled
    }
  }

  /// One look. Nothing can undo it, so a clock that may be years ahead decides nothing: past the roster's next update
  /// either it is wrong or the roster is not the newest.
  func look(at now: UnixTime) async throws {
    let office = offices.current
    guard !office.roster.isStale(at: now) else { return }
    let own = Set(office.places)
    // All statements are looked through: beside whoever writes, and once.
    let expired = try await store.read { [terms] in try $0.expired(at: now, inHandsOf: own, knowing: terms) }
    for start in stride(from: 0, to: expired.count, by: Self.batch) where !Task.isCancelled {
      let batch = expired[start...].prefix(Self.batch)
      for id in try await store.write({ try $0.expire(batch, at: now, inHandsOf: own) }) {
        Logger.amanad.record(
          .contentExpired, "the retention of what stood beside \(id) is over: its keys are destroyed",
          ["statement": id.description])
      }
    }
  }
}
