/// What one authority signed about one person, told as custody.md tells it: names and statement ids are mere text here.
struct Word: Hashable {
  enum What: Hashable {
    case intake
    case release(to: String)
    /// The receiver's answers to a release.
    case accepted, refused, missing, recalled, ended
    /// What befell somebody in the custodian's hands: a death or a release to liberty; an escape or people missed; people found.
    case over, gone, found
    case resolved(round: Int, heads: Set<String>, custodian: String)
  }

  let id: String
  let by: String
  let what: What
  /// What it builds on: custody_prev, or the release that it answers.
  let after: String?

  /// The same of those who act in the place of some.
  func under(_ places: [String: String]) -> Word {
    func now(_ name: String) -> String { places[name] ?? name }
    let what: What =
      switch what {
      case .release(let to): .release(to: now(to))
      case .resolved(let round, let heads, let custodian):
        .resolved(round: round, heads: heads, custodian: now(custodian))
      default: what
      }
    return Word(id: id, by: now(by), what: what, after: after)
  }

  var isAnswer: Bool { [.accepted, .refused, .missing, .recalled, .ended].contains(what) }
  var addressee: String? { if case .release(let to) = what { to } else { nil } }
  var settlement: (round: Int, heads: Set<String>, custodian: String)? {
    if case .resolved(let round, let heads, let custodian) = what { (round, heads, custodian) } else { nil }
  }
}

/// Who is responsible for one person by all that a log holds, worked out the slow and plain way, by custody.md alone:
/// it shares nothing with `Ledger`, `Judge` and `ChainDerivation`, which are held against it.
struct SimpleModel {
  enum Phase: Hashable {
    case held, missing, suspended, ended
    case released(to: String)
    /// The parties, the last steps that compete, and the round that is open.
    case contested([String], heads: [String], round: Int)
  }

  private(set) var custodian: String
  private(set) var phase = Phase.held
  /// What the next step cites.
  private(set) var head: String
  /// The last word on which all agree.
  private var last: String
  private var agreed: Set<String> = []
  private var used: Set<String> = []

  /// - Parameters:
  ///   - order: the times of the words, for the one question which of two beginnings is the earlier.
  ///   - lost: who does not know what it did next, since its log was restored.
  ///   - paper: what that one has signed since, to settle it.
  init?(_ words: Set<Word>, _ order: [String: Int], lost: String? = nil, paper: Set<String> = []) {
    let ids = Set(words.map(\.id))
    // An agreement to a recall may have overtaken its release.
    var rest = words.filter { $0.settlement == nil && !($0.isAnswer && !ids.contains($0.after ?? "")) }
    let beginnings = rest.filter { $0.after.map { !ids.contains($0) } ?? true }
    let first = beginnings.min {
      ($0.what == .intake ? 0 : 1, order[$0.id] ?? 0, $0.id) < ($1.what == .intake ? 0 : 1, order[$1.id] ?? 0, $1.id)
    }
    guard let first else { return nil }
    custodian = first.by
    last = first.after ?? first.id
    head = last
    agreed = [last]
    if first.what == .intake { rest.remove(first) }
    follow(rest, words.filter { $0.settlement != nil })
    if let lost, phase != .ended, !isContested, [custodian, addressee].contains(lost), used.isDisjoint(with: paper) {
      phase = .contested(parties([]), heads: [last], round: round(words, []))
    }
  }

  var isContested: Bool { if case .contested = phase { true } else { false } }
  private var addressee: String? { if case .released(let to) = phase { to } else { nil } }

  /// Exactly one log decides the next step: the custodian's, and from a release on the receiver's.
  private func decides(_ word: Word) -> Bool {
    switch (word.isAnswer, phase) {
    case (true, .released(let to)): word.after == last && word.by == to
    case (false, .held), (false, .missing), (false, .suspended): word.by == custodian && word.what != .intake
    default: false
    }
  }

