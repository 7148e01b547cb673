import COSE
import ControlAPI
import Custody
import Logging
import OpenSSL
import ReceiptStore
import Roster

/// Drafts that were made and approved where no daemon was: POST /v1/draft-files.
extension Drafts {
  /// Judges a file like any other draft, by the state now, and hands in its approvals. The same draft again, with more
  /// approvals or the same, goes on with what is here.
  /// - Parameter mayHandIn: whether this user may hand in approvals of an officer.
  func take(file bytes: [UInt8], user: UInt32, mayHandIn: @escaping @Sendable (UInt64) -> Bool) async throws
    -> DraftFileReport
  {
    let file = try Self.read(bytes)
    let approvals = try Self.genuine(file)
    let id = file.id
    try await made(id, file.digest) { try await $0.make(file) }
    var left: [DraftFileReport.Left] = []
    for (approval, bytes) in approvals {
      do {
        _ = try await approve(id, approval: bytes, under: file.roster, user: user, mayHandIn: mayHandIn)
      } catch let problem as Problem
        where problem.status == 403
      {
        left.append(
          DraftFileReport.Left(
            officer: approval.officer, role: approval.role.rawValue, why: problem.detail, next: problem.next))
      }
    }
    return DraftFileReport(draft: try await view(id), left: left)
  }

  private static func read(_ bytes: [UInt8]) throws -> DraftFile {
    do { return try DraftFile(decoding: bytes) } catch {
      throw Problem(
        status: 422, code: error.reason.rawValue, title: "The draft cannot be read", detail: "\(error)",
        next: "nothing was stored; copy the file again from where it was made")
    }
  }

  /// Every approval of the file, each genuine by the roster that the file relies on: one that is not was altered, or is
  /// of another draft or another authority.
  private static func genuine(_ file: DraftFile) throws -> [(approval: VerifiedApproval, bytes: [UInt8])] {
    try file.approvals.map { bytes in
      let refusal: String
      do {
        switch file.verified(try Approval(decoding: bytes)) {
        case .success(let verified): return (verified, bytes)
        case .failure(let why): refusal = why.why
        }
      } catch { refusal = "\(error)" }
      throw Problem(
        status: 403, code: "V14", title: "An approval of the draft does not count", detail: refusal,
        record: file.event.recordID.uuid,
        next: "nothing was stored; copy the file again, or let an officer of \(file.authority.name) approve it")
    }
  }

  private func make(_ file: DraftFile) async throws -> Office? {
    let office = office
    let (content, officers, roles) = try await store.read { reader in
      try DraftFileCheck(office: office, reader: reader, file: file, now: currentTime()).judged()
    }
    let draft = StoredDraft(
      id: file.id, request: file.digest, event: file.eventBytes, officers: officers, roles: roles,
      createdAt: currentTime(), lines: content.manifest?.lines.count ?? 0)
    return try await keep(draft, content, objects(of: file), isFile: true)
  }

  private func objects(of file: DraftFile) -> [Sealing.Object] {
    let sealed = zip(file.event.sealed, file.sealed).map { Sealing.Object(id: $0.ciphertextDigest, bytes: $1) }
    guard let slots = file.slots, let root = file.event.slotsRoot else { return sealed }
    return sealed + [Sealing.Object(id: root, bytes: slots.flatMap(\.self), kind: .slots)]
  }
}

/// Whether this log takes a draft that came as a file: what a drafting daemon settles itself is looked at here.
struct DraftFileCheck {
  let office: Office
  let reader: StoreReader
  let file: DraftFile
  let now: UnixTime
  var event: Event { file.event }

  init(office: Office, reader: StoreReader, file: DraftFile, now: UnixTime) {
    self.office = office
    self.reader = reader
    self.file = file
    self.now = now
  }

  /// What stands beside the event, opened, how many officers must approve and in what offices somebody else.
  /// - Throws: `Problem` saying what does not fit and what to do.
  func judged() throws -> (content: Content, officers: Int, roles: [ApprovalRole]) {
    try checkFrame()
    try checkRoster()
    let opened = try opened()
    var proposal = Proposal(
      draft: event, issuer: office.authority, content: opened.content, roster: office.roster, policy: office.policy,
      now: now)
    proposal.codeBook = office.codeBook
    let judgement = try Judge().judge(proposal, in: reader)
    guard judgement.isRegistered else {
      var problem = Problem.refused(
        try judgement.refusals.map { try named($0, opened.content) }, record: event.recordID)
      problem.next = Self.again
      throw try NamingRefusal(problem, read: cited, reader)
    }
    try checkWithheld(opened.content)
    try checkHistory(opened.history, opened.content)
    try checkLines(opened.content)
    try checkConsents(opened.content)
    try checkSteps(opened.content)
    let protection: [ApprovalRole] = proposal.awaitsChildProtection ? [.childProtection] : []
    // What the lost part of a restored log may tell otherwise (V21) is not signed before somebody has read that.
    let officers = max(file.officersNeeded, judgement.flags.contains { $0.code == .v21 } ? 1 : 0)
    return (opened.content, officers, protection + roles(of: proposal))
  }

