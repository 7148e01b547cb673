import ControlAPI
import Custody
import HTTPTypes
import ReceiptStore
import Roster
import Synchronization

/// Objects that are being handed in: one piece of one object at a time of each sender, and not more of one than is fair.
final class ObjectTransfers: Sendable {
  /// The most unfinished bytes of one peer, in bytes.
  static let quota: UInt64 = 512 << 20
  /// What one object may have: an attachment of 64 MiB, sealed.
  static let largest = Seal.ciphertextByteCount(contentByteCount: 64 << 20) ?? 0

  /// The least bytes of a piece that does not end its object: each piece costs a write to disk, whatever its size.
  static let smallestPiece = 4096

  private struct State {
    var busy: [ObjectSender: Set<[UInt8]>] = [:]
    var unfinished: [ObjectSender: [[UInt8]: UInt64]] = [:]
  }

  private let state = Mutex(State())

  /// Whether this sender does not hand in this object already at this moment.
  func begin(_ id: [UInt8], from sender: ObjectSender) -> Bool {
    state.withLock { $0.busy[sender, default: []].insert(id).inserted }
  }

  func end(_ id: [UInt8], from sender: ObjectSender) { _ = state.withLock { $0.busy[sender]?.remove(id) } }

  /// Whether a sender may have so much of an object unfinished beside its others.
  func mayHold(_ sender: ObjectSender, _ id: [UInt8], _ count: UInt64) -> Bool {
    state.withLock { state in
      let others = state.unfinished[sender, default: [:]].filter { $0.key != id }.values.reduce(0, +)
      guard others + count <= Self.quota else { return false }
      state.unfinished[sender, default: [:]][id] = count
      return true
    }
  }

  /// It is whole: what anybody had of it counts no more.
  func finished(_ id: [UInt8]) {
    state.withLock { state in for sender in state.unfinished.keys { state.unfinished[sender]?[id] = nil } }
  }

  /// What one sender had of it was thrown away.
  func dropped(_ id: [UInt8], from sender: ObjectSender) { state.withLock { $0.unfinished[sender]?[id] = nil } }

  /// The least size of at least so many bytes that an object can have. A statement commits to digests and not to sizes,
  /// but sealed payloads come in few sizes.
  static func size(atLeast count: UInt64) -> UInt64? {
    Seal.ciphertextByteCount(atLeast: count).flatMap { $0 <= largest ? $0 : nil }
  }
}

extension ExchangeRoutes {
  /// What stands in a registered statement about an object, for a peer that may know of it.
  private struct Known: Sendable {
    let kind: StoredObject.Kind
    /// Of a list of slots.
    let size: UInt64?
    /// Whether a statement to us waits for it.
    let isAwaited: Bool
    let isWhole: Bool
    /// Whether this peer hands it in, or may only read it.
    let isSender: Bool
  }

  /// Nil unless the peer issued a statement that commits to it or is named in one.
  private func known(_ id: [UInt8], to peer: Authority) async throws -> Known? {
    let (roster, own) = (office.roster, office.authority.name)
    return try await store.read { reader in
      let (isAwaited, isWhole) = (try !reader.statements(awaiting: id).isEmpty, try reader.object(id) != nil)
      var readable: Known?
      for (statement, reference) in try reader.statements(with: id) {
        guard let stored = try reader.statement(statement) else { continue }
        let signed = try SignedStatement(decoding: stored.bytes)
        guard signed.concerns(peer, under: roster) else { continue }
        let known = Known(
          kind: reference.kind, size: reference.kind == .slots ? signed.event.slotsByteCount : nil,
          isAwaited: isAwaited, isWhole: isWhole,
          isSender: stored.isSent(by: peer.name, signed.event, roster.successions, to: own))
        if known.isSender { return known }
        readable = readable ?? known
      }
      return readable
    }
  }

  /// What an earlier run left unfinished counts against its sender.
  func countParts() async throws {
    for part in try await store.objects.parts() { _ = transfers.mayHold(part.sender, part.object, part.byteCount) }
  }

