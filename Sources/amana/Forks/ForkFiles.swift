import COSE
import Custody
import OpenSSL
import Roster
import TransparencyLog

/// What files hold of logs: notes, statements, bundles, disclosures and proofs that were made before, told apart by their
/// content.
struct ForkFiles {
  private(set) var material = ForkMaterial()
  /// The rosters that came along; they are trusted by their digest alone.
  private(set) var rosters: [[UInt8]] = []

  private let key: PrivateKey?

  /// - Parameter key: what bundles hold sealed to it is opened.
  /// - Throws: `CommandFailure` for a file that is none of these.
  init(_ files: [String], key: PrivateKey?, in language: Language) throws {
    self.key = key
    for file in files {
      let bytes = try readFile(file, limit: Custody.Bundle.maximumByteCount)
      do { try add(bytes) } catch {
        throw CommandFailure(Exit.usage, say(.forkFileUnread, in: language, file, "\(error)"))
      }
    }
  }

  private mutating func add(_ bytes: [UInt8]) throws(DecodeError) {
    if ForkProof.isForkProof(bytes) {
      let proof = try ForkProof(decoding: bytes)
      material.proven.append(proof)
      rosters += [proof.roster].compactMap(\.self)
    } else if Disclosure.isDisclosure(bytes) {
      let disclosure = try Disclosure(decoding: bytes)
      material.disclosures.append(disclosure)
      material.statements.append(disclosure.statement)
      rosters += [disclosure.roster].compactMap(\.self)
    } else if bytes.first == 0xd2 {
      material.statements.append(try SignedStatement(decoding: bytes))
    } else if let first = bytes.first, first < 0x80 {
      // CBOR of ours begins with a map or a tag; a note with the name of its log.
      _ = try SignedCheckpoint(decoding: bytes)
      material.notes.append(bytes)
    } else {
      let bundle = try Custody.Bundle(decoding: bytes)
      material.add(bundle, key: key)
      rosters += bundle.rosters.map(\.value)
    }
  }

  /// The roster that came along and has this digest.
  func roster(pinned digest: [UInt8]) -> VerifiedRoster? {
    rosters.lazy.compactMap { try? VerifiedRoster.verify($0, pinned: digest) }.first
  }
}
