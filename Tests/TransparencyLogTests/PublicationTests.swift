import Testing
import TransparencyLog

/// SplitMix64: periods that a seed brings back.
private struct Dice: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  mutating func entry() throws -> LogEntry {
    let word = next()
    let bytes = (0..<8).map { UInt8(truncatingIfNeeded: word >> (UInt64($0) * 8)) }
    return try #require(LogEntry(bytes + [UInt8](repeating: 0, count: 24)))
  }
}

/// All that a member sees in one period who is no party to a movement: by how much the published tree grew, and where the
/// receipts of its own statements say that these stand: how many there are and where the first is, since every place of
/// many is a view that never comes again, from which nobody learns. The other hashes of a proof are of 32 random-looking bytes each.
private struct View: Hashable {
  let growth: Int
  let own: [Int]
}

/// A log over many periods, one member of which only listens and hands in messages of its own.
private struct Listening {
  typealias Pending = Publication.Pending<String>
  typealias Publish = @Sendable ([Pending], inout Dice) throws -> [Publication.Leaf]

  var dice: Dice
  let publish: Publish
  /// How many messages the listener hands in, period by period: it may choose what it likes.
  let messages: (Int) -> Int
  private var pending: [Pending] = []
  private var next: UInt64 = 0

  init(seed: UInt64, messages: @escaping (Int) -> Int, publish: @escaping Publish) {
    dice = Dice(state: seed)
    self.messages = messages
    self.publish = publish
  }

  private mutating func register(_ issuer: String, _ count: Int) throws {
    for _ in 0..<count {
      pending.append(Pending(index: next, entry: try dice.entry(), issuer: issuer, isOwn: issuer == "us"))
      next += 1
    }
  }

  /// One period: whoever has something to say says it; with a departure we release and the carrier departs.
  mutating func period(_ number: Int, departs: Bool) throws -> View {
    let isEarly = Bool.random(using: &dice)
    if isEarly { try register("listener", messages(number)) }
    try register("us", Int.random(in: 0...1, using: &dice) + (departs ? 1 : 0))
    try register("carrier", departs ? 1 : 0)
    if !isEarly { try register("listener", messages(number)) }
    let leaves = try publish(pending, &dice)
    let done = Dictionary(
      uniqueKeysWithValues: leaves.enumerated().compactMap { place, leaf in leaf.statement.map { ($0, place) } })
    let own = pending.filter { $0.issuer == "listener" }.compactMap { done[$0.index] }
    pending.removeAll { done[$0.index] != nil }
    return View(growth: leaves.count, own: own.isEmpty ? [] : [own.count, own.min() ?? 0])
  }
}

@Suite("Neither moment nor size of what a log publishes betrays a departure")
struct PublicationTests {
  private static let batch = 16
  private static let periods = 1000

  private static let padded: Listening.Publish = { pending, dice in
    var pad = Dice(state: dice.next())
    return try Publication.leaves(of: pending, batch: batch, using: &dice) { try pad.entry() }
  }

  /// What gives a departure away: nothing is added, only shuffled.
  private static let unpadded: Listening.Publish = { pending, dice in
    pending.map { Publication.Leaf(entry: $0.entry, statement: $0.index) }.shuffled(using: &dice)
  }

  /// Filled up to a batch, but whoever fills it sees the others' statements overflow it.
  private static let unshared: Listening.Publish = { pending, dice in
    var leaves = pending.map { Publication.Leaf(entry: $0.entry, statement: $0.index) }
    let wanted = max(1, (leaves.count + batch - 1) / batch) * batch
    while leaves.count < wanted { leaves.append(Publication.Leaf(entry: try dice.entry(), statement: nil)) }
    return leaves.shuffled(using: &dice)
  }

  /// How well a listener guesses who has learnt from as many periods what each view means; 0.5 is chance.
  private func guessing(_ publish: @escaping Listening.Publish, messages: @escaping (Int) -> Int) throws -> Double {
    var coin = Dice(state: 7)
    var listening = Listening(seed: 11, messages: messages, publish: publish)
    var seen: [View: Int] = [:]
    for number in 0..<Self.periods {
      let departs = Bool.random(using: &coin)
      seen[try listening.period(number, departs: departs), default: 0] += departs ? 1 : -1
    }
    var right = 0
    for number in 0..<Self.periods {
      let departs = Bool.random(using: &coin)
      let view = try listening.period(number, departs: departs)
      let lean = seen[view] ?? 0
      let guess = lean == 0 ? Bool.random(using: &coin) : lean > 0
      if guess == departs { right += 1 }
    }
    return Double(right) / Double(Self.periods)
  }

