@_spi(Testing) import Custody
import Roster

/// One log: the code's, and beside it what has been said, for the model.
struct ModelledLog {
  private(set) var ledger = Ledger()
  /// Its place among the logs, and of whom it is: a copy has another's party.
  let party: Int
  let name: AuthorityName
  private(set) var words: [SubjectReference: [Word]] = [:]
  /// What is on record, by number; and all of it in order, as a store keeps it.
  private(set) var held: Set<Int> = []
  private var store: [Entry] = []
  /// On record without an effect: it lies outside the seal of the log that signed it.
  private(set) var outside: Set<Int> = []
  /// Whom it has taken in since its log was restored, and nobody else has spoken of.
  private var isNew: Set<SubjectReference> = []
  private(set) var isRestored = false
  /// What it has signed since its log was restored, and nothing was told of since.
  private var paper: [SubjectReference: Set<UInt64>] = [:]
  /// Who acts in whose place, by the roster that it follows.
  private(set) var places: [AuthorityName: AuthorityName] = [:]
  private var roster: VerifiedRoster
  /// What others may have signed, by that roster.
  private var doubted: Set<StatementID> = []

  private enum Entry {
    case heard(Told, isOwn: Bool, isOutside: Bool)
    case completed(Told)
    case followed(VerifiedRoster)
    case doubted(Set<StatementID>)
  }

  /// What is asked of each statement: all that custody.md says of custody, and of time. The content of lines, approvals and
  /// signatures have tests of their own.
  private static let judge = Judge(
    checks: .only([.v1, .v2, .v3, .v4, .v5, .v7, .v9, .v10, .v12, .v17, .v18, .v21]))

  init(_ party: Int, of coalition: ModelledCoalition) {
    self.party = party
    name = coalition.names[party]
    roster = coalition.roster
  }

  /// Who acts in the place of an authority, as far as this log knows.
  func current(_ name: AuthorityName) -> AuthorityName { places[name] ?? name }
  /// Whether one of two names acts for both.
  func areOne(_ one: AuthorityName?, _ other: AuthorityName?) -> Bool { one.map(current) == other.map(current) }

  /// Whether a statement is on record here with its effect.
  func holds(_ told: Told) -> Bool { held.contains(told.number) && !outside.contains(told.number) }

  // MARK: The model

  /// What has been said of somebody, with whoever ended spoken of as who acts in its place.
  private func known(_ subject: SubjectReference) -> [Word] {
    let words = words[subject] ?? []
    return places.isEmpty ? words : words.map { $0.under(places) }
  }

  func model(_ subject: SubjectReference, _ order: [UInt64: Int64]) -> SimpleModel? {
    let lost = isRestored && !isNew.contains(subject) ? name : nil
    return SimpleModel(known(subject), order, lost: lost, paper: paper[subject] ?? [])
  }

  /// Whether its own log may let it sign this, by what it holds (custody.md, The serialization rule).
  func mayState(_ word: Word, of subject: SubjectReference, _ order: [UInt64: Int64]) -> Bool {
    let known = known(subject)
    guard let model = model(subject, order) else {
      // An agreement to a recall may overtake its release.
      switch word.what {
      case .intake: return true
      case .recalled: return !known.contains { $0.after == word.after }
      default: return false
      }
    }
    switch word.what {
    // What befell somebody says who signed it, and not that they ever had them.
    case .intake: return !known.contains { $0.isTransition && (!$0.isAnswer || isKnown($0.after, known)) }
    case .release:
      return model.custodian == name && [.held, .missing].contains(model.phase) && word.after == model.head
    case .accepted, .refused, .missing, .recalled, .ended: return mayAnswer(word, of: subject, known, model)
    case .over, .gone, .found:
      // What a restored log released, as far as it knows, is on the road all the same.
      if isRestored, SimpleModel(known, order)?.addressee != nil { return false }
      if case .contested(let parties, _, _) = model.phase { return parties.contains(name) }
      if case .released = model.phase { return false }
      return model.custodian == name
    case .resolved(let round, let heads, let custodian):
      guard case .contested(let parties, let last, let open) = model.phase else { return false }
      // Also over what all agree on since, as that counts still: only the same heads leave a round open.
      let hasSigned = known.contains {
        $0.by == name && $0.settlement?.round == round && $0.settlement?.heads.isSuperset(of: heads) == true
      }
      return parties.contains(name) && parties.contains(custodian) && heads == Set(last) && round == open && !hasSigned
    }
  }

