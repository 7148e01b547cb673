import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster
import Testing
import TransparencyLog

extension World {
  /// Pins a second roster for all three, in which each log is witnessed by the other two.
  @discardableResult
  func pinWitnesses(quorum: UInt64 = 1) throws -> VerifiedRoster {
    let sides = [syr, irq, tur]
    let names = try sides.map { try $0.authorityName }
    let (bytes, digest) = try next(after: firstRoster(), by: sides, version: 2) { authority in
      authority.with(witnessing: Witnessing(witnesses: names.filter { $0 != authority.name }, quorum: quorum))
    }
    for side in sides { try pin(side, bytes, digest) }
    return try VerifiedRoster.verify(bytes, pinned: try #require(decodeHexadecimal(digest)))
  }
}

/// A log that a test writes with an authority's checkpoint key, one leaf after another, and a fork of it from some leaf on.
struct ForgedLog: Sendable {
  let origin: String
  let key: PrivateKey
  let leaves: [TreeHash]

  /// - Parameters:
  ///   - epoch: each is a log of its own.
  ///   - fork: what the leaves from `shared` on are made of.
  init(of authority: TestAuthority, epoch: Int = 1, count: Int = 300, fork: Int = 0, shared: Int = 0) throws {
    let part = authority.name.prefix(3).lowercased()
    origin = "\(part).example/custody/log/\(epoch)"
    key = try authority.key("\(authority.folder)/keys/checkpoint.pem")
    leaves = (0..<count).map { .leaf(Array("leaf \($0) of \($0 < shared ? 0 : fork)".utf8)) }
  }

  func checkpoint(_ size: Int) -> Checkpoint {
    Checkpoint(origin: origin, size: UInt64(size), root: MerkleTree.root(of: Array(leaves.prefix(size))))
  }

  func note(_ size: Int) throws -> SignedNote { try Checkpoint.sign(checkpoint(size), key: key) }

  /// The hashes that prove one size from another; none where nothing can be proven.
  func path(_ old: Int, _ new: Int) throws -> [TreeHash] {
    guard old > 0, old < new else { return [] }
    let tiles = try Tiles(Array(leaves.prefix(new)))
    return try TileReader(source: tiles).consistencyProof(from: UInt64(old), to: UInt64(new))?.path ?? []
  }

  func request(_ old: Int, _ new: Int, path: [TreeHash]? = nil) throws -> [UInt8] {
    try WitnessRequest(
      oldSize: UInt64(old), path: path ?? self.path(old, new), checkpoint: SignedCheckpoint(note(new))
    ).encoded()
  }
}

/// The tiles of a tree in memory.
private struct Tiles: TileSource {
  private var tiles: [TileAddress: [TreeHash]] = [:]

  init(_ leaves: [TreeHash]) throws {
    var writer = TileWriter()
    for leaf in leaves { writer.append(leaf) }
    tiles = writer.takeChanged()
  }

  func hashes(of tile: TileAddress) -> [TreeHash] { tiles[tile] ?? [] }
}

/// A witness as its clients see it, without a courier between.
struct WitnessClient: Sendable {
  let side: TestAuthority

  init(_ side: TestAuthority) { self.side = side }

  func add(_ body: [UInt8]) async throws -> ControlResponse {
    try await ExchangeClient(side).ask(.addCheckpoint, body: body)
  }

  /// What it keeps of a log; nil when it never cosigned it.
  func newest(_ origin: String) async throws -> SignedCheckpoint? {
    let answer = try await ExchangeClient(side).ask(.getWitnessed, id: SHA256.hash(Array(origin.utf8)))
    if answer.status == 404 { return nil }
    return try SignedCheckpoint(decoding: answer.body)
  }

  /// The time of a cosignature of a note by this witness's own key.
  func time(_ lines: [UInt8], of note: SignedNote) throws -> UInt64? {
    let key = try side.key("\(side.folder)/keys/witness.pem").publicKey
    let name = "\(side.name.prefix(3).lowercased()).example/custody/witness"
    return try SignedCheckpoint(note.adding(Cosignatures.decode(lines))).cosignatureTime(name: name, key: key)
  }
}

/// What is stored of witnessing: rows of each table, so that a refused request is seen to have left nothing.
struct WitnessRows: Hashable {
  let rows: [String]

  init(_ side: TestAuthority, _ logs: String) throws {
    rows = try Database(side.store, logs).run(
      """
      SELECT 'witnessed', origin, size, hex(root), cosigned_at FROM witnessed
      UNION ALL SELECT 'checkpoint', origin, size, hex(root), seen_at FROM checkpoint
      UNION ALL SELECT 'cosignature', origin, size, hex(root), cosigned_at FROM cosignature
      UNION ALL SELECT 'alarm', code, id, detail, raised_at FROM alarm
      UNION ALL SELECT 'meta', key, 0, value, 0 FROM meta WHERE key LIKE 'witness%' ORDER BY 1, 2, 3, 4
      """
    ).map { String($0) }
  }
}
