public import COSE
import Roster

/// One line of a statement that people were told: whom of which statement, what duty, how and when.
public struct NoticeLine: Hashable, Sendable {
  public let subject: SubjectReference
  public let about: StatementID
  public let duty: String
  public let means: String
  public let toldAt: OffsetTime

  public init(
    subject: SubjectReference, about: StatementID, duty: String, means: String, toldAt: OffsetTime
  ) {
    self.subject = subject
    self.about = about
    self.duty = duty
    self.means = means
    self.toldAt = toldAt
  }

  /// - Returns: nil when the leaf is no such line; V6 refuses it.
  init?(_ leaf: ManifestLeaf) {
    guard leaf.fields.count == LineSchema.notice.fields.count, let subject = leaf.subject,
      let about = leaf.fields[2].bytes.flatMap({ StatementID($0) }), let duty = leaf.fields[3].text,
      let means = leaf.fields[4].text, let toldAt = leaf.fields[5].text.flatMap({ OffsetTime($0) })
    else { return nil }
    self.init(subject: subject, about: about, duty: duty, means: means, toldAt: toldAt)
  }

  /// The line of a manifest (schema notice-1).
  public var fields: [CBOR] {
    [
      .bytes(subject.bytes), .null, .bytes(about.bytes), .text(duty), .text(means), .text(toldAt.text),
    ]
  }
}

extension Transitions {
  /// What a statement makes its signer, or whoever stays responsible, tell others. What they told meanwhile counts.
  mutating func owe() throws {
    let event = proposal.event
    let rows = DutyTable.rows.filter { $0.event == event.type }
    guard !rows.isEmpty, event.kind?.row.isOfPersons != false else { return }
    let told = try view.notices(about: id).sorted { ($0.toldAt, $0.statement) < ($1.toldAt, $1.statement) }
    for row in rows {
      let owner = row.owner == .from ? event.from ?? proposal.issuer.name : proposal.issuer.name
      for subject in try proposal.subjects(of: row, view) {
        var line = DutyLine(
          statement: id, duty: row.duty, subject: subject, owner: owner,
          due: event.occurred.at.unix + row.seconds)
        line.notice = told.first { line.isMet(by: $0, under: successions) }?.statement
        effects.owed.append(line)
      }
    }
  }

  /// What was told is kept, also where what it is about has not come yet.
  mutating func notify() throws {
    for (_, line) in proposal.notices {
      let notice = Notice(
        statement: id, issuer: proposal.issuer.name, about: line.about, duty: line.duty, subject: line.subject,
        means: line.means, toldAt: line.toldAt.unix)
      effects.notices.append(notice)
      if let line = try proposal.asked(notice, view) {
        effects.owed.append(line)
        continue
      }
      guard let duty = DutyCode(rawValue: line.duty), var owed = try view.duty(line.about, duty, line.subject),
        owed.notice == nil, owed.isMet(by: notice, under: successions)
      else { continue }
      owed.notice = id
      effects.owed.append(owed)
    }
  }
}

extension Proposal {
  /// Whether it says that people asked that somebody be told of them, and nobody was yet.
  var isAsking: Bool { event.type == .notified && event.reason == Notice.personAsked }

  /// The duty that somebody makes who asks that their State of nationality be told: at whoever took them in or has them, and
  /// says so. What was told since counts.
  fileprivate func asked(_ notice: Notice, _ view: any CustodyView) throws -> DutyLine? {
    guard isAsking, notice.duty == DutyCode.stateOfNationality.rawValue, !notice.discharges,
      try view.duty(notice.about, .stateOfNationality, notice.subject) == nil,
      try view.has(notice.subject, as: notice.about, issuer.name, under: successions)
    else { return nil }
    var line = DutyLine(
      statement: notice.about, duty: .stateOfNationality, subject: notice.subject, owner: issuer.name,
      due: notice.toldAt + DutyTable.secondsWhenAsked)
    line.notice = try view.notices(about: notice.about)
      .filter { $0.toldAt >= notice.toldAt && line.isMet(by: $0, under: successions) }
      .min { ($0.toldAt, $0.statement) < ($1.toldAt, $1.statement) }?.statement
    return line
  }

  /// Of whom of its lines a row makes a duty.
  fileprivate func subjects(of row: DutyRow, _ view: any CustodyView) throws -> [SubjectReference] {
    switch row.condition {
    case .anybody: return subjects(saying: row.line)
    case .deprived: return event.libertyStatus == .atLiberty ? [] : subjects(saying: row.line)
    case .unaccompaniedChild:
      return linesOfContent(.children).filter { $0.isChild && $0["unaccompanied"]?.bool == true }
        .compactMap(\.leaf.subject)
    case .correctedChild: return corrections.filter { $0.correction.isToChild }.map(\.correction.subject)
    case .correctedNationality:
      return try corrections.map(\.correction).filter { correction in
        guard correction.fields["nationalities"] != nil else { return false }
        let told = try view.nationalityDuties(of: correction.subject)
        return !told.isEmpty && told.allSatisfy { $0.notice != nil }
      }.map(\.subject)
    }
  }

  private func subjects(saying code: String?) -> [SubjectReference] {
    guard let code else { return lines.compactMap(\.leaf.subject) }
    return event.type == .outcome
      ? answers.filter { $0.code.rawValue == code }.map(\.answered.subject)
      : occurrences.filter { $0.occurrence.what.code == code }.map(\.subject)
  }
}

extension Correction {
  /// Whether somebody is to be read as a child, or as one alone. A child is presumed where in doubt.
  fileprivate var isToChild: Bool {
    let age = (fields["age"] ?? fields["observed_age"])?.text
    return age.map { $0 != AgeFlag.adult.rawValue } ?? (fields["unaccompanied"]?.bool == true)
  }
}

extension CustodyView {
  /// Whether an authority took somebody in by a statement, or has them now.
  func has(_ subject: SubjectReference, as statement: StatementID, _ name: AuthorityName, under places: Successions)
    throws -> Bool
  {
    let chain = try chain(subject)
    var holders = chain?.claimants ?? [chain?.custodian].compactMap(\.self)
    if let signer = try summary(statement)?.issuer { holders.append(signer) }
    return holders.contains { places.areOne($0, name) }
  }
}

extension Ledger {
  /// Duties of which something is owed, those that are due first before the others.
  public var openDuties: [OpenDuty] {
    duties.values.flatMap { lines in
      // Of one outcome both sides may owe the same: its receiver of some lines, its releaser of others.
      Dictionary(grouping: lines.values) { Shared(duty: $0.duty, owner: $0.owner, due: $0.due) }.compactMap {
        shared, lines -> OpenDuty? in
        let open = lines.count { $0.notice == nil }
        guard open > 0, let first = lines.first else { return nil }
        return OpenDuty(
          statement: first.statement, duty: shared.duty, owner: shared.owner, due: shared.due, lines: lines.count,
          open: open)
      }
    }.sorted {
      ($0.due, $0.statement, $0.duty.rawValue, $0.owner) < ($1.due, $1.statement, $1.duty.rawValue, $1.owner)
    }
  }

  private struct Shared: Hashable {
    let duty: DutyCode
    let owner: AuthorityName
    let due: UnixTime
  }
}