  private func isKnown(_ id: UInt64?, _ words: [Word]) -> Bool { words.contains { $0.id == id } }

  /// Each release has one answer; signing the end of a dispute is one, unless it turns out that none was had over it.
  private func mayAnswer(_ word: Word, of subject: SubjectReference, _ known: [Word], _ model: SimpleModel) -> Bool {
    let release = known.first { $0.id == word.after }
    let isAnswered = known.contains { $0.isAnswer && $0.after == word.after && $0.by == name }
    // What an authority signed before it ended is no answer to what went to who acts in its place now (decision 62).
    let receiver = (words[subject] ?? []).first { $0.id == word.after }?.addressee
    let hasSigned = (words[subject] ?? []).contains {
      current($0.by) == name && ($0.by == receiver || receiver.map { places[$0] } == $0.by)
        && $0.settlement?.heads.contains(word.after ?? 0) ?? false
    }
    guard !isAnswered, !hasSigned || model.openRelease == word.after else { return false }
    // A restored log says of nobody that he is not here: it may have accepted him in what it lost.
    if !word.isAccepted, isRestored, model.isContested { return false }
    if case .recalled = word.what, release == nil { return true }
    return release?.addressee == name
  }

  /// Whether it answers a release of its own, as who acts for its addressee now, after it signed the end of a dispute over it:
  /// custody.md does not say whether that was the addressee's answer as well.
  private func hasSignedForBoth(_ word: Word, of subject: SubjectReference) -> Bool {
    guard word.isAnswer, !places.isEmpty, let said = words[subject] else { return false }
    return said.contains { $0.id == word.after && $0.addressee != name }
      && said.contains { $0.by == name && $0.settlement?.heads.contains(word.after ?? 0) ?? false }
  }

  /// Whether what a partner signed well is registered: an answer to something that is not here has to come again.
  private func takes(_ told: Told, from world: ModelledWorld) -> Bool {
    let question: Relation
    switch told.event.type {
    case .outcome: question = .release
    case .recallAgreed, .recallRefused: question = .recall
    case .offerAgreed, .offerDeclined: question = .offer
    case .recall, .closed:
      // Between the same two as the release, as far as is known who acts in whose place.
      guard let release = told.event.reference(.release).flatMap(world.statement), held.contains(release.number) else {
        return true
      }
      return areOne(release.event.from, told.event.from) && areOne(release.event.to, told.event.to)
    default: return true
    }
    guard let asked = told.event.reference(question).flatMap(world.statement) else { return false }
    // One in the name of somebody who acts for another by a roster that is not here yet comes again as well.
    let isHere = held.contains(asked.number) && (question != .release || holds(asked))
    return isHere && areOne(asked.event.to, told.name) && areOne(asked.event.from, told.event.from)
  }

  // MARK: What happens to it

  /// Follows a roster by which others have taken the place of some.
  mutating func follow(_ world: ModelledWorld) throws {
    (roster, places) = (world.coalition.next, world.coalition.places)
    store.append(.followed(roster))
    ledger.follow(roster.successions)
    try compareAll(world)
  }

  /// Learns that others may have signed these, and nothing else.
  mutating func doubt(_ some: [Told], _ world: ModelledWorld) throws {
    doubted = Set(some.filter { held.contains($0.number) && !outside.contains($0.number) }.map(\.id))
    store.append(.doubted(doubted))
    ledger.doubt(doubted)
    let numbers = Set(doubted.map(\.number))
    for (subject, said) in words {
      words[subject] = said.map { word in
        var word = word
        word.isDoubted = numbers.contains(word.id)
        return word
      }
    }
    try compareAll(world)
  }

