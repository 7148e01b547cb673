import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster

/// The bundles of an archive, and what stands in them beside statements, each once.
struct ArchiveParts {
  private(set) var count = 0
  private(set) var statements: Set<StatementID> = []
  private(set) var rosters: [[UInt8]] = []
  private(set) var codes: [[UInt8]: CodeList] = [:]
  private(set) var checkpoints: [[UInt8]] = []
  private var seen: Set<[UInt8]> = []

  /// Takes part after part from the daemon, and writes each.
  mutating func fetch(
    into draft: inout ArchiveDraft, since: OffsetTime?, until: OffsetTime, _ session: Session
  ) async throws {
    let asked = [since.map { "since=\(inQuery($0.text))" }, "until=\(inQuery(until.text))"].compactMap(\.self)
    var next: String? = "/v1/archive?\(asked.joined(separator: "&"))"
    while let path = next {
      let answer = try await session.answer(.get, path)
      let bundle: Custody.Bundle
      do { bundle = try Custody.Bundle(decoding: answer.body) } catch {
        throw CommandFailure(Exit.cannotTell, say(.answerUnknown, in: session.language))
      }
      next = answer.next
      // The last page may be empty; what it says beside statements the others say.
      guard count == 0 || !bundle.statements.isEmpty else { continue }
      try draft.add(ArchivePath.numbered(ArchivePath.parts, count + 1, ".amana"), answer.body)
      take(bundle)
    }
  }

  /// Notes what a bundle holds.
  mutating func take(_ bundle: Custody.Bundle) {
    count += 1
    statements.formUnion(bundle.statements.map(\.value.id))
    for item in bundle.rosters where seen.insert(item.value).inserted { rosters.append(item.value) }
    for item in bundle.checkpoints where seen.insert(item.value).inserted { checkpoints.append(item.value) }
    for item in bundle.codeLists { codes[item.value.digest] = item.value }
  }

  /// Which file of an index is beside the parts and in none of them, or in them and not beside; nil where they agree. The
  /// code lists that every program of ours has are in no part, and are given for those who have none.
  func difference(from index: ArchiveIndex) -> String? {
    func beside(_ folder: String) -> [ArchiveIndex.File] { index.files.filter { $0.path.hasPrefix("\(folder)/") } }
    for (folder, expected) in [(ArchivePath.rosters, rosters), (ArchivePath.checkpoints, checkpoints)] {
      let digests = Set(expected.map { SHA256.hash($0) })
      let files = beside(folder)
      if let stray = files.first(where: { !digests.contains($0.digest) }) { return "\(stray.path) is in no part" }
      guard files.count == digests.count else { return "\(folder)/ lacks what stands in the parts, or has it twice" }
    }
    let lists = Set(beside(ArchivePath.codes).map(\.digest))
    return codes.keys.allSatisfy(lists.contains) ? nil : "\(ArchivePath.codes)/ lacks a code list of the parts"
  }

  /// Writes it, so that nobody needs a bundle's reader for it.
  func writeBeside(_ draft: inout ArchiveDraft) throws {
    for (position, roster) in rosters.enumerated() {
      try draft.add(ArchivePath.numbered(ArchivePath.rosters, position + 1, ".cose"), roster)
    }
    let embedded = CodeList.embedded.filter { codes[$0.digest] == nil }
    for list in Array(codes.values) + embedded {
      try draft.add("\(ArchivePath.codes)/\(list.name)-\(list.version).json", list.encoded())
    }
    for (position, note) in checkpoints.enumerated() {
      try draft.add(ArchivePath.numbered(ArchivePath.checkpoints, position + 1, ".txt"), note)
    }
  }
}

extension VerifiedRoster {
  /// The one with the highest version, each believed by itself; nil where none can be read.
  static func newest(of rosters: [[UInt8]]) -> VerifiedRoster? {
    rosters.compactMap { bytes in
      (try? VerifiedRoster.digest(of: bytes)).flatMap { try? VerifiedRoster.verify(bytes, pinned: $0) }
    }.max { $0.body.version < $1.body.version }
  }
}