  func objectState(_ call: Call) async throws -> ObjectState {
    let peer = try peer(call.query)
    guard let known = try await known(call.id, to: peer), known.isAwaited || known.isWhole else {
      throw Problem.nothingHere
    }
    let sender = ObjectSender(peer.name)
    guard transfers.begin(call.id, from: sender) else { return try await state(call.id, sender) }
    defer { transfers.end(call.id, from: sender) }
    let found = try await store.objects.state(call.id, from: sender)
    if found.isWhole { try await arrived(call.id, known) }
    guard known.isSender, !found.isWhole, found.offset > 0, found.offset == found.size else {
      return ObjectState(found)
    }
    // As many bytes as it may have: an earlier run ended before it looked at them, or somebody's are wrong and its sender
    // begins anew.
    let looked = try await finish(call.id, sender, known, isAll: false)
    if looked.isWhole { return looked }
    return ObjectState(try await begunAnew(call.id, sender, size: ObjectTransfers.largest))
  }

  private func state(_ id: [UInt8], _ sender: ObjectSender) async throws -> ObjectState {
    ObjectState(try await store.objects.state(id, from: sender))
  }

  /// Throws away what a sender has handed in of an object.
  private func begunAnew(_ id: [UInt8], _ sender: ObjectSender, size: UInt64) async throws -> ObjectStore.State {
    try await store.objects.append(id, from: sender, size: size, offset: 0, [])
  }

  /// The next bytes of an object that a statement to us waits for. What nobody waits for is not taken.
  func takeObjectBytes(_ call: Call) async throws -> Reply {
    let peer = try peer(call.query)
    guard let offset = try call.query.number("offset", 0...ObjectTransfers.largest) else {
      throw Query.invalid("offset", "must be given")
    }
    guard let known = try await known(call.id, to: peer), known.isSender, known.isAwaited || known.isWhole else {
      throw Problem.nothingHere
    }
    let sender = ObjectSender(peer.name)
    guard transfers.begin(call.id, from: sender) else { throw Self.busy }
    defer { transfers.end(call.id, from: sender) }
    var before = try await store.objects.state(call.id, from: sender)
    if before.isWhole {
      try await arrived(call.id, known)
      return .message(ObjectState(before))
    }
    let count = offset + UInt64(call.body.count)
    let announced = try announcedSize(call, known)
    guard let size = announced ?? ObjectTransfers.size(atLeast: count), count <= size else { throw Self.tooLarge }
    // It was begun as a larger one: by the same sender, which says something else now.
    if let known = before.size, known > size { before = try await begunAnew(call.id, sender, size: size) }
    guard before.offset == offset else {
      var reply = Reply.message(ObjectState(before))
      reply.status = .conflict
      return reply
    }
    guard call.body.count >= ObjectTransfers.smallestPiece || count == size else { throw Self.tooSmall }
    let floor = UInt64(settings.current.diskFloorMebibytes) << 20
    guard try await store.objects.freeByteCount() ?? .max >= floor else { throw Self.diskFull }
    guard transfers.mayHold(sender, call.id, count) else { throw Self.quota }
    let after = try await store.objects.append(call.id, from: sender, size: size, offset: offset, call.body)
    guard after.offset == size else { return .message(ObjectState(offset: after.offset, isWhole: false)) }
    return .message(
      try await finish(call.id, sender, known, isAll: announced != nil || size == ObjectTransfers.largest))
  }

  /// The size that the statement or the sender says; what cannot be it is refused before anything is kept.
  private func announcedSize(_ call: Call, _ known: Known) throws -> UInt64? {
    guard let said = try call.query.number("size", 0...UInt64(Int64.max)) else { return known.size }
    guard said <= ObjectTransfers.largest else { throw Self.tooLarge }
    guard said == known.size ?? ObjectTransfers.size(atLeast: said) else { throw Self.otherSize }
    return said
  }

