import COSE
@_spi(Testing) import Custody
import Roster
import TestSupport
import TransparencyLog

extension ByteIdentifier {
  var short: String { String(description.prefix(6)) }
}

extension StatementID {
  /// By which the model knows it; in the order of the identifiers.
  var number: UInt64 { bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }
}

/// One statement, as the one who wrote it meant it, and as the code reads it. Nobody signs it: what a signature proves is for
/// other tests, and a million histories are too many for it.
final class Told {
  let id: StatementID
  let event: Event
  let content: Content
  let issuer: Authority
  /// Which log it is of: a copy of a log is another.
  let signer: Int
  /// Its place among all that was written.
  let number: Int
  let lines: [(index: Int, subject: SubjectReference)]
  let subjects: [SubjectReference]
  /// What it says in the words of the model, line by line.
  var words: [(subject: SubjectReference, word: Word)] = []
  /// What must be here before it, by number: what it cites, and what its signer knew of the same people.
  var history: [Int] = []
  var name: AuthorityName { issuer.name }
  var text: String { "\(event.type.rawValue) \(id.short)" }

  init(_ id: StatementID, _ event: Event, _ content: Content, by issuer: Authority, _ signer: Int, number: Int) {
    (self.id, self.event, self.content, self.issuer, self.signer) = (id, event, content, issuer, signer)
    self.number = number
    lines = content.manifest?.lines.compactMap { line in line.leaf.subject.map { (line.index, $0) } } ?? []
    subjects = lines.map(\.subject)
  }

  func proposal(_ roster: VerifiedRoster, isOwn: Bool, isOutside: Bool = false) -> Proposal {
    var proposal = Proposal(
      unsigned: event, id: id, issuer: issuer, content: isOutside ? Content() : content,
      stage: isOwn ? .own : .received, arrival: isOutside ? .awaited : .whole, roster: roster, policy: .standard,
      now: Coalition.now)
    proposal.isOutsideSeal = isOutside
    return proposal
  }
}

/// What the histories need of a coalition, made once: names, and the roster before and after TUR was followed by IRQ.
struct ModelledCoalition: Sendable {
  let authorities: [Authority]
  let names: [AuthorityName]
  let roster: VerifiedRoster
  let next: VerifiedRoster
  let places: [AuthorityName: AuthorityName]

  private static let made = Result { try ModelledCoalition() }
  static func shared() throws -> ModelledCoalition { try made.get() }

  private init() throws {
    let coalition = try Coalition.shared()
    let parties = [coalition.syr, coalition.irq, coalition.tur]
    roster = coalition.roster
    authorities = parties.compactMap { [roster] in roster.authority($0.name) }
    names = parties.map(\.name)
    let note = try TestLog(coalition.tur, []).checkpoint().encoded()
    next = try coalition.roster(
      ending: coalition.tur, followedBy: coalition.irq, note: note, since: Coalition.start - 3600)
    places = [coalition.tur.name: coalition.irq.name]
  }
}

/// Writes what authorities state, with no more in it than the rules of custody read.
struct Pen {
  let coalition: ModelledCoalition
  var random: SeededGenerator
  private(set) var minutes = 0
  private var written = 0
  /// Moments are cut once: their text takes longer than all else.
  private static let times = (0..<600).map {
    OffsetTime(unix: Coalition.start + Int64($0 - 60) * 60, offsetMinutes: 180)
  }
  private static let seed = [UInt8](repeating: 7, count: 32)
  private static let padding = [UInt8](repeating: 0, count: 24)

  init(_ coalition: ModelledCoalition, _ random: SeededGenerator) {
    (self.coalition, self.random) = (coalition, random)
  }

  mutating func bytes(_ count: Int) -> [UInt8] {
    let number = random.next()
    return (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * UInt64($0))) } + Self.padding.prefix(count - 8)
  }

  mutating func subject() -> SubjectReference { SubjectReference(unchecked: bytes(16)) }

  /// - Parameter clock: how many minutes its writer's clock is off.
  mutating func draft(_ type: EventType, clock: Int, record: RecordID? = nil) -> Event {
    minutes += 1
    let time = Self.times[min(max(minutes + clock + 60, 0), Self.times.count - 1)]
    var event = Event(
      recordID: record ?? RecordID(unchecked: bytes(16)), type: type, occurred: OccurredTime(at: time),
      recordedAt: time, roster: coalition.roster.digest)
    event.kind = .detaineeTransfer
    if Lifecycle.row(for: type)?.isIntention == false, random.next() % 12 == 0 {
      // Paper came first: it occurred before much that its log has heard of since.
      event.lateEntry = LateEntry(form: "F-\(minutes)", scanDigest: [UInt8](repeating: 5, count: 32))
      let before = Int(random.next() % 40)
      event.occurred = OccurredTime(at: Self.times[min(max(minutes + clock + 60 - before, 0), Self.times.count - 1)])
    }
    return event
  }

  /// - Parameter gaps: how many null lines stand before the lines, so that a line's number is not the same everywhere.
  mutating func write(
    _ event: Event, _ schema: LineSchema? = nil, _ lines: [[CBOR]] = [], by signer: Int, as party: Int
  )
    -> Told
  {
    var content = Content()
    if let schema {
      let gaps = Int(random.next() % 3)
      let leaves = [[CBOR]](repeating: [], count: gaps) + lines
      content.manifest = Manifest(
        schema: schema, recordID: event.recordID, leaves: leaves.map { ManifestLeaf(seed: Self.seed, fields: $0) })
    }
    written += 1
    return Told(
      StatementID(unchecked: bytes(32)), event, content, by: coalition.authorities[party], signer, number: written - 1)
  }
}
