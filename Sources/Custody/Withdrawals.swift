import COSE
import Roster

/// That somebody took their consent back.
struct Withdrawal: Sendable {
  let statement: StatementID
  let occurred: OccurredTime

  /// The day as its signer wrote it, but none that has not begun anywhere by now: a wrong clock, or a signer who means harm,
  /// asks for no consent that nobody can have given yet.
  func day(by now: UnixTime) -> Substring {
    min(occurred.at.text.prefix(10), OffsetTime(unix: now, offsetMinutes: -720).text.prefix(10))
  }
}

/// Who is on record as having taken their consent back: by a recall for that reason, or by an answer that gives it.
struct Withdrawals {
  static let reason = "consent-withdrawn"

  private let view: any CustodyView
  private let proposal: Proposal
  /// Whom it is about: of anybody else nothing is kept.
  private let subjects: Set<SubjectReference>
  private var known: [StatementID: [SubjectReference: Withdrawal]] = [:]
  private var recalls: [StatementID: [StatementID]] = [:]

  /// - Parameter subjects: nil for those whom it has lines of.
  init(before proposal: Proposal, of subjects: Set<SubjectReference>? = nil, _ view: any CustodyView) {
    (self.proposal, self.view) = (proposal, view)
    self.subjects = subjects ?? Set(proposal.lines.compactMap(\.leaf.subject))
  }

  /// The day of the last one, as far as it can be one by now.
  func day(of withdrawal: Withdrawal) -> Substring { withdrawal.day(by: proposal.now) }

  /// Whether a day has begun somewhere by now: nobody has consented anew on one that has not, and such a date would stand
  /// against every withdrawal until then.
  func hasBegun(_ day: Substring) -> Bool {
    day <= OffsetTime(unix: proposal.now, offsetMinutes: 840).text.prefix(10)
  }

  /// The last one of somebody on the way until now.
  mutating func newest(of subject: SubjectReference) throws -> Withdrawal? {
    var found: [Withdrawal] = []
    for step in try view.chain(subject)?.steps ?? [] where step.id != proposal.id {
      switch step.effect {
      case .release: found += try recalled(step.id, by: step.issuer, subject)
      case .answer: found += [try told(by: step.id)[subject]].compactMap(\.self)
      case .intake, .end, .suspend, .resume: break
      }
    }
    let now = proposal.now
    return found.max { (min($0.occurred.latest, now), $1.statement) < (min($1.occurred.latest, now), $0.statement) }
  }

  /// What the releaser's recalls of a release say of somebody on it.
  mutating func recalled(_ release: StatementID, by releaser: AuthorityName?, _ subject: SubjectReference) throws
    -> [Withdrawal]
  {
    let ids = try recalls[release] ?? view.recalls(of: release).sorted()
    recalls[release] = ids
    return try ids.compactMap { id in
      // A stranger's word holds nobody, and its lines are not even read.
      guard try proposal.successions.areOne(view.summary(id)?.issuer, releaser) else { return nil }
      return try told(by: id)[subject]
    }
  }

  /// Whom a statement says it of.
  private mutating func told(by id: StatementID) throws -> [SubjectReference: Withdrawal] {
    if let known = known[id] { return known }
    var found: [SubjectReference: Withdrawal] = [:]
    if let event = try view.event(of: id), let manifest = try view.custodyLines(of: id) {
      for (_, leaf) in manifest.lines {
        guard let subject = leaf.subject, subjects.contains(subject) else { continue }
        let isAccepted = manifest.value("outcome", of: leaf)?.text == OutcomeCode.accepted.rawValue
        guard manifest.value("reason", of: leaf)?.text == Self.reason || event.reason == Self.reason && !isAccepted
        else { continue }
        found[subject] = Withdrawal(statement: id, occurred: event.occurred)
      }
    }
    known[id] = found
    return found
  }
}

/// V29, where consent was there and was taken back.
enum WithdrawalChecks {
  /// Why somebody whose line says that they consent does not go: they took it back since.
  static func problem(_ line: ContentLine, _ withdrawals: inout Withdrawals) throws -> String? {
    guard let subject = line.leaf.subject, let last = try withdrawals.newest(of: subject) else { return nil }
    let day = withdrawals.day(of: last)
    if let again = line["consent"]?.map?["reconfirmed_on"]?.text, again.utf8.count >= day.utf8.count,
      ManifestEntry.isDate(again), again.prefix(10) >= day, withdrawals.hasBegun(again.prefix(10))
    {
      return nil
    }
    return "consent was withdrawn on \(day), by \(last.statement): who consents anew has a consent_reconfirmed_on "
      + "since then, and who does not stays"
  }

