import Roster

/// What one authority signed about one person, told as custody.md tells it: names are mere names here, and a statement is
/// known by a number.
struct Word: Hashable {
  enum What {
    case intake
    case release(to: AuthorityName)
    /// The receiver's answers to a release.
    case accepted, refused, missing, recalled, ended
    /// What befell somebody in the custodian's hands: a death or a release to liberty; an escape or people missed; people found.
    case over, gone, found
    case resolved(round: Int, heads: Set<UInt64>, custodian: AuthorityName)
  }

  let id: UInt64
  let by: AuthorityName
  let what: What
  /// What it builds on: custody_prev, or the release that it answers.
  let after: UInt64?
  /// Whether others may have had its signer's key, and nobody had seen it before (V15).
  var isDoubted = false
  /// Whether paper came first.
  var isPaper = false

  static func == (left: Word, right: Word) -> Bool { left.id == right.id }
  func hash(into hasher: inout Hasher) { hasher.combine(id) }

  /// The same of those who act in the place of some.
  func under(_ places: [AuthorityName: AuthorityName]) -> Word {
    func now(_ name: AuthorityName) -> AuthorityName { places[name] ?? name }
    let what: What =
      switch what {
      case .release(let to): .release(to: now(to))
      case .resolved(let round, let heads, let custodian):
        .resolved(round: round, heads: heads, custodian: now(custodian))
      default: what
      }
    return Word(id: id, by: now(by), what: what, after: after, isDoubted: isDoubted, isPaper: isPaper)
  }

  var isIntake: Bool { if case .intake = what { true } else { false } }
  var isAccepted: Bool { if case .accepted = what { true } else { false } }
  /// Whether it says that nobody came by a release.
  var saysNobody: Bool {
    switch what {
    case .refused, .missing, .recalled: true
    default: false
    }
  }
  var isFound: Bool { if case .found = what { true } else { false } }
  /// Whether it says who took somebody in or handed them over.
  var isTransition: Bool { isIntake || addressee != nil || isAnswer }
  var isAnswer: Bool {
    switch what {
    case .accepted, .refused, .missing, .recalled, .ended: true
    default: false
    }
  }
  var addressee: AuthorityName? { if case .release(let to) = what { to } else { nil } }
  var isSettlement: Bool { settlement != nil }
  var settlement: (round: Int, heads: Set<UInt64>, custodian: AuthorityName)? {
    if case .resolved(let round, let heads, let custodian) = what { (round, heads, custodian) } else { nil }
  }
}

/// Who is responsible for one person by all that a log holds, worked out the slow and plain way, by custody.md alone:
/// it shares nothing with `Ledger`, `Judge` and `ChainDerivation`, which are held against it.
struct SimpleModel {
  enum Phase: Equatable {
    case held, missing, suspended, ended
    case released(to: AuthorityName)
    /// The parties, the last steps that compete, and the round that is open.
    case contested([AuthorityName], heads: [UInt64], round: Int)
  }

  private(set) var custodian: AuthorityName
  private(set) var phase = Phase.held
  /// What the next step cites.
  private(set) var head: UInt64
  /// The last word on which all agree.
  private var last: UInt64
  private var agreed: Set<UInt64> = []
  private var used: Set<UInt64> = []
  /// Whether somebody else may have said that it began, and nobody has settled that yet.
  private var isUnsure = false
  /// Last words over which somebody who has a part in it signed.
  private let signedOver: Set<UInt64>
  private let settlements: [Word]