  private mutating func take(_ word: Word) {
    last = word.id
    agreed.insert(word.id)
    if word.addressee == nil { head = word.id }
    switch word.what {
    case .release(let to): phase = .released(to: to)
    case .accepted: (custodian, phase) = (word.by, .held)
    case .missing: phase = .missing
    case .ended, .over: phase = .ended
    case .gone: phase = .suspended
    case .refused, .recalled, .found, .intake, .resolved: phase = .held
    }
  }

  /// One rightful word after the other; whatever else there is competes, until all its parties have settled it.
  private mutating func follow(_ words: Set<Word>, _ signed: Set<Word>) {
    var rest = words
    while true {
      let next = rest.filter { $0.after == last }
      if next.count == 1, let word = next.first, decides(word) {
        take(word)
        rest.remove(word)
      } else if let round = completeRound(signed, rest), let end = round.map(\.id).max() {
        custodian = round.first?.settlement?.custodian ?? custodian
        (last, head, phase) = (end, end, .held)
        agreed.insert(end)
        rest = built(on: [end], rest)
      } else {
        if !rest.isEmpty { phase = .contested(parties(rest), heads: heads(rest), round: self.round(signed, rest)) }
        return
      }
    }
  }

  private func built(on ids: Set<String>, _ words: Set<Word>) -> Set<Word> {
    let next = words.filter { ids.contains($0.after ?? "") }
    return next.isEmpty ? [] : next.union(built(on: Set(next.map(\.id)), words))
  }

  /// The releaser, every addressee of a release in the contest, and every claimant.
  private func parties(_ rest: Set<Word>) -> [String] {
    Set(rest.flatMap { [$0.by, $0.addressee] }.compactMap { $0 } + [custodian, addressee].compactMap { $0 }).sorted()
  }

  /// The words that nobody built on, and the last one agreed on unless somebody rightfully did.
  private func heads(_ rest: Set<Word>) -> [String] {
    let goesOn = rest.contains { $0.after == last && decides($0) }
    let heads = Set(rest.map(\.id)).subtracting(rest.compactMap(\.after)).union(goesOn ? [] : [last])
    return heads.sorted()
  }

  /// What was signed about this contest in one round. What builds on a settlement has a dispute of its own.
  private func signatures(_ signed: Set<Word>, _ round: Int, _ rest: Set<Word>) -> Set<Word> {
    let unsettled = built(on: Set(signed.map(\.id)).subtracting(used), rest)
    let about = Set(rest.subtracting(unsettled).map(\.id)).union([last])
    return signed.filter { word in
      guard let settlement = word.settlement, !used.contains(word.id) else { return false }
      return settlement.round == round && !settlement.heads.isDisjoint(with: about)
    }
  }

  /// Each once, for the same custodian, over the heads that compete now; what all have agreed on since competes no more.
  private func isSame(_ round: Set<Word>, _ heads: [String]) -> Bool {
    let past = agreed.subtracting([last])
    return Set(round.map(\.by)).count == round.count && Set(round.compactMap { $0.settlement?.custodian }).count <= 1
      && round.allSatisfy { $0.settlement?.heads.subtracting(past) == Set(heads) }
  }

  /// The first round in which every party signed the same.
  private mutating func completeRound(_ signed: Set<Word>, _ rest: Set<Word>) -> Set<Word>? {
    for number in 1...(signed.count + 1) {
      let round = signatures(signed, number, rest)
      let contest = rest.subtracting(built(on: Set(round.map(\.id)), rest))
      let parties = parties(contest)
      let theirs = round.filter { parties.contains($0.by) }
      guard Set(theirs.map(\.by)) == Set(parties), isSame(theirs, heads(contest)),
        parties.contains(theirs.first?.settlement?.custodian ?? "")
      else { continue }
      used.formUnion(round.map(\.id))
      return theirs
    }
    return nil
  }

  /// A differing signature or a new head opens the next round.
  private func round(_ signed: Set<Word>, _ rest: Set<Word>) -> Int {
    let (parties, heads) = (parties(rest), heads(rest))
    var number = 1
    while true {
      let round = signatures(signed, number, rest).filter { parties.contains($0.by) }
      if round.isEmpty || isSame(round, heads) { return number }
      number += 1
    }
  }
}
