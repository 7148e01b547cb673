import COSE
import ControlAPI
import Custody
import Foundation
import Logging
import OpenSSL
import ReceiptStore
import Roster

extension Office {
  /// The roster that was pinned: roster.cose, or while a newer one is being published the one in rosters/.
  static func trustedRoster(directory: String, digest: [UInt8]) throws -> VerifiedRoster {
    let bytes = try readFile("\(directory)/roster.cose", limit: Sign.maximumByteCount)
    do { return try RosterFolder(directory: directory).pinned(digest, or: bytes) } catch {
      throw StartError(
        "no trusted roster, so nothing can be verified: \(error). Put the right roster.cose in \(directory)")
    }
  }
}

/// The way from the roster in force to the one that was pinned: every version between, each adopted in its turn.
struct RosterWay {
  let directory: String
  let store: ReceiptStore

  /// The versions to adopt, in order.
  /// - Throws: `StartError` with a sentence: a rollback, a fork, a version that is missing.
  func offices(from old: VerifiedRoster, to new: Office) async throws -> [Office] {
    let way: [VerifiedRoster]
    do { way = try RosterFolder(directory: directory).way(from: old, to: new.roster) } catch {
      if let fork = RosterFork(old.bytes, new.roster.bytes), fork.isProven(to: old) { try await keep(fork) }
      if case .doesNotFollow(.versionsMissing) = error {
        throw StartError("\(error). Put what is missing in \(directory)/rosters (amana roster publish)")
      }
      throw StartError("\(error)")
    }
    return try way.map { roster in
      guard let office = new.under(roster) else {
        throw StartError(
          "\(new.authority.name), or the keys that it signs with here, are not listed in roster version "
            + "\(roster.body.version)")
      }
      if let problem = office.sealProblem { throw StartError("roster version \(roster.body.version): \(problem)") }
      return office
    }
  }

  /// The same at start, where the log may have adopted nothing yet, or just this.
  func offices(after newest: VerifiedRoster?, to new: Office) async throws -> [Office] {
    guard let newest, newest.digest != new.roster.digest else { return [] }
    return try await offices(from: newest, to: new)
  }

  private func keep(_ fork: RosterFork) async throws {
    let alarm = RosterForks.alarm(fork)
    let isNew = try await store.write { try $0.raise(alarm: alarm, evidence: fork.encoded(), at: currentTime()) }
    if isNew { Logger.amanad.record(.alarmRaised, "\(alarm.detail)") }
  }

  /// What the log has adopted last, which nothing goes behind (F21).
  func newest() async throws -> VerifiedRoster? {
    guard let bytes = try await store.read({ try $0.rosters() }).last else { return nil }
    return try VerifiedRoster.verify(bytes, pinned: VerifiedRoster.digest(of: bytes))
  }
}