  /// Hears or signs a statement, and compares.
  /// - Parameter isOutside: whether it lies outside the seal of a restored log.
  mutating func hear(_ told: Told, isOwn: Bool = false, isOutside: Bool = false, _ world: ModelledWorld) throws -> Bool
  {
    if held.contains(told.number), !outside.contains(told.number) || isOutside {
      let before = ledger.chains
      _ = try ledger.register(told.proposal(roster, isOwn: isOwn, isOutside: isOutside), by: Self.judge)
      guard ledger.chains == before else { throw Disagreement(description: "what is heard again moves") }
      return true
    }
    guard try register(told, isOwn, isOutside, world) else { return false }
    held.insert(told.number)
    if isOutside {
      outside.insert(told.number)
    } else {
      outside.remove(told.number)
      for (subject, word) in told.words {
        if isRestored { note(word, of: subject, isOwn) }
        words[subject, default: []].append(word)
      }
    }
    for subject in told.subjects { try compare(subject, world.order) }
    return true
  }

  private mutating func register(_ told: Told, _ isOwn: Bool, _ isOutside: Bool, _ world: ModelledWorld) throws -> Bool
  {
    let isAllowed =
      isOwn ? told.words.allSatisfy { mayState($0.word, of: $0.subject, world.order) } : takes(told, from: world)
    let proposal = told.proposal(roster, isOwn: isOwn, isOutside: isOutside)
    if outside.contains(told.number), !isOutside {  // A receipt of the new epoch brings it inside.
      store.append(.completed(told))
      _ = try ledger.complete(proposal, by: Self.judge)
      return true
    }
    let judgement = try ledger.register(proposal, by: Self.judge)
    if judgement.isRegistered { store.append(.heard(told, isOwn: isOwn, isOutside: isOutside)) }
    // What moves nobody is no question of the model's.
    if isOwn, told.words.isEmpty || told.words.contains(where: { hasSignedForBoth($0.word, of: $0.subject) }) {
      return judgement.isRegistered
    }
    // A clock that is off may hold up an intention, and what is complete is not redirected.
    let isClock = isOwn && judgement.refusedCodes.isSubset(of: [.v10, .v17, .v18])
    guard judgement.isRegistered == isAllowed || isOutside || isAllowed && isClock else {
      throw Disagreement(
        description: "\(name)\(isOwn ? " signs" : " hears") \(told.text): "
          + "the model \(isAllowed ? "lets it" : "does not"), the code says \(judgement.refusals)")
    }
    return judgement.isRegistered
  }

  /// What others tell may have had an answer in the lost part, whatever was signed about it here (decision 27; custody.md
  /// asks less); but where they sign the end of a dispute, that is their answer. That a recall is agreed to says nothing of a
  /// line before its release is here.
  private mutating func note(_ word: Word, of subject: SubjectReference, _ isOwn: Bool) {
    if isOwn {
      if word.isIntake, words[subject] == nil { isNew.insert(subject) }
      paper[subject, default: []].insert(word.id)
    } else if case .recalled = word.what, !isKnown(word.after, words[subject] ?? []) {
      return
    } else if !word.isSettlement || word.by == name {
      isNew.remove(subject)
      paper[subject] = nil
    }
  }

  /// Its log opens an epoch behind a restored one, or is sealed.
  mutating func turn(_ told: Told, isRestored: Bool, _ world: ModelledWorld) throws {
    self.isRestored = isRestored
    _ = try hear(told, isOwn: true, world)
    try compareAll(world)
  }

  /// The daemon crashes and starts again: what it knows is made anew from what its store holds, in order.
  mutating func restart(_ world: ModelledWorld) throws {
    var (again, roster) = (Ledger(), world.coalition.roster)
    for entry in store {
      switch entry {
      case .heard(let told, let isOwn, let isOutside):
        let proposal = told.proposal(roster, isOwn: isOwn, isOutside: isOutside)
        guard try again.register(proposal, by: Self.judge).isRegistered else {
          throw Disagreement(description: "\(name) refuses \(told.text) when it starts again")
        }
      case .completed(let told): _ = try again.complete(told.proposal(roster, isOwn: false), by: Self.judge)
      case .followed(let next):
        roster = next
        again.follow(next.successions)
      case .doubted(let some): again.doubt(some)
      }
    }
    guard again.chains == ledger.chains, again.releases == ledger.releases, again.closings == ledger.closings else {
      throw Disagreement(description: "\(name) starts again and knows something else")
    }
    ledger = again
  }
}
