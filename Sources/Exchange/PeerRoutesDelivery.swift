import ControlAPI
import Roster

/// Statements and what belongs to them, handed in by a peer.
extension PeerRoutes {
  /// Seconds after which to ask again, when the daemon names none.
  private static let patience: UInt64 = 2

  func takeEntry(_ statement: [UInt8], from peer: AuthorityName) async throws(PeerAnswer) -> PeerAnswer {
    let answer = try await asked { () async throws(DaemonError) in
      try await daemon.takeEntry(statement, from: peer)
    }
    switch answer.status {
    case .refused: return rejected(answer)
    case .registered where !legacyRedirects && answer.receipt != nil: return receipt(201, answer)
    case .registered, .pending:
      return PeerAnswer(
        status: legacyRedirects ? 303 : 202, location: location(answer.entry),
        retryAfter: answer.retryAfter ?? Self.patience)
    }
  }

  func entry(_ id: [UInt8], for peer: AuthorityName) async throws(PeerAnswer) -> PeerAnswer {
    let found = try await asked { () async throws(DaemonError) in try await daemon.entry(id, for: peer) }
    guard let answer = found else { throw .noSuchEntry }
    switch answer.status {
    case .refused: return rejected(answer)
    case .registered where answer.receipt != nil: return receipt(200, answer)
    case .registered, .pending:
      return PeerAnswer(
        status: legacyRedirects ? 302 : 204, location: legacyRedirects ? location(id) : nil,
        retryAfter: answer.retryAfter ?? Self.patience)
    }
  }

  private func receipt(_ status: Int, _ answer: EntryAnswer) -> PeerAnswer {
    PeerAnswer(
      status: status, mediaType: "application/cose", body: answer.receipt ?? [], location: location(answer.entry))
  }

  private func rejected(_ answer: EntryAnswer) -> PeerAnswer {
    .problem(
      400, "Rejected", answer.title ?? "Signed Statement not accepted by the current Registration Policy",
      code: answer.code ?? "rejected")
  }

  func objectState(_ id: [UInt8], for peer: AuthorityName) async throws(PeerAnswer) -> PeerAnswer {
    let found = try await asked { () async throws(DaemonError) in try await daemon.objectState(id, for: peer) }
    guard let state = found else { throw .notFound }
    return progress(200, state)
  }

  func takeObject(_ bytes: [UInt8], _ id: [UInt8], at place: UploadPlace, from peer: AuthorityName)
    async throws(PeerAnswer) -> PeerAnswer
  {
    let found = try await asked { () async throws(DaemonError) in
      try await daemon.takeObjectBytes(bytes, of: id, at: place.offset, size: place.length, from: peer)
    }
    guard let state = found else { throw .notFound }
    let isTaken = state.isWhole || state.offset == place.offset + UInt64(bytes.count)
    return progress(isTaken ? 204 : 409, state)
  }

  /// Where the sender goes on.
  private func progress(_ status: Int, _ state: ObjectState) -> PeerAnswer {
    PeerAnswer(
      status: status,
      further: [(Self.uploadOffset, String(state.offset)), (Self.uploadComplete, state.isWhole ? "?1" : "?0")])
  }
}

/// Where a piece belongs, and how large its object is where its sender says so: looked at before the body is read.
struct UploadPlace: Sendable {
  let offset: UInt64
  let length: UInt64?

  /// - Throws: the answer to give instead.
  init(_ request: PeerRequest) throws(PeerAnswer) {
    let (offsets, lengths) = (request.header(PeerRoutes.uploadOffset), request.header(PeerRoutes.uploadLength))
    guard offsets.count == 1, lengths.count <= 1, let offset = decimal(offsets[0]), offset <= UInt64(Int64.max) else {
      throw .malformed
    }
    self.offset = offset
    guard let text = lengths.first else {
      length = nil
      return
    }
    guard let length = decimal(text), length <= UInt64(Int64.max) else { throw .malformed }
    let piece = request.contentLength ?? 0
    guard offset <= length, piece <= length - offset else { throw .beyondItsEnd }
    self.length = length
  }
}
