import COSE
import Custody
import Foundation
import Roster
import TestSupport
import Testing
import TransparencyLog

/// One changed byte of a bundle is refused or reported, save in the regions that no signature covers.
@Suite struct BundleFlipTests {
  /// Where a change may go unnoticed, and why.
  private struct Unsigned {
    /// The header's time and notice: said by whoever wrote the file.
    let header: Range<Int>
    /// The policy: three numbers under which an offline reader judges clocks. Only `policy-adopted` binds them.
    let policy: Range<Int>
    /// The size and index in each receipt: a receipt proves that the entry is in the log, and no position
    /// (formats.md, receipt).
    let receipts: [Range<Int>]

    init(_ bundle: TestBundle) throws {
      let bytes = bundle.bytes
      header = 0..<bundle.header.count
      policy = try #require(Self.find(Policy.standard.encoded(), in: bytes))
      receipts = try bundle.items.map { item in
        let bytesOfReceipt = try #require(SignedStatement(decoding: item.statement).receipts.first)
        let whole = try #require(Self.find(bytesOfReceipt, in: bytes))
        let proof = try Receipt(decoding: bytesOfReceipt).proof
        let path = CBOR.array(proof.path.map { .bytes($0.bytes) }).encoded()
        let found = try #require(Self.find([0x83, UInt8(proof.size), UInt8(proof.index)] + path, in: bytesOfReceipt))
        return (whole.lowerBound + found.lowerBound + 1)..<(whole.lowerBound + found.lowerBound + 3)
      }
    }

    func allows(_ index: Int) -> Bool {
      header.contains(index) || policy.contains(index) || receipts.contains { $0.contains(index) }
    }

    static func find(_ needle: [UInt8], in bytes: [UInt8]) -> Range<Int>? {
      bytes.indices.first { bytes[$0...].starts(with: needle) }.map { $0..<($0 + needle.count) }
    }
  }

  private func survives(_ bytes: [UInt8], _ digest: [UInt8]) -> Bool {
    do throws(DecodeError) {
      let report = try TestBundle.verify(bytes, pinned: digest)
      // Content that is left out of an item map cannot be told from content that never came, but is flagged.
      return report.holds && report.lines.allSatisfy(\.flags.isEmpty) && report.lines.allSatisfy { $0.positions == 1 }
    } catch {
      return false
    }
  }

  @Test func oneChangedByteShows() throws {
    let convoy = try Convoy(1)
    let bundle = try TestBundle([convoy.intake, convoy.release], of: convoy.coalition)
    let bytes = bundle.bytes
    let digest = convoy.coalition.roster.digest
    let unsigned = try Unsigned(bundle)
    try #require(survives(bytes, digest))
    var random = SeededGenerator(named: "flips")
    let every = ProcessInfo.processInfo.environment["AMANA_FLIP_EVERY"].flatMap { Int($0) } ?? 11
    var survivors: [Int] = []
    for index in stride(from: Int.random(in: 0..<every, using: &random), to: bytes.count, by: every) {
      var changed = bytes
      changed[index] ^= UInt8.random(in: 1...255, using: &random)
      if survives(changed, digest) { survivors.append(index) }
    }
    let surprising = survivors.filter { !unsigned.allows($0) }
    #expect(surprising.isEmpty, "bytes \(surprising) of \(bytes.count) may change unnoticed")
    print("FLIPS: \(bytes.count) bytes, every \(every)th changed, \(survivors.count) in unsigned regions unnoticed")
  }

  /// The regions are what they are said to be: a change of the header's time or notice does go unnoticed.
  @Test func theHeaderIsNotSigned() throws {
    let convoy = try Convoy(1)
    let bundle = try TestBundle([convoy.intake], of: convoy.coalition)
    for text in ["PERSONAL", "2026-11-19"] {
      var bytes = bundle.bytes
      let range = try #require(Unsigned.find(Array(text.utf8), in: bytes))
      bytes[range.upperBound - 1] ^= 1
      #expect(range.upperBound <= bundle.header.count && survives(bytes, convoy.coalition.roster.digest))
    }
  }
}