  /// At a size that it may have: is it what its id says? If that is all there is to come and it is not, it is thrown away.
  private func finish(_ id: [UInt8], _ sender: ObjectSender, _ known: Known, isAll: Bool) async throws -> ObjectState {
    let object: StoredObject?
    do {
      object =
        try isAll
        ? await store.objects.finish(id, from: sender, as: known.kind)
        : await store.objects.finishIfWhole(id, from: sender, as: known.kind)
    } catch ObjectRefusal.notWhatItsIDSays {
      transfers.dropped(id, from: sender)
      throw Self.otherBytes
    }
    guard let object else { return try await state(id, sender) }
    transfers.finished(id)
    try await sequencer.submit { try $0.transaction.keep(object: object, at: $0.now) }
    try await receiving.objectArrived(id)
    return ObjectState(offset: object.size, isWhole: true)
  }

  /// Does what a whole file brings with it, if something stopped us between both: a full disk, or a request's time.
  private func arrived(_ id: [UInt8], _ known: Known) async throws {
    if !known.isWhole {
      let object = try await store.objects.finish(id, as: known.kind)
      try await sequencer.submit { try $0.transaction.keep(object: object, at: $0.now) }
    }
    if known.isAwaited { try await receiving.objectArrived(id) }
  }

  /// A piece of an object, for those whom a statement that commits to it names.
  func objectBytes(_ call: Call) async throws -> Reply {
    let peer = try peer(call.query)
    let offset = try call.query.number("offset", 0...UInt64(Int64.max)) ?? 0
    let length = try call.query.number("length", 1...ExchangeOperation.pieceByteCount)
    guard let known = try await known(call.id, to: peer), known.isWhole else { throw Problem.nothingHere }
    let bytes = try await store.objects.read(
      call.id, offset: offset, length: length ?? ExchangeOperation.pieceByteCount)
    return Reply(mediaType: "application/octet-stream", body: bytes)
  }

  private static let busy = Problem(
    status: 503, code: "busy", title: "This object is being handed in already",
    detail: "another request of the same peer hands in its bytes", next: "ask for its state in a few seconds")
  private static let tooLarge = Problem(
    status: 413, code: "too-large", title: "No object is so large",
    detail: "it may have the size of a sealed attachment of 64 MiB, and not more than was said",
    next: "nothing of it was kept")
  private static let otherSize = Problem(
    status: 422, code: "size", title: "The object has another size",
    detail: "no sealed payload has this size, or the statement says another one for its list of slots",
    next: "nothing of it was kept: say how many bytes all of it has")
  private static let tooSmall = Problem(
    status: 422, code: "piece-too-small", title: "The piece is too small",
    detail: "a piece that does not end its object has at least \(ObjectTransfers.smallestPiece) bytes",
    next: "nothing of it was kept: hand in larger pieces")
  private static let diskFull = Problem(
    status: 503, code: "disk-full", title: "There is no room for objects",
    detail: "less is free where the store is than exchange.disk-floor-mebibytes", next: "ask again later")
  private static let otherBytes = Problem(
    status: 422, code: "digest", title: "These bytes are not what their id says",
    detail: "all of them were thrown away",
    next: "hand them in again from the beginning")
  private static let quota = Problem(
    status: 503, code: "quota", title: "Too much of this peer is unfinished",
    detail: "its objects that are not whole fill the room kept for them", next: "finish those that were begun first")
}

extension ObjectState {
  fileprivate init(_ state: ObjectStore.State) { self.init(offset: state.offset, isWhole: state.isWhole) }
}

extension StoredStatement {
  /// Whether an authority hands in what belongs to it: its issuer, for whom its carrier or host issued it, and where its
  /// issuer has ended or lost it, whoever was to read it.
  fileprivate func isSent(
    by peer: AuthorityName, _ event: Event, _ places: Successions, to own: AuthorityName
  ) -> Bool {
    summary.issuer == peer || [event.carrier, event.host].contains(summary.issuer) && event.from == peer
      || (places.current(summary.issuer) != summary.issuer || summary.issuer == own)
        && event.readers.contains { places.areOne($0, peer) }
  }
}

extension Event {
  /// The size of a release's list of slots: one of 32 bytes for every leaf.
  var slotsByteCount: UInt64? {
    guard let (count, overflows) = manifestBucket?.multipliedReportingOverflow(by: 32), !overflows else { return nil }
    return count
  }
}
