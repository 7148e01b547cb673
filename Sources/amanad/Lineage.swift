import Custody
import ReceiptStore
import Roster

/// What statements build on: what they cite, each line's last step, and whatever settled a line that was contested.
struct Lineage {
  let reader: StoreReader

  /// A statement of this log, read once.
  struct Member {
    let stored: StoredStatement
    let signed: SignedStatement
    let content: Content
  }

  /// These statements and all they build on, in the order of this log.
  func closure(of ids: some Sequence<StatementID>) throws -> [Member] {
    var members: [Member] = []
    var (open, seen) = (Array(ids), Set<StatementID>())
    while let id = open.popLast() {
      guard seen.insert(id).inserted, let stored = try reader.statement(id) else { continue }
      let member = Member(
        stored: stored, signed: try SignedStatement(decoding: stored.bytes),
        content: try reader.content(owner: id.bytes))
      members.append(member)
      open += try cited(by: member.signed.event, member.content)
    }
    return members.sorted { $0.stored.index < $1.stored.index }
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
  func history(of event: Event, _ content: Content, except own: AuthorityName) throws -> History {
    let readers = Set(event.readers).subtracting([own])
    guard !readers.isEmpty else { return History(items: []) }
    let items = try closure(of: cited(by: event, content)).compactMap { member -> History.Item? in
      guard let manifest = member.content.manifest else { return nil }
      let seen = Set(member.signed.event.readers + [member.stored.summary.issuer])
      return readers.isSubset(of: seen)
        ? nil : History.Item(statement: member.stored.id, manifest: manifest.encoded())
    }
    return History(items: items)
  }
}
