public import Roster
import TransparencyLog

/// The logs that an archive's parts show, all parts together: what one log signed of which one only can be true convicts it
/// (V20), in whichever parts it stands.
public struct ArchiveLogs: Sendable {
  /// A size of a log, or an index in it.
  private struct Place: Hashable {
    let origin: String
    let number: UInt64
  }

  private let checks: LogChecks
  /// By size: the checkpoint, and the part that has it first.
  private var checkpoints: [Place: (checkpoint: Checkpoint, part: String)] = [:]
  /// By index: the entry that a proof shows there under a checkpoint, and the part that has it first.
  private var entries: [Place: (entry: LogEntry, part: String)] = [:]
  private var origins: Set<String> = []
  private var convicted: Set<String> = []

  public init(checks: Checks = .all) { self.checks = LogChecks(checks: checks) }

  /// Notes what a part shows.
  /// - Parameters:
  ///   - report: of that bundle, whose checkpoints are verified.
  ///   - part: its path.
  /// - Returns: of each log that it convicts, with a part before or by itself, one sentence; none of a log that was convicted
  ///   before, or by two checkpoints of this part alone, which its own verification names.
  public mutating func take(_ report: BundleReport, of bundle: Bundle, in part: String) -> [String] {
    var sentences: [String] = []
    for checkpoint in report.checkpoints {
      origins.insert(checkpoint.origin)
      let place = Place(origin: checkpoint.origin, number: checkpoint.size)
      guard let known = checkpoints[place] else {
        checkpoints[place] = (checkpoint, part)
        continue
      }
      guard let fork = checks.fork(known.checkpoint, checkpoint), convicted.insert(place.origin).inserted,
        known.part != part
      else { continue }
      sentences.append(Self.sentence(fork, known.part, part))
    }
    let logs = Dictionary(grouping: report.checkpoints) { TreeState($0) }
    for proof in bundle.followed() {
      for origin in proof.tree.flatMap({ logs[$0] })?.map(\.origin) ?? [] {
        let place = Place(origin: origin, number: proof.index)
        guard let known = entries[place] else {
          entries[place] = (proof.entry, part)
          continue
        }
        guard let fork = checks.fork(origin, at: place.number, known.entry, proof.entry),
          convicted.insert(origin).inserted
        else { continue }
        sentences.append(Self.sentence(fork, known.part, part))
      }
    }
    return sentences
  }

  private static func sentence(_ fork: Violation, _ first: String, _ second: String) -> String {
    let (parts, files) = first == second ? (first, first) : ("\(first) and \(second)", "\(first) \(second)")
    return "\(parts): \(fork.description); keep them: `amana prove-fork \(files)` proves it to anybody"
  }

  /// Why the parts are no record of whom an index names; nil where they show a log of an authority that the roster lists by
  /// that name.
  public func difference(from index: ArchiveIndex, under roster: VerifiedRoster) -> String? {
    let name = index.authority
    guard let authority = roster.authority(name) else {
      return "\(ArchiveIndex.path): roster version \(roster.body.version) lists no authority \(name)"
    }
    return origins.contains { authority.owns(origin: $0) }
      ? nil : "\(ArchiveIndex.path) names \(name), and no part has a checkpoint of its log"
  }
}