  /// The chi-square statistic, a degree of freedom, of views with a departure against views without, in standard
  /// deviations from what one distribution gives.
  private func difference(_ publish: @escaping Listening.Publish, messages: @escaping (Int) -> Int) throws -> Double {
    var counts: [View: (with: Double, without: Double)] = [:]
    for departs in [true, false] {
      // Two logs that share nothing but how they publish.
      var listening = Listening(seed: departs ? 21 : 22, messages: messages, publish: publish)
      for number in 0..<Self.periods {
        let view = try listening.period(number, departs: departs)
        if departs { counts[view, default: (0, 0)].with += 1 } else { counts[view, default: (0, 0)].without += 1 }
      }
    }
    let common = counts.values.filter { $0.with + $0.without >= 10 }
    let sum = common.reduce(0) { $0 + ($1.with - $1.without) * ($1.with - $1.without) / ($1.with + $1.without) }
    let freedom = Double(max(1, common.count - 1))
    return (sum - freedom) / (2 * freedom).squareRoot()
  }

  private static let habits: [(String, @Sendable (Int) -> Int)] = [
    ("never a word", { _ in 0 }), ("one a period", { _ in 1 }), ("now and then", { $0 % 3 == 0 ? 1 : 0 }),
    ("as many as fill a batch", { $0 % 16 == 0 ? batch - 1 : 0 }), ("a flood", { $0 % 40 == 0 ? 3 * batch : 0 }),
  ]

  @Test("A listening member guesses no better than chance, whatever it hands in", arguments: 0..<5)
  func guess(habit: Int) throws {
    let right = try guessing(Self.padded, messages: Self.habits[habit].1)
    // Four standard deviations of a fair coin.
    #expect(abs(right - 0.5) < 4 * 0.5 / Double(Self.periods).squareRoot(), "\(Self.habits[habit].0): \(right)")
  }

  @Test("Views with and without a departure have one distribution", arguments: 0..<5)
  func distribution(habit: Int) throws {
    let difference = try difference(Self.padded, messages: Self.habits[habit].1)
    #expect(difference < 4, "\(Self.habits[habit].0): \(difference)")
  }

  @Test("With the padding off the same listener guesses, and the same comparison tells the views apart")
  func unpadded() throws {
    for (habit, messages) in Self.habits.prefix(3) {
      #expect(try guessing(Self.unpadded, messages: messages) > 0.8, "\(habit)")
      #expect(try difference(Self.unpadded, messages: messages) > 10, "\(habit)")
    }
  }

  @Test("With the shares off, whoever fills a batch guesses")
  func unshared() throws {
    #expect(try guessing(Self.unshared) { _ in Self.batch - 1 } > 0.9)
  }

  @Test("What is about the log itself stands first, in its order, whatever else waits")
  func ofTheLog() throws {
    var dice = Dice(state: 4)
    let pending = try (0..<9).map {
      Publication.Pending(
        index: $0, entry: try dice.entry(), issuer: "us", isOwn: true, isOfLog: $0 % 3 == 0)
    }
    var pad = Dice(state: 5)
    let leaves = try Publication.leaves(of: pending, batch: 8, using: &dice) { try pad.entry() }
    #expect(leaves.prefix(3).map(\.statement) == [0, 3, 6] && leaves.count == 8)
  }

  @Test("A batch at least, whole batches always; the statements in it once each, none twice, the rest in their order")
  func shape() throws {
    var dice = Dice(state: 3)
    for _ in 0..<300 {
      let batch = Int.random(in: 1...20, using: &dice)
      let issuers = (0..<Int.random(in: 1...12, using: &dice)).map { "member \($0)" } + ["us"]
      let pending = try (0..<Int.random(in: 0...80, using: &dice)).map { index in
        let issuer = issuers.randomElement(using: &dice) ?? "us"
        return Publication.Pending(
          index: UInt64(index), entry: try dice.entry(), issuer: issuer, isOwn: issuer == "us")
      }
      var pad = Dice(state: dice.next())
      let leaves = try Publication.leaves(of: pending, batch: batch, using: &dice) { try pad.entry() }
      #expect(leaves.count >= batch && leaves.count % batch == 0)
      let published = leaves.compactMap(\.statement)
      #expect(Set(published).count == published.count)
      #expect(leaves.count - published.count < batch || published.isEmpty && leaves.count == batch)
      for issuer in issuers {
        let waiting = pending.filter { $0.issuer == issuer }
        let taken = waiting.filter { published.contains($0.index) }
        let share = Publication.share(of: batch, isOwn: issuer == "us")
        #expect(taken.map(\.index) == waiting.prefix(share).map(\.index))
        #expect(taken.allSatisfy { item in leaves.contains { $0.statement == item.index && $0.entry == item.entry } })
      }
    }
  }
}