  /// - Parameters:
  ///   - order: the times of the words, for the one question which of two beginnings is the earlier.
  ///   - lost: who does not know what it did next, since its log was restored.
  ///   - paper: what that one has signed since, to settle it.
  init?(_ words: [Word], _ order: [UInt64: Int64], lost: AuthorityName? = nil, paper: Set<UInt64> = []) {
    func isHere(_ id: UInt64?) -> Bool { words.contains { $0.id == id } }
    // An agreement to a recall may have overtaken its release.
    var rest = words.filter { !$0.isSettlement && !($0.isAnswer && !isHere($0.after)) }
    let known = Set(rest.map(\.id))
    let beginnings = rest.filter { word in word.after.map { !known.contains($0) } ?? true }
    let first = beginnings.min {
      ($0.isIntake ? 0 : 1, order[$0.id] ?? 0, $0.id) < ($1.isIntake ? 0 : 1, order[$1.id] ?? 0, $1.id)
    }
    guard let first else { return nil }
    settlements = words.filter(\.isSettlement)
    let everybody = rest.flatMap { [$0.by, $0.addressee] }
    signedOver = words.filter { everybody.contains($0.by) }.reduce(into: []) { found, word in
      found.formUnion(word.settlement?.heads ?? [])
    }
    custodian = first.by
    last = first.after ?? first.id
    head = last
    agreed = [last]
    if first.isIntake {
      rest.removeAll { $0 == first }
      isUnsure = first.isDoubted
    }
    follow(rest, settlements)
    if let lost, phase != .ended, !isContested, [custodian, addressee].contains(lost), used.isDisjoint(with: paper) {
      phase = .contested(parties([]), heads: [last], round: round(settlements, []))
    }
  }

  var isContested: Bool { if case .contested = phase { true } else { false } }
  var addressee: AuthorityName? { if case .released(let to) = phase { to } else { nil } }
  /// The release that waits for its answer.
  var openRelease: UInt64? { addressee == nil ? nil : last }

  /// What somebody else may have signed with its key decides nothing.
  private func decides(_ word: Word) -> Bool { !word.isDoubted && !isUnsure && isItsTurn(word) }

