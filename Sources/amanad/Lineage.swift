import Custody
import ReceiptStore
import Roster

/// What statements build on: what they cite, each line's last step, and whatever settled a line that was contested.
struct Lineage {
  let reader: StoreReader
  let places: Successions

  /// A statement of this log, read once.
  struct Member {
    let stored: StoredStatement
    let signed: SignedStatement
    let content: Content
  }

  /// These statements and all they build on, in the order of this log.
  /// - Parameter known: what of them has been read already.
  func closure(of ids: some Sequence<StatementID>, known: [Member] = []) throws -> [Member] {
    let known = Dictionary(known.map { ($0.stored.id, $0) }) { first, _ in first }
    var members: [Member] = []
    var carriers: [StatementID: Set<AuthorityName>] = [:]
    var (open, seen) = (Array(ids), Set<StatementID>())
    while let id = open.popLast() {
      guard seen.insert(id).inserted, let member = try known[id] ?? read(id) else { continue }
      members.append(member)
      var derivable = member.content
      if derivable.manifest == nil { derivable.manifest = try reader.custodyLines(of: id) }
      if try hasPart(member, &carriers) { open += try cited(by: member.signed.event, derivable) }
    }
    return members.sorted { $0.stored.index < $1.stored.index }
  }

  private func read(_ id: StatementID) throws -> Member? {
    guard let stored = try reader.statement(id) else { return nil }
    return Member(
      stored: stored, signed: try SignedStatement(decoding: stored.bytes), content: try reader.content(owner: id.bytes))
  }

  /// Whether whoever tells of the road of a release has a part in it: a stranger's word goes alone, and brings nobody what it
  /// cites. Where we say it ourselves, we know.
  private func hasPart(_ member: Member, _ known: inout [StatementID: Set<AuthorityName>]) throws -> Bool {
    let (stored, event) = (member.stored, member.signed.event)
    guard !stored.isOwn, event.type.isOfRoad || event.type == .incident || event.type == .releasedToLiberty,
      let cited = event.reference(.release), let release = try reader.summary(cited)
    else { return true }
    let issuer = stored.summary.issuer
    if [release.from, release.to].contains(where: { places.areOne($0, issuer) }) { return true }
    let carriers = try known[cited] ?? reader.carriers(of: release, under: places) ?? []
    known[cited] = carriers
    return try reader.isNamed(issuer, for: event, of: cited, among: carriers, under: places) == true
  }

  /// What one statement cites, lines and settlements included.
  func cited(by event: Event, _ content: Content) throws -> Set<StatementID> {
    var cited = Set(event.references.map(\.statement))
    cited.formUnion(content.manifest?.leaves.compactMap(\.custodyPrevious) ?? [])
    // custody_prev names only one of the signatures under a settlement; a line that cites no step tells of none.
    for leaf in content.manifest?.leaves ?? [] {
      guard let subject = leaf.subject, leaf.custodyPrevious != nil else { continue }
      guard let resolutions = try reader.chain(subject)?.resolutions else { continue }
      for resolution in resolutions { cited.formUnion([resolution.id] + resolution.heads) }
    }
    return cited
  }

  /// The manifests that some addressee of an event has not seen, since it was neither issuer nor addressee of them.
  /// What is kept from one of them stays behind.
  func history(of event: Event, _ content: Content, by own: AuthorityName, under roster: VerifiedRoster) throws
    -> History
  {
    let readers = Set(event.readers).subtracting([own])
    // Who was told is said of references alone, and takes nobody's lines along.
    guard !readers.isEmpty, event.type != .notified else { return History(items: []) }
    let items = try closure(of: cited(by: event, content)).compactMap { member -> History.Item? in
      guard let manifest = member.content.manifest else { return nil }
      let (earlier, issuer) = (member.signed.event, member.stored.summary.issuer)
      if readers.contains(where: { earlier.isWithheld(from: $0, issuedBy: issuer, under: roster) }) { return nil }
      let seen = Set(earlier.readers + [issuer])
      return readers.isSubset(of: seen)
        ? nil : History.Item(statement: member.stored.id, manifest: manifest.encoded())
    }
    return History(items: items)
  }
}
