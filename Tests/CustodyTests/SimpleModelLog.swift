import Custody
import Roster

/// What one statement says, line by line, in the words of the model.
struct Told {
  let act: Act
  /// Its signatures are verified once, for all who hear it.
  let verified: VerifiedStatement
  let words: [SubjectReference: Word]
  /// What its signer's log held about the same people: it travels with it.
  let history: [StatementID]
  /// Which log signed it: a copy of a log is another.
  let signer: Int
  var name: String { verified.issuer.name.description }
  var id: StatementID { act.id }
  var text: String { act.id.short }

  init(
    _ act: Act, by log: ModelledLog, _ signer: Int, words: [SubjectReference: Word] = [:], history: [StatementID] = []
  ) throws {
    (self.act, self.words, self.history, self.signer) = (act, words, history, signer)
    verified = try StatementVerifier(
      roster: log.office.coalition.roster, policy: .standard, checks: checksInForce, revocations: []
    )
    .verify(act.signed, anchoredAt: Coalition.now)
  }

  func proposal(_ roster: VerifiedRoster, isOwn: Bool, isOutside: Bool) -> Proposal {
    var proposal = Proposal(
      verified, content: isOutside ? Content() : act.content, stage: isOwn ? .own : .received,
      arrival: isOutside ? .awaited : .whole, roster: roster, policy: .standard, now: Coalition.now)
    proposal.isOutsideSeal = isOutside
    return proposal
  }
}

/// One log: the code's, and beside it what has been said, for the model.
struct ModelledLog {
  var office: Office
  /// Of the one whose copy it is.
  let name: String
  private(set) var words: [SubjectReference: Set<Word>] = [:]
  private(set) var held: Set<StatementID> = []
  /// On record without an effect: it lies outside the seal of the log that signed it.
  private(set) var outside: Set<StatementID> = []
  /// Whom it has taken in since its log was restored, and nobody else has spoken of.
  private var isNew: Set<SubjectReference> = []
  var isRestored = false
  /// What it has signed since its log was restored, and nothing was told of since.
  private var paper: [SubjectReference: Set<String>] = [:]

  /// Who acts in whose place, by the roster that it follows.
  private(set) var places: [String: String] = [:]
  private var roster: VerifiedRoster
  /// Whom each statement is addressed to.
  private var addressees: [StatementID: String] = [:]

  init(_ party: Party, of coalition: Coalition) {
    office = Office(party, of: coalition)
    name = party.name.description
    roster = coalition.roster
  }

  /// Follows a roster by which others have taken the place of some.
  mutating func follow(_ roster: VerifiedRoster, _ places: [String: String], _ order: [String: Int]) throws {
    (self.roster, self.places) = (roster, places)
    office.ledger.follow(roster.successions)
    for subject in words.keys { try compare(subject, order) }
  }

  /// Whether one of two names acts for both.
  func areOne(_ one: String, _ other: String) -> Bool { places[one] ?? one == places[other] ?? other }

  /// What has been said of somebody, with whoever ended spoken of as who acts in its place.
  private func known(_ subject: SubjectReference) -> Set<Word>? {
    words[subject].map { words in places.isEmpty ? words : Set(words.map { $0.under(places) }) }
  }

  func model(_ subject: SubjectReference, _ order: [String: Int]) -> SimpleModel? {
    let lost = isRestored && !isNew.contains(subject) ? name : nil
    return known(subject).flatMap { SimpleModel($0, order, lost: lost, paper: paper[subject] ?? []) }
  }

  /// Whether its own log may let it sign this, by what it holds (custody.md, The serialization rule).
  func mayState(_ word: Word, of subject: SubjectReference, _ order: [String: Int]) -> Bool {
    let known = known(subject) ?? []
    guard let model = model(subject, order) else {
      // An agreement to a recall may overtake its release.
      return word.what == .intake || word.what == .recalled && !known.contains { $0.after == word.after }
    }
    switch word.what {
    case .intake: return false
    case .release:
      return model.custodian == name && [.held, .missing].contains(model.phase) && word.after == model.head
    case .accepted, .refused, .missing, .recalled, .ended:
      return mayAnswer(word, known, model)
    case .over, .gone, .found:
      if case .contested(let parties, _, _) = model.phase { return parties.contains(name) }
      if case .released = model.phase { return false }
      return model.custodian == name
    case .resolved(let round, let heads, let custodian):
      guard case .contested(let parties, let last, let open) = model.phase else { return false }
      let hasSigned = known.contains {
        $0.by == name && $0.settlement?.round == round && $0.settlement?.heads == heads
      }
      return parties.contains(name) && parties.contains(custodian) && heads == Set(last) && round == open && !hasSigned
    }
  }