  /// In what offices somebody must approve. That nobody could in some of them stands as a flag in what the officers sign.
  private func roles(of proposal: Proposal) -> [ApprovalRole] {
    let needed = proposal.rolesNeeded
    guard !event.isIntention, event.flags.contains(Flag(statement: nil, code: .v14)) else { return needed }
    return needed.lacking(needed.lacking(file.roles))
  }

  static let again =
    "nothing was stored and your file is as it was: write a new kit with `amana kit`, draft these lines again from it "
    + "and let the officers approve that"

  func refuse(_ status: Int, _ code: String, _ title: String, _ detail: String, _ next: String) -> Problem {
    Problem(status: status, code: code, title: title, detail: detail, record: event.recordID.uuid, next: next)
  }

  private func checkFrame() throws {
    guard event.exercise == office.roster.body.exercise else {
      throw refuse(
        422, "exercise", "Exercise and real custody do not mix",
        event.exercise ? "the draft is an exercise's" : "the draft is real and this daemon is in an exercise",
        "import it where it belongs; nothing was stored")
    }
    guard sameBytes(file.authority.uri, office.authority.uri) else {
      throw refuse(
        422, "other-authority", "The draft is another authority's",
        "it was drafted for \(file.authority.name), and this daemon acts for \(office.authority.name)",
        "bring it to the daemon of \(file.authority.name); nothing was stored")
    }
    guard let row = Lifecycle.row(for: event.type), DraftFile.drafted.contains(event.type) else {
      throw badRequest("event", "\(event.type.rawValue) is not drafted without a daemon")
    }
    guard !row.isIntention || !office.lacksSecondSignature(at: now) else { throw Drafting.noSecondSignature }
  }

  /// A fact may rely on any roster that this log adopted; an intention on the one in force.
  private func checkRoster() throws {
    guard event.roster != office.roster.digest else { return }
    guard try reader.roster(digest: event.roster) != nil else {
      throw refuse(
        409, "roster-unknown", "This log never adopted the Roster of the draft",
        "version \(file.roster.body.version), digest \(hexadecimal(event.roster))",
        "publish that Roster here and reload the daemon, then import the draft again; nothing was stored")
    }
    guard Lifecycle.row(for: event.type)?.isIntention == false else {
      throw refuse(
        409, "V11", CheckTable.row(.v11)?.sentence["en"] ?? "The Roster is not the one in force",
        "it relies on Roster version \(file.roster.body.version); in force is \(office.roster.body.version)", Self.again
      )
    }
  }

  /// What our own party key opens of it, each compared with what the event commits to.
  private func opened() throws -> (content: Content, history: History) {
    var opening = Opening()
    let bytes = Dictionary(zip(event.sealed.map(\.ciphertextDigest), file.sealed)) { first, _ in first }
    for key in office.sealKeys.all {
      opening = Opening(of: event, issuer: office.authority.uri, with: key) { bytes[$0] }
      if !opening.isForOthers { break }
    }
    if let failure = opening.failures.first {
      throw refuse(
        422, failure.isForOthers ? "sealed-to-others" : "content", "What stands beside the draft cannot be read here",
        failure.description,
        "nothing was stored; draft it again under the Roster that lists this daemon's seal key")
    }
    var content = opening.content
    // Our own drafts keep what they say themselves; what it hands on stands in earlier statements.
    content.annexes.removeAll { $0.id == History.id }
    content.slots = file.slots
    guard content.manifest?.lines.count == Int(clamping: file.lines) else {
      throw refuse(
        422, "content", "The draft has other lines than it says",
        "it says \(file.lines), and \(content.manifest?.lines.count ?? 0) are sealed in it",
        "nothing was stored; copy the file again from where it was made")
    }
    return (content, opening.history)
  }

