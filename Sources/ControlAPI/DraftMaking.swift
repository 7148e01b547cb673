import COSE
public import Custody
import OpenSSL
public import Roster
import TransparencyLog

/// Whoever drafts events: an authority under a roster, at a moment. What needs no log stands here, so that a daemon and a
/// laptop without one make the same drafts.
public protocol DraftMaking {
  /// On whose behalf it is drafted.
  var drafter: Authority { get }
  /// The version that is relied on.
  var draftRoster: VerifiedRoster { get }
  /// The code lists in force.
  var draftCodes: CodesInForce { get }
  /// The numbers that drafts are judged by.
  var draftPolicy: Policy { get }
  var now: UnixTime { get }
}

extension DraftMaking {
  /// The event as its request words it, before anything is said of whom or what moves.
  public func frame(_ type: EventType, _ request: DraftRequest, record: RecordID) throws -> Event {
    let recorded = OffsetTime(unix: now, offsetMinutes: 180)
    var occurred = recorded
    if let text = request.occurredAt {
      guard let time = OffsetTime(text) else { throw Problem.badTime("occurred_at", text) }
      occurred = time
    }
    let source = request.timeSource ?? OccurredTime.Source.ntp.rawValue
    guard let timeSource = OccurredTime.Source(rawValue: source) else {
      throw Problem.badRequest("time_source", "\"\(source)\" is none of ntp, gnss, manual, unknown")
    }
    var event = Event(
      recordID: record, type: type,
      occurred: OccurredTime(at: occurred, source: timeSource, clockError: request.clockErrorSeconds ?? 2),
      recordedAt: recorded, roster: draftRoster.digest)
    event.exercise = draftRoster.body.exercise
    event.reason = request.reason
    if let text = request.acceptBy {
      guard let time = OffsetTime(text) else { throw Problem.badTime("accept_by", text) }
      guard time.unix > occurred.unix else { throw Problem.badRequest("accept_by", "must lie after occurred_at") }
      event.acceptBy = time
    }
    if let text = request.caseID {
      guard let id = RecordID(uuid: text) else { throw Problem.badRequest("case_id", "\"\(text)\" is no UUID") }
      event.caseID = id
    }
    return event
  }

  /// An authority that a request names; nil where it names none.
  public func authority(_ name: String?, _ field: String) throws -> AuthorityName? {
    guard let name else { return nil }
    guard let authority = AuthorityName(name) else {
      throw Problem.badRequest(field, "must name an authority, MEMBER/authority")
    }
    return authority
  }

  /// The paper that an event is entered from.
  public func lateEntry(_ request: DraftRequest) throws -> LateEntry? {
    guard let paper = request.lateEntry else { return nil }
    guard let digest = decodeHexadecimal(paper.scanDigest), digest.count == 32, !paper.form.isEmpty else {
      throw Problem.badRequest(
        "late_entry", "must say the form's number, and SHA-256 of its scan in 64 hexadecimal digits")
    }
    return LateEntry(form: paper.form, scanDigest: digest)
  }

  /// Roots, counts and commitments are computed from the content, never taken from a request.
  public func describe(_ content: Content, in event: inout Event) throws {
    guard let manifest = content.manifest else { return }
    event.manifestRoot = manifest.root.bytes
    event.manifestBucket = UInt64(manifest.leaves.count)
    event.counts = manifest.counts
    if let slots = content.slots { event.slotsRoot = Slots.root(of: slots).bytes }
  }

  /// Seals the whole set that goes beside an event, and fills in its `sealed`. An identity annex that names nobody is one
  /// all the same.
  /// - Parameter history: the manifests that its addressees have not seen.
  public func sealed(
    _ content: inout Content, _ request: DraftRequest, in event: inout Event,
    history: (Event, Content) throws -> History
  ) throws -> [EventSealing.Object] {
    let annexes = try request.roleAnnexes(of: event)
    guard content.manifest != nil else { return [] }
    let hasSite = event.kind?.row.rules.contains(.site) == true
    guard hasSite || request.site == nil else { throw Problem.badRequest("site", "has no meaning in this kind") }
    // Every one that a party's daemon opens is there, if need be empty, so that its commitment is known.
    let opened = [PayloadKind.identity] + (hasSite ? [.site] : [])
    for kind in opened where !content.annexes.contains(where: { $0.id == kind.id }) {
      let bytes = try kind == .site ? siteBlock(request) : []
      content.annexes.append(
        Annex(id: kind.id, mediaType: kind.mediaType, salt: try randomBytes(Seal.saltByteCount), content: bytes))
    }
    return try EventSealing(issuer: drafter, roster: draftRoster, now: now).seal(
      content, history: history(event, content), annexes: annexes, in: &event)
  }

  /// What is said of the site, or nothing.
  private func siteBlock(_ request: DraftRequest) throws -> [UInt8] {
    guard let site = request.site else { return [] }
    let failings = site.problems().map {
      Problem.Failing(code: "invalid-value", detail: "site.\($0.field) \($0.problem)")
    }
    guard failings.isEmpty else {
      throw Problem(
        status: 422, code: "invalid-value", title: "The site block cannot be taken as it is",
        detail: "\(failings.count) values are wrong, first: \(failings[0].detail)",
        next: "correct every value listed; nothing was stored", failings: failings)
    }
    return site.encoded()
  }

  /// What nobody could read back must not wait for approvals: too long, a control character, a date out of range.
  public func refuseUnreadable(_ event: Event) throws {
    do throws(DecodeError) { _ = try Event(decoding: event.encoded(includingApprovals: false)[...]) } catch {
      throw Problem(
        status: 422, code: error.reason.rawValue, title: "The request cannot be signed", detail: error.detail,
        next: "correct what is named and ask again; nothing was stored")
    }
  }
}

extension Event {
  /// Goes on with the record, the case and the parties of an earlier statement; who ended is followed by whoever acts in
  /// its place.
  public mutating func continues(_ earlier: StatementSummary, under successions: Successions) {
    recordID = earlier.recordID
    caseID = caseID ?? earlier.caseID
    kind = earlier.kind
    from = earlier.from.map(successions.current)
    to = earlier.to.map(successions.current)
  }
}
