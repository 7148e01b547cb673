import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster
import TransparencyLog

/// Where a log is handed out: a web server with exported files, or a courier.
struct MonitorPlace: Sendable {
  /// As it was named, without a slash at its end.
  let url: String
  let web: WebClient
  let isCourier: Bool

  /// What lies under a path of it.
  func bytes(_ path: String, limit: Int) async throws -> [UInt8] {
    guard let url = FetchURL("\(url)/\(path)") else { throw WebFailure("url", "it is no http or https URL of a log") }
    return try await web.get(url, limit: limit)
  }

  /// Where the log's files are: of a courier below `log/` and the epoch that it shows as the newest.
  func prefix(_ logs: LogVerifier) async throws -> String {
    guard isCourier else { return "" }
    let note = try await bytes("checkpoint", limit: SignedNote.maximumByteCount)
    guard let origin = (try? SignedCheckpoint(decoding: note))?.checkpoint.origin,
      let epoch = logs.roster.body.authorities.lazy.compactMap({ $0.epoch(ofOrigin: origin) }).first
    else { throw WebFailure("note", "the note that it shows as its newest is of no log that the roster lists") }
    return "log/\(epoch)/"
  }

  /// A file of a log; where part of a tile is asked for and has gone, that part of the full one (C2SP tlog-tiles).
  func file(_ file: TilePath, under prefix: String) async throws -> [UInt8] {
    guard let length = file.byteCount else {
      return try await bytes(prefix + file.text, limit: SignedNote.maximumByteCount)
    }
    do { return try await bytes(prefix + file.text, limit: length) } catch {
      guard !Task.isCancelled, let whole = file.whole, let all = whole.byteCount else { throw error }
      let bytes = try await bytes(prefix + whole.text, limit: all)
      return Array(bytes.prefix(length))
    }
  }

  /// A page of the envelopes that we may read there.
  func feed(after position: UInt64) async throws -> [FeedEnvelope] {
    let bytes = try await bytes("feed?after=\(position)&limit=16", limit: 8 << 20)
    do { return try Feed(decoding: bytes).envelopes } catch {
      throw WebFailure("feed", "its feed cannot be read: \(plain("\(error)", maximum: 200))")
    }
  }

  /// The slots beside a statement.
  func slots(of statement: StatementID) async throws -> [[UInt8]] {
    Slots.split(try await bytes("slots/\(statement)", limit: 32 * Manifest.maximumLeaves))
  }
}

extension VerifiedRoster {
  /// The certificates that it pins for couriers and that count now, DER.
  func transportCertificates(at time: UnixTime) -> [[UInt8]] {
    let keys: [KeyRecord] = body.authorities.filter { $0.status == .active }.flatMap(\.keys)
    let counting = keys.filter { $0.purpose == .transport && $0.standing(at: time) == .valid }
    return counting.compactMap { $0.certificate?.der }
  }
}