  /// It is kept from everybody from whom what it builds on is kept here, also since the kit was written.
  private func checkWithheld(_ content: Content) throws {
    var expected = event
    try Drafting(office: office, reader: reader, now: now).inherit(
      Lineage(reader: reader, places: office.roster.successions).building(event, content), in: &expected)
    guard let kept = expected.withheldFrom.first(where: { !event.withheldFrom.contains($0) }) else { return }
    throw refuse(
      409, "withheld", "What it builds on is kept from somebody",
      "it would tell \(kept.member) of what is kept from it (\(kept.code))", Self.again)
  }

  /// Its receiver gets the lines of earlier statements that it has not seen, and of no others.
  private func checkHistory(_ history: History, _ content: Content) throws {
    let expected = try Lineage(reader: reader, places: office.roster.successions).history(
      of: event, content, by: office.authority.name, under: office.roster)
    guard expected == history else {
      throw refuse(
        409, "content", "The history in the draft is not the one on record",
        "it hands on \(history.items.count) earlier statements, and \(expected.items.count) belong to it", Self.again)
    }
  }

  /// What this authority has corrected, what was said of another receiver and how old somebody was seen to be: a draft
  /// that hands on what stood before where this daemon would not is refused.
  private func checkLines(_ content: Content) throws {
    guard event.type == .offer || event.type.isRelease, let manifest = content.manifest,
      let holder = event.reference(.offer) ?? event.reference(.basis)
    else { return }
    let drafting = Drafting(office: office, reader: reader, now: now)
    let people = try drafting.people(of: holder)
    var corrections = OwnCorrections(drafting.here)
    let readings = try corrections.readings(of: people)
    let before = Dictionary(people.manifest.lines.map { ($0.leaf.subject, $0.leaf) }) { first, _ in first }
    let persons = try content.persons()
    var hop = NextHop(office: office, reader: reader, people: people, to: event.to)
    for (_, leaf) in manifest.lines {
      guard let subject = leaf.subject, let old = before[subject], let chain = try reader.chain(subject) else {
        continue
      }
      let (reading, names) = (readings[subject], people.identities[subject] ?? [:])
      let line = reading?.fields ?? old.fields
      let told = (persons[subject] ?? [:]).merging((reading?.names ?? [:]).filter { names[$0.key] != $0.value }) { $1 }
      let carried = try hop.fields(
        of: line, chain, isAgeSaid: hop.differs("age", line, old), correctedAt: reading?.ageCorrectedAt)
      let stale = people.manifest.schema.fields.enumerated().first { position, field in
        // Said anew, it may be what it was: whoever drafts without a daemon is asked as well (V6, V28).
        guard !LineSchema.isOfOneJourney(field.name), position < carried.count, position < old.fields.count,
          carried[position] != old.fields[position],
          let own = manifest.value(field.name, of: leaf)
        else { return false }
        return own == old.fields[position]
      }
      let reference = persons[subject]?["reference"] ?? subject.description
      if let stale { throw try self.stale("\(reference): \(stale.element.name) is as it stood before") }
      if told != persons[subject] ?? [:] { throw try self.stale("\(reference): who it is was corrected") }
    }
  }

  private func stale(_ detail: String) throws -> NamingRefusal {
    let problem = refuse(
      409, "conflict",
      "The draft hands on what this authority has corrected, seen otherwise or said of another receiver",
      detail,
      "nothing was stored and your file is as it was: draft it where the daemon is, or say it anew with --adds")
    return try NamingRefusal(problem, read: cited, reader)
  }

  /// What the draft builds on.
  var cited: [StatementID] { event.references.map(\.statement) }

  func named(_ violation: Violation, _ content: Content) throws -> Violation {
    try violation.naming(content, citing: event.reference(.release) ?? event.reference(.basis), reader)
  }
}

extension Violation {
  /// The lines of a refused draft are thrown away with it, so people are told the register reference or the subject, not a
  /// line's number.
  func naming(_ content: Content, citing cited: StatementID?, _ reader: StoreReader) throws -> Violation {
    guard let line, let manifest = content.manifest, manifest.leaves.indices.contains(line),
      let subject = manifest.leaves[line].subject
    else { return self }
    var persons = try content.persons()
    // An answer, a recall or an incident names nobody itself.
    if persons.isEmpty, let cited { persons = try reader.content(owner: cited.bytes).persons() }
    let reference = persons[subject]?["reference"]
    return Violation(code, "\(reference ?? subject.description): \(detail)")
  }
}
