import COSE
import Custody
import Foundation
import OpenSSL
import Roster
import Synchronization
import Testing
import TransparencyLog

@testable import Exchange

/// A log under a roster of its own, and the web server that hands it out, honest or not.
final class WatchedLog: Sendable {
  static let now: UnixTime = 1_795_000_000
  static let origin = "a.example/custody/log/1"

  /// The paths that are answered otherwise than the log's files say.
  private let odd = Mutex<[String: FakeReply]>([:])
  private let files = Mutex<[String: [UInt8]]>([:])
  private let asked = Mutex<[String]>([])
  let key: PrivateKey
  let witness: PrivateKey
  let roster: VerifiedRoster
  let folder: String
  private let box: Box

  /// Started after everything else is there.
  private final class Box: Sendable {
    let socket = Mutex<FakeSocket?>(nil)
  }

  init(quorum: UInt64? = nil) async throws {
    key = try .generate(.ed25519)
    witness = try .generate(.ed25519)
    roster = try Self.roster(key, witness, quorum)
    folder = FileManager.default.temporaryDirectory.appending(path: "watched-\(UUID().uuidString.prefix(8))").path
    box = Box()
    let made = try await FakeSocket { [self] request in
      self.answer(request.path + (request.query["after"].map { "?after=\($0)" } ?? ""))
    }
    box.socket.withLock { $0 = made }
  }

  /// Does something with one, which is gone afterwards.
  static func with(quorum: UInt64? = nil, _ body: (WatchedLog) async throws -> Void) async throws {
    let log = try await WatchedLog(quorum: quorum)
    do { try await body(log) } catch {
      await log.close()
      throw error
    }
    await log.close()
  }

  var port: Int { box.socket.withLock { $0?.port ?? 0 } }
  var url: String { "http://127.0.0.1:\(port)" }
  var requests: [String] { asked.withLock { $0 } }

  func close() async {
    let socket = box.socket.withLock { $0 }
    await socket?.close()
    try? FileManager.default.removeItem(atPath: folder)
  }

  private func answer(_ path: String) -> FakeReply {
    asked.withLock { $0.append(path) }
    // The same again under another prefix: another place.
    let name = String(path.dropFirst(path.hasPrefix("/mirror/") ? 8 : 1))
    if let reply = odd.withLock({ $0[name] }) { return reply }
    guard let bytes = files.withLock({ $0[name] }) else { return FakeReply(status: 404, body: [0x2d]) }
    return FakeReply(mediaType: "application/octet-stream", body: bytes)
  }

  private static func roster(_ key: PrivateKey, _ witness: PrivateKey, _ quorum: UInt64?) throws -> VerifiedRoster {
    let root = try PrivateKey.generate(.p256)
    func record(_ purpose: KeyPurpose, _ key: PrivateKey) throws -> KeyRecord {
      try #require(
        KeyRecord(purpose: purpose, key: key.publicKey, notBefore: now - 1_000_000, notAfter: now + 1_000_000))
    }
    func authority(_ name: String, _ uri: String, _ key: KeyRecord, _ witnessing: Witnessing?) throws -> Authority {
      Authority(
        name: try #require(AuthorityName(name)), uri: uri, names: ["en": name], role: .custodian,
        competence: Competence(kinds: [], sites: [], mayRelease: true, mayAccept: true, mayCarry: false, level: 1),
        keys: [key], officers: [], witnessing: witnessing)
    }
    let watching = try quorum.map { Witnessing(witnesses: [try #require(AuthorityName("IRQ/b"))], quorum: $0) }
    let body = RosterBody(
      coalition: "Test", exercise: false, version: 1, previous: nil, issuedAt: now - 1000, nextUpdate: now + 1000,
      root: RosterRoot(
        threshold: 1, emergencyThreshold: 1, holders: [RootHolder(holder: "h", keys: [try record(.root, root)])]),
      members: ["SYR", "IRQ"].map { Member(key: $0, iso3: $0, names: [:]) },
      authorities: [
        try authority("SYR/a", "https://a.example/custody", record(.checkpoint, key), watching),
        try authority("IRQ/b", "https://b.example/custody", record(.witness, witness), nil),
      ])
    return try VerifiedRoster.verify(body.signed(by: [root]).bytes, pinned: SHA256.hash(body.encoded()))
  }

  /// Entries of a tree; of another salt they are others from `index` on.
  static func entries(_ count: Int, salt: UInt8 = 0, from index: Int = 0) throws -> [LogEntry] {
    try (0..<count).map { number in
      let own = number >= index ? salt : 0
      return try #require(LogEntry(SHA256.hash([own, UInt8(number % 256), UInt8(number / 256)])))
    }
  }

  func note(_ entries: [LogEntry], cosigned: Bool = false) throws -> [UInt8] {
    let root = MerkleTree.root(of: entries.map(\.leafHash))
    let note = try Checkpoint.sign(
      Checkpoint(origin: Self.origin, size: UInt64(entries.count), root: root), key: key)
    guard cosigned else { return note.encoded() }
    return try note.cosigned(at: UInt64(Self.now), name: "b.example/custody/witness", key: witness).encoded()
  }

  /// Hands out a tree of these entries, and nothing besides.
  func serve(_ entries: [LogEntry], cosigned: Bool = false) throws {
    var writer = TileWriter()
    for entry in entries { writer.append(entry.leafHash) }
    let tiles = writer.takeChanged()
    var served = ["checkpoint": try note(entries, cosigned: cosigned)]
    for file in TilePath.added(from: 0, to: UInt64(entries.count)) {
      switch file {
      case .checkpoint: break
      case .hashes(let address, let width):
        served[file.text] = TileContent.bytes(of: (tiles[address] ?? []).prefix(width))
      case .entries(let index, let width):
        let start = Int(index) * TileAddress.width
        served[file.text] = TileContent.bytes(of: Array(entries[start..<start + width]))
      }
    }
    let all = served
    files.withLock { $0 = all }
    odd.withLock { $0 = [:] }
  }

  /// Answers one path otherwise; nil: as the log's file says.
  func answer(_ path: String, with reply: FakeReply?) { odd.withLock { $0[path] = reply } }

  func file(_ path: String) -> [UInt8]? { files.withLock { $0[path] } }

  /// A look at this log alone.
  func look(
    after seconds: UnixTime = 0, urls: [String]? = nil, roster other: VerifiedRoster? = nil,
    _ change: (inout MonitorSettings) -> Void = { _ in }
  ) async throws -> MonitorReport {
    var settings = MonitorSettings(
      urls: urls ?? [url], state: "\(folder)/state", report: "\(folder)/out/report.json")
    change(&settings)
    return try await Monitor(settings).look(under: other ?? roster, at: Self.now + seconds)
  }

  /// What the copy's note covers; nil where nothing was taken.
  var copied: UInt64? {
    get throws {
      let state = try MonitorState(path: "\(folder)/state")
      return try MonitorCopy(state: state, origin: Self.origin).newest()?.checkpoint.size
    }
  }
}