  /// Each release has one answer; signing the end of a dispute is one, unless there turns out to have been none.
  private func mayAnswer(_ word: Word, _ known: Set<Word>, _ model: SimpleModel) -> Bool {
    let release = known.first { $0.id == word.after }
    let isAnswered = known.contains { $0.isAnswer && $0.after == word.after && $0.by == name }
    let hasSigned = known.contains { $0.by == name && $0.settlement?.heads.contains(word.after ?? "") ?? false }
    guard !isAnswered, !hasSigned || model.phase == .released(to: name) else { return false }
    // A restored log says of nobody that he is not here: it may have accepted him in what it lost.
    if word.what != .accepted, isRestored, model.isContested { return false }
    return word.what == .recalled && release == nil || release?.addressee == name
  }

  /// Whether what a partner signed well is registered: an answer to something that is not here has to come again.
  private func takes(_ told: Told) -> Bool {
    let question: Relation
    switch told.act.event.type {
    case .outcome: question = .release
    case .recallAgreed, .recallRefused: question = .recall
    case .offerAgreed, .offerDeclined: question = .offer
    default: return true
    }
    guard let asked = told.act.event.reference(question), let addressee = addressees[asked] else { return false }
    return held.contains(asked) && !outside.contains(asked) && areOne(addressee, told.name)
  }

  /// Hears or signs a statement, and compares.
  /// - Parameter isOutside: whether it lies outside the seal of a restored log.
  mutating func hear(_ told: Told, isOwn: Bool = false, isOutside: Bool = false, _ order: [String: Int]) throws -> Bool
  {
    if held.contains(told.id), !outside.contains(told.id) || isOutside {
      let before = office.ledger.chains
      let proposal = told.proposal(roster, isOwn: isOwn, isOutside: isOutside)
      _ = try office.ledger.register(proposal, by: Judge(checks: checksInForce))
      guard office.ledger.chains == before else { throw Disagreement(description: "what is heard again moves") }
      return true
    }
    let isRegistered = try register(told, isOwn, isOutside, order)
    if isRegistered {
      held.insert(told.id)
      addressees[told.id] = told.act.event.to?.description
      if isOutside { outside.insert(told.id) } else { outside.remove(told.id) }
      if !isOutside {
        for (subject, word) in told.words {
          if isRestored { note(word, of: subject, isOwn) }
          words[subject, default: []].insert(word)
        }
      }
    }
    for subject in told.act.subjects { try compare(subject, order) }
    return isRegistered
  }

  private mutating func register(_ told: Told, _ isOwn: Bool, _ isOutside: Bool, _ order: [String: Int]) throws -> Bool
  {
    let isAllowed = isOwn ? told.words.allSatisfy { mayState($1, of: $0, order) } : takes(told)
    let proposal = told.proposal(roster, isOwn: isOwn, isOutside: isOutside)
    let judge = Judge(checks: checksInForce)
    if outside.contains(told.id), !isOutside {  // A receipt of the new epoch brings it inside.
      _ = try office.ledger.complete(proposal, by: judge)
      return true
    }
    let judgement = try office.ledger.register(proposal, by: judge)
    // What moves nobody is no question of the model's.
    if isOwn, told.words.isEmpty { return judgement.isRegistered }
    // A clock that is off may hold up an intention, and what is complete is not redirected.
    let isClock = isOwn && judgement.refusedCodes.isSubset(of: [.v10, .v17, .v18])
    guard judgement.isRegistered == isAllowed || isOutside || isAllowed && isClock else {
      throw Disagreement(
        description: "\(name)\(isOwn ? " signs" : " hears") \(told.text) \(told.act.event.type.rawValue): "
          + "the model \(isAllowed ? "lets it" : "does not"), the code says \(judgement.refusals)")
    }
    return judgement.isRegistered
  }

  /// What others tell may have had an answer in the lost part, whatever was signed about it here (decision 27; custody.md
  /// asks less); but where they sign the end of a dispute, that is their answer.
  private mutating func note(_ word: Word, of subject: SubjectReference, _ isOwn: Bool) {
    if isOwn {
      if word.what == .intake, words[subject] == nil { isNew.insert(subject) }
      paper[subject, default: []].insert(word.id)
    } else if word.settlement == nil || word.by == name {
      isNew.remove(subject)
      paper[subject] = nil
    }
  }
}