  /// Who is accepted although the releaser had recalled them because they do not want to go. That they came is a fact.
  static func accepted(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    let event = proposal.event
    guard let kind = event.kind, !kind.row.rules.isDisjoint(with: [.consent, .basis]),
      let release = event.reference(.release), try !view.recalls(of: release).isEmpty
    else { return [] }
    var withdrawals = Withdrawals(before: proposal, view)
    let (releaser, manifest) = (try view.summary(release)?.from, try view.manifest(of: release))
    return try proposal.answers.compactMap { answer in
      let subject = answer.answered.subject
      guard answer.code == .accepted,
        // What may have come after they did is no such withdrawal, as far as the clocks can tell.
        let first = try withdrawals.recalled(release, by: releaser, subject).first(where: {
          $0.occurred.latest < event.occurred.earliest
        })
      else { return nil }
      if let line = manifest.flatMap({ ContentLine(of: answer.answered, in: $0) }), !line.asksConsent(kind.row) {
        return nil
      }
      return Violation(
        .v29, line: answer.index,
        "consent was withdrawn on \(withdrawals.day(of: first)), by the recall \(first.statement), before they were accepted: release "
          + "them back, or write down with the next step that they consent anew")
    }
  }

  /// Who is on a road although the releaser had recalled them, because they do not want to go, before it began; but for those
  /// whom the receiver has sent back since. That they left is a fact.
  static func departed(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    let event = proposal.event
    guard let release = event.reference(.release), let summary = try view.summary(release),
      let row = summary.kind?.row, !row.rules.isDisjoint(with: [.consent, .basis]),
      try !view.recalls(of: release).isEmpty, let manifest = try view.manifest(of: release)
    else { return [] }
    var withdrawals = Withdrawals(before: proposal, of: Set(manifest.subjects), view)
    let stayed: Set<AnswerCode> = [.recalled, .refused, .missing]
    var lines: [Int] = []
    for (index, leaf) in manifest.lines {
      guard let subject = leaf.subject, ContentLine(index: index, leaf: leaf, in: manifest.schema).asksConsent(row),
        try view.releaseLine(release, index)?.answer.map({ stayed.contains($0.code) }) != true,
        // What may have come after they left is no such withdrawal, as far as the clocks can tell.
        try withdrawals.recalled(release, by: summary.from, subject).contains(where: {
          $0.occurred.latest < event.occurred.earliest
        })
      else { continue }
      lines.append(index)
    }
    guard !lines.isEmpty else { return [] }
    let named = lines.prefix(5).map(String.init).joined(separator: ", ") + (lines.count > 5 ? ", …" : "")
    return [
      Violation(
        .v29,
        "consent of \(lines.count) of the release \(release) (lines \(named)) was withdrawn before they departed: let them "
          + "get off and agree to the recall, or release them back")
    ]
  }
}

extension ContentLine {
  /// A line as its schema names its fields.
  init(index: Int, leaf: ManifestLeaf, in schema: LineSchema) {
    let positions = Dictionary(schema.fields.enumerated().map { ($1.name, $0) }) { first, _ in first }
    self.init(index: index, leaf: leaf, positions: positions)
  }

  /// The line of a release that an answer means; nil where it has none.
  init?(of answered: AnsweredLine, in manifest: Manifest) {
    guard manifest.leaves.indices.contains(answered.releaseLine) else { return nil }
    let leaf = manifest.leaves[answered.releaseLine]
    guard leaf.subject == answered.subject else { return nil }
    self.init(index: answered.releaseLine, leaf: leaf, in: manifest.schema)
  }

  /// Whether a kind asks for this person's own consent: of each adult, unless the return rests on something else; where
  /// nobody says on what, of each child too.
  func asksConsent(_ row: KindRow) -> Bool {
    guard row.rules.contains(.basis) else { return row.rules.contains(.consent) && !isChild }
    let basis = self["legal_basis"]?.map?["code"]?.text
    return basis == nil || basis == RuleCodes.byConsent && !isChild
  }
}
