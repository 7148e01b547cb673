import Foundation
import Logging
import ReceiptStore
import Roster
import ServiceLifecycle

/// Takes away, at start and daily, what was begun of objects and not gone on with for a week: its sender begins anew.
struct PartExpiry: Service {
  static let keptSeconds = 7.0 * Double(secondsPerDay)

  let store: ReceiptStore
  let transfers: ObjectTransfers

  func run() async throws {
    await cancelWhenGracefulShutdown {
      repeat {
        do { try await look() } catch {
          Logger.amanad.record(.internalError, "parts of objects could not be looked through: \(error)")
        }
        try? await Task.sleep(for: .seconds(secondsPerDay))
      } while !Task.isCancelled
    }
  }

  private func look() async throws {
    for part in try await store.objects.forgetParts(untouchedSince: Date(timeIntervalSinceNow: -Self.keptSeconds)) {
      transfers.dropped(part.object, from: part.sender)
    }
  }
}
