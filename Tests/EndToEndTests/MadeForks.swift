import Custody
import Foundation
import Roster
import Testing
import TransparencyLog

/// Files of what SYR's log said twice, as a dishonest one would with its own keys: each is given to `amana prove-fork`.
struct MadeForks {
  let world: World
  private var syr: TestAuthority { world.syr }
  private static let origin = "syr.example/custody/log/1"
  private let now = Int64(Date().timeIntervalSince1970)

  private func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    let path = "\(world.folder)/\(name)"
    try Data(bytes).write(to: URL(filePath: path))
    return path
  }

  private func cosigned(_ note: SignedNote) throws -> SignedNote {
    try note.cosigned(
      at: UInt64(now), name: "irq.example/custody/witness", key: world.irq.key("\(world.irq.folder)/keys/witness.pem"))
  }

  /// Two notes of one size that IRQ's witness has cosigned both, as it never would.
  func roots() throws -> [String] {
    try (1...2).map { fork in
      try file("fork-\(fork).note", cosigned(ForgedLog(of: syr, count: 5, fork: fork).note(5)).encoded())
    }
  }

  /// A bundle of two checkpoints of different sizes, and where an entry of each stands.
  func sequences() throws -> [String] {
    var writer = BundleWriter(exercise: false, created: OffsetTime(unix: now), clear: false)
    for (count, seed) in [(5, UInt8(1)), (7, UInt8(90))] {
      let entries = (0..<count).compactMap { LogEntry([UInt8](repeating: seed + UInt8($0), count: 32)) }
      let hashes = entries.map(\.leafHash)
      let tree = Checkpoint(origin: Self.origin, size: UInt64(count), root: MerkleTree.root(of: hashes))
      writer.checkpoint(
        try Checkpoint.sign(tree, key: syr.key("\(syr.folder)/keys/checkpoint.pem")).encoded())
      let path = try #require(MerkleTree.inclusionPath(of: 2, in: hashes))
      writer.proof(
        Custody.Bundle.Proof(
          entry: entries[2], proof: InclusionProof(size: UInt64(count), index: 2, path: path)))
    }
    return [try file("sequences.amana", writer.bytes)]
  }

  /// What stands beside a release.
  enum Beside: String {
    case slots, lines, sealed
  }

  /// A bundle of the release in each of two others, with receipts of SYR's own log.
  func releases(_ bundles: [[UInt8]], beside: Beside) throws -> [String] {
    var writer = BundleWriter(exercise: false, created: OffsetTime(unix: now), clear: beside == .lines)
    for bytes in bundles {
      let bundle = try Custody.Bundle(decoding: bytes)
      let release = try #require(bundle.statements.map(\.value).first { $0.event.type == .release })
      let content = bundle.content(of: release)
      let receipts = try Receipt.issue(
        root: release.entry.leafHash, proofs: [InclusionProof(size: 1, index: 0, path: [])], issuer: release.issuer,
        origin: Self.origin, issuedAt: now, key: syr.key("\(syr.folder)/keys/receipt.pem"))
      writer.statement(release.attaching(receipts))
      switch beside {
      case .slots: writer.content(Content(slots: content.slots), of: release.id)
      case .lines: writer.content(Content(manifest: content.manifest), of: release.id)
      case .sealed:
        for digest in release.event.sealed.map(\.ciphertextDigest) {
          if let ciphertext = bundle.sealed[digest] { writer.sealed(digest, ciphertext) }
        }
      }
    }
    return [try file("releases-\(beside.rawValue).amana", writer.bytes)]
  }
}

extension Story {
  /// What convicts a log of each kind, written and verified.
  static func forks(_ world: World, _ honest: [UInt8], _ forged: [UInt8]) throws -> [Answer] {
    let made = MadeForks(world: world)
    let roster = ["--roster", "\(world.folder)/roster.cose", "--json"]
    let given = try [
      made.roots(), made.sequences(), made.releases([honest, forged], beside: .slots),
      made.releases([honest, forged], beside: .lines),
    ]
    return try given.enumerated().flatMap { number, files in
      let proof = "\(world.folder)/story-\(number).fork"
      return [
        try world.command(["prove-fork"] + files + ["--output", proof] + roster),
        try world.command(["verify", proof] + roster),
      ]
    }
  }
}