  /// Exactly one log decides the next step: the custodian's, and from a release on the receiver's.
  private func isItsTurn(_ word: Word) -> Bool {
    switch (word.isAnswer, phase) {
    case (true, .released(let to)): word.after == last && word.by == to
    case (false, .held), (false, .missing), (false, .suspended): word.by == custodian && !word.isIntake
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
  private mutating func follow(_ words: [Word], _ signed: [Word]) {
    var rest = words
    while true {
      rest = withoutMerePaper(rest)
      let next = rest.filter { $0.after == last }
      if next.count == 1, decides(next[0]) {
        take(next[0])
        rest.removeAll { $0 == next[0] }
      } else if let (named, end) = completeRound(signed, rest) {
        custodian = named
        (last, head, phase) = (end, end, .held)
        isUnsure = false
        agreed.insert(end)
        rest = built(on: [end], rest)
      } else {
        if !rest.isEmpty || isUnsure {
          phase = .contested(parties(rest), heads: heads(rest), round: self.round(signed, rest))
        }
        return
      }
    }
  }

  /// A late entry takes effect if it fits the log that decides it; else it is evidence, and so is what denies it. It does not
  /// fit where it was not its signer's turn, or where others rely by now on another word in its place.
  private func withoutMerePaper(_ rest: [Word]) -> [Word] {
    let next = rest.filter { $0.after == last }
    let gone = next.filter { word in
      let rivals = next.filter { $0 != word && !$0.isDoubted && isItsTurn($0) }
      let isOvertaken = rivals.contains { rival in
        built(on: [rival.id], rest).contains { !$0.isPaper && !$0.isDoubted && $0.by != word.by }
      }
      return !isMoreThanPaper(word, rest) && (isOvertaken || !isItsTurn(word))
    }
    return without(gone + built(on: gone.map(\.id), rest), rest)
  }

  /// Nobody who says that somebody is there, or went on by what paper says, is let go; nor does paper change what is signed for.
  private func isMoreThanPaper(_ word: Word, _ rest: [Word]) -> Bool {
    guard word.isPaper, !word.isIntake, !word.isFound, !signedOver.contains(word.id) else { return true }
    return isBorneOut(word, rest)
  }

  private func isBorneOut(_ word: Word, _ rest: [Word]) -> Bool {
    rest.filter { $0.after == word.id }.contains { later in
      later.isAccepted || signedOver.contains(later.id)
        || (later.saysNobody ? isBorneOut(later, rest) : isMoreThanPaper(later, rest))
    }
  }

  /// Of some words those that build on others, or on what settled those.
  private func built(on ids: [UInt64], _ words: [Word]) -> [Word] {
    let settled = settlements.filter { word in
      !ids.contains(word.id) && ids.contains { word.settlement?.heads.contains($0) == true }
    }.map(\.id)
    let next = words.filter { word in word.after.map { ids.contains($0) || settled.contains($0) } ?? false }
    if next.isEmpty && settled.isEmpty { return [] }
    return next + built(on: next.map(\.id) + settled, words.filter { !next.contains($0) })
  }

  private func without(_ some: [Word], _ words: [Word]) -> [Word] {
    some.isEmpty ? words : words.filter { !some.contains($0) }
  }

  /// The releaser, every addressee of a release in the contest, and every claimant.
  private func parties(_ rest: [Word]) -> [AuthorityName] {
    Set(rest.flatMap { [$0.by, $0.addressee] }.compactMap { $0 } + [custodian, addressee].compactMap { $0 }).sorted()
  }

  /// The words that nobody built on, and the last one agreed on unless somebody rightfully did.
  private func heads(_ rest: [Word]) -> [UInt64] {
    let goesOn = rest.contains { $0.after == last && decides($0) }
    let tips = rest.map(\.id).filter { id in !rest.contains { $0.after == id } }
    return (goesOn || tips.contains(last) ? tips : tips + [last]).sorted()
  }

  /// What was signed about this contest in one round. What builds on a settlement has a dispute of its own.
  private func signatures(_ signed: [Word], _ round: Int, _ rest: [Word]) -> [Word] {
    let open = signed.filter { !used.contains($0.id) }
    let about = without(built(on: open.map(\.id), rest), rest).map(\.id) + [last]
    return open.filter { word in
      guard let settlement = word.settlement else { return false }
      return settlement.round == round && about.contains { settlement.heads.contains($0) }
    }
  }

  /// Each once and surely by itself, for the same custodian, over the heads that compete now; what all have agreed on since
  /// competes no more.
  private func isSame(_ round: [Word], _ heads: [UInt64]) -> Bool {
    let past = agreed.union(used).subtracting([last])
    return Set(round.map(\.by)).count == round.count && Set(round.compactMap { $0.settlement?.custodian }).count <= 1
      && round.allSatisfy { !$0.isDoubted && $0.settlement?.heads.subtracting(past) == Set(heads) }
  }

  /// The first round in which every party signed the same; one counts once those before it are known (decision 14).
  /// - Returns: whom it names, and its last signature. Who was a party then may be none any more, since a doubt ended: on
  ///   whose signature the custodian built, that one is the last (decision 23).
  private mutating func completeRound(_ signed: [Word], _ rest: [Word]) -> (AuthorityName, UInt64)? {
    guard !signed.isEmpty else { return nil }
    for number in 1...signed.count {
      let round = signatures(signed, number, rest)
      guard !round.isEmpty else { return nil }
      let contest = without(built(on: round.map(\.id), rest), rest).filter { isMoreThanPaper($0, rest) }
      let parties = parties(contest)
      let theirs = round.filter { parties.contains($0.by) }
      guard Set(theirs.map(\.by)) == Set(parties), isSame(theirs, heads(contest)),
        let custodian = theirs.first?.settlement?.custodian, parties.contains(custodian),
        let end = theirs.map(\.id).max()
      else { continue }
      used.formUnion(round.map(\.id))
      if rest.contains(where: { $0.after == end }) { return (custodian, end) }
      let built = round.filter { one in
        one.settlement?.custodian == custodian && rest.contains { $0.after == one.id && $0.by == custodian }
      }
      return (custodian, built.map(\.id).max() ?? end)
    }
    return nil
  }

  /// A differing signature or a new head opens the next round.
  private func round(_ signed: [Word], _ rest: [Word]) -> Int {
    let (parties, heads) = (parties(rest), heads(rest))
    var number = 1
    while true {
      let round = signatures(signed, number, rest).filter { parties.contains($0.by) }
      if round.isEmpty || isSame(round, heads) { return number }
      number += 1
    }
  }
}
