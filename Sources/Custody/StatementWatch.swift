public import Roster
import TransparencyLog

/// A statement that an observer has verified, with the slots beside it where they are what it commits to.
public struct ObservedStatement: Sendable {
  public let signed: SignedStatement
  /// Nil where no list came, or another one than it commits to.
  public let slots: [[UInt8]]?

  /// - Parameter slots: as they came; a list of another root is passed over.
  public init(_ signed: SignedStatement, slots: [[UInt8]]?) {
    self.signed = signed
    self.slots = slots.flatMap { Self.fits($0, signed) ? $0 : nil }
  }

  /// Whether a list of slots is the one that a statement commits to.
  public static func fits(_ slots: [[UInt8]], _ signed: SignedStatement) -> Bool {
    guard let root = signed.event.slotsRoot, slots.count <= Manifest.maximumLeaves else { return false }
    return slots.allSatisfy { $0.count == 32 } && Slots.root(of: slots).bytes == root
  }
}

/// Two releases that list one slot: a line was released twice from the same step.
public struct DoubleRelease: Sendable {
  public let first: ObservedStatement
  public let second: ObservedStatement
  /// How many slots both list.
  public let lines: Int
}

/// A release without a full answer after its time, as far as an observer sees.
public struct UnansweredRelease: Hashable, Sendable {
  public let release: SignedStatement
  public let from: AuthorityName
  public let to: AuthorityName
  public let due: UnixTime
  /// How many lines are open; nil where the counts are suppressed.
  public let lines: UInt64?
}

/// What statements show without a key to what is sealed in them.
public enum StatementWatch {
  /// A slot as a key that takes no memory of its own.
  private struct Slot: Hashable {
    let words: (UInt64, UInt64, UInt64, UInt64)

    init(_ bytes: [UInt8]) {
      func word(_ index: Int) -> UInt64 { bytes[(8 * index)..<(8 * index + 8)].reduce(0) { $0 << 8 | UInt64($1) } }
      words = (word(0), word(1), word(2), word(3))
    }

    static func == (left: Slot, right: Slot) -> Bool { left.words == right.words }
    func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
  }

  private struct Repetition: Hashable { let first, second: Int }

  /// Each release that repeats a slot of an earlier one in order of ids. A statement that came wrapped in several ways is one.
  public static func doubleReleases(_ statements: [ObservedStatement]) -> [DoubleRelease] {
    let releases = unique(statements.filter { $0.signed.event.type.isRelease })
    var listed: [Slot: Int] = [:]
    var pairs: [Repetition: Int] = [:]
    for (index, release) in releases.enumerated() {
      for slot in Set((release.slots ?? []).map(Slot.init)) {
        if let other = listed[slot] {
          pairs[Repetition(first: other, second: index), default: 0] += 1
        } else {
          listed[slot] = index
        }
      }
    }
    return pairs.sorted { ($0.key.first, $0.key.second) < ($1.key.first, $1.key.second) }.map { pair, lines in
      DoubleRelease(first: releases[pair.first], second: releases[pair.second], lines: lines)
    }
  }

  /// Releases to which no answer of their receiver, or of whoever took its place, is among the statements, or answers for
  /// fewer lines than were released, after the time that they gave. Counts that are suppressed count as enough.
  public static func unanswered(_ statements: [ObservedStatement], under roster: VerifiedRoster, at time: UnixTime)
    -> [UnansweredRelease]
  {
    let all = unique(statements).map(\.signed)
    var answers: [StatementID: [SignedStatement]] = [:]
    for signed in all where [.outcome, .recallAgreed, .disputeResolved].contains(signed.event.type) {
      for cited in Set(signed.event.references.map(\.statement)) { answers[cited, default: []].append(signed) }
    }
    return all.compactMap { release in
      let event = release.event
      guard event.type.isRelease, let from = event.from, let to = event.to else { return nil }
      let due = OverdueRelease.due(event.acceptBy?.unix, registeredAt: event.recordedAt.unix)
      guard due < time else { return nil }
      let theirs = (answers[release.id] ?? []).filter { answer in
        roster.authority(uri: answer.issuer).map { roster.successions.areOne($0.name, to) } ?? false
      }
      let released = event.counts?.total
      guard !theirs.isEmpty else {
        return UnansweredRelease(release: release, from: from, to: to, due: due, lines: released)
      }
      // A dispute that is resolved answers for all lines.
      guard let released, theirs.allSatisfy({ $0.event.type != .disputeResolved }) else { return nil }
      var open = released
      for answer in theirs {
        guard let total = answer.event.counts?.total else { return nil }
        open -= min(open, total)
      }
      return open > 0 ? UnansweredRelease(release: release, from: from, to: to, due: due, lines: open) : nil
    }
  }

  /// Each statement once, in order of ids.
  private static func unique(_ statements: [ObservedStatement]) -> [ObservedStatement] {
    var seen: [StatementID: ObservedStatement] = [:]
    for statement in statements {
      if let known = seen[statement.signed.id], known.slots != nil || statement.slots == nil { continue }
      seen[statement.signed.id] = statement
    }
    return seen.values.sorted { $0.signed.id < $1.signed.id }
  }
}
