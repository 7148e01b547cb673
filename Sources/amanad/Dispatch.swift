import Custody
import ReceiptStore
import Roster

/// Makes a registered statement due to everybody who must have it, with what it builds on before it, in the transaction
/// that registers it.
struct Dispatch {
  let office: Office
  let transaction: StoreTransaction
  let now: UnixTime

  func send(_ verified: VerifiedStatement, _ content: Content, stage: Proposal.Stage) throws {
    let event = verified.event
    try transaction.appendToFeed(
      verified.signed.entry, of: Set(event.addressees).subtracting([office.authority.name, verified.issuer.name]))
    let peers = recipients(of: verified, stage)
    guard !peers.isEmpty else { return }
    let lineage = Lineage(reader: transaction.reader)
    let earlier = try lineage.closure(of: lineage.cited(by: event, content))
    let again: Again = event.type == .logAnswered ? .deliveredOrRefused : .delivered
    for peer in peers.sorted() {
      for member in earlier where try needs(peer, member) {
        try transaction.enqueue(member.stored, for: peer, at: now, again: again)
      }
      try transaction.enqueue(verified.signed.entry, record: event.recordID, for: peer, at: now)
    }
  }

  /// Ours go to everybody they name; a carrier's, or that of whoever lodges people, goes on from the releaser to the receiver.
  private func recipients(of verified: VerifiedStatement, _ stage: Proposal.Stage) -> Set<AuthorityName> {
    let event = verified.event
    let own = office.authority.name
    if stage == .own { return Set(event.addressees).subtracting([own]) }
    let places = office.roster.successions
    // Whoever acts in the place of one that ended hears of what is said of that one, or by it.
    let heirs = Set(([verified.issuer.name] + event.addressees).filter { places.current($0) != $0 }.map(places.current))
      .subtracting([own, verified.issuer.name])
    guard event.from == own, [event.carrier, event.host].contains(verified.issuer.name), let to = event.to else {
      return heirs
    }
    return Set([to]).subtracting([own, verified.issuer.name]).union(heirs)
  }

  /// Whether a peer may lack a statement and can be helped by us (`Office.canHelp`).
  func needs(_ peer: AuthorityName, _ member: Lineage.Member) throws -> Bool {
    try office.canHelp(peer, member.stored, member.signed, transaction.reader)
  }
}

extension Office {
  /// Whether a peer may lack a statement and can be helped by us: it did not sign it, or has begun a new epoch since; the
  /// newest epoch of its log has not receipted it; and we hold what is sealed in it for the peer.
  func canHelp(_ peer: AuthorityName, _ stored: StoredStatement, _ signed: SignedStatement, _ reader: StoreReader)
    throws
    -> Bool
  {
    let (summary, event) = (stored.summary, signed.event)
    guard let authority = roster.authority(peer) else { return false }
    if summary.issuer == peer, try reader.epoch(of: peer) == nil { return false }
    let places = roster.successions
    if event.readers.contains(where: { places.areOne($0, peer) }), !reads(signed) {
      // Of what a peer sealed for itself alone we have the lines where something later carried them.
      guard summary.issuer == peer, event.readers.allSatisfy({ $0 == peer }) else { return false }
    }
    return try !reader.hasOfNewestEpoch(reader.receipts(stored.entry).map(\.origin), authority)
  }
}

extension Event {
  /// The objects beside it as the store names them.
  var objectReferences: [ObjectReference] {
    sealed.map { ObjectReference(payloadID: $0.id, object: $0.ciphertextDigest) }
      + (slotsRoot.map {
        [ObjectReference(payloadID: ObjectReference.slotsID, object: $0, kind: .slots)]
      } ?? [])
  }
}
