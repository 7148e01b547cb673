import ControlAPI
import Custody
import Hummingbird
import NIOCore
import OpenSSL
import ReceiptStore
import Roster

/// Gives out sealed payloads, piece by piece: opened with this authority's key, or as they are for those who hold another.
struct SealedReads: Sendable {
  let office: Office
  let store: ReceiptStore
  private static let piece = 256 << 10

  /// One sealed payload that is here whole.
  struct Payload: Sendable {
    let statement: StatementID
    let reference: SealedReference
    let context: SealContext
    let size: UInt64
    let isAttachment: Bool
  }

  /// - Throws: `Problem` when the statement seals no such payload, or when it has not arrived.
  func payload(_ name: String?, of id: StatementID) async throws -> Payload {
    guard let name else { throw Query.invalid("payload", "must name one of the statement's sealed payloads") }
    return try await store.read { reader in
      guard let stored = try reader.statement(id) else { throw MessageQuestions.notMessage(id) }
      let signed = try SignedStatement(decoding: stored.bytes)
      guard let reference = signed.event.sealed.first(where: { $0.id == name }) else {
        throw Self.unknown(id, signed.event)
      }
      try reader.refuseErased(id)
      guard let object = try reader.object(reference.ciphertextDigest) else { throw MessageQuestions.incomplete(id) }
      return Payload(
        statement: id, reference: reference,
        context: SealContext(issuer: signed.issuer, recordID: signed.event.recordID, of: reference), size: object.size,
        isAttachment: signed.event.type == .message && name != PayloadKind.message.id)
    }
  }

  /// The ciphertext as it travelled.
  func sealed(_ payload: Payload) -> ResponseBody {
    ResponseBody { writer in
      try await pieces(payload) { try await writer.write(ByteBuffer(bytes: $0)) }
      try await writer.finish(nil)
    }
  }

  /// The content. It is opened once to see that all of it holds, and a second time to be given out.
  func opened(_ payload: Payload) async throws -> ResponseBody {
    let key: PrivateKey
    do { key = try await keyThatOpens(payload) } catch let refusal as SealRefusal {
      throw Self.unopened(payload, refusal)
    }
    return ResponseBody { writer in
      try await open(payload, with: key) { try await writer.write(ByteBuffer(bytes: $0)) }
      try await writer.finish(nil)
    }
  }

  /// The current key, or a former one for what was sealed before a rotation.
  private func keyThatOpens(_ payload: Payload) async throws -> PrivateKey {
    let keys = office.sealKeys.all
    for key in keys.dropLast() {
      do {
        try await open(payload, with: key) { _ in }
        return key
      } catch SealRefusal.notForThisKey {}
    }
    guard let last = keys.last else { throw SealRefusal.notForThisKey }
    try await open(payload, with: last) { _ in }
    return last
  }

  private func open(_ payload: Payload, with key: PrivateKey, _ take: ([UInt8]) async throws -> Void) async throws {
    var reader = try SealReader(
      ciphertextByteCount: payload.size, with: key, in: payload.context,
      digest: payload.reference.ciphertextDigest, commitment: payload.reference.commitment)
    try await pieces(payload) { piece in
      let content = try reader.read(piece)
      if !content.isEmpty { try await take(content) }
    }
    _ = try reader.finish()
  }

  private func pieces(_ payload: Payload, _ take: ([UInt8]) async throws -> Void) async throws {
    var offset: UInt64 = 0
    while offset < payload.size {
      let piece = try await piece(payload, at: offset)
      offset += UInt64(piece.count)
      try await take(piece)
    }
  }

  private func piece(_ payload: Payload, at offset: UInt64) async throws -> [UInt8] {
    let count = Int(min(UInt64(Self.piece), payload.size - offset))
    let bytes = try await store.objects.read(payload.reference.ciphertextDigest, offset: offset, length: count)
    guard !bytes.isEmpty else { throw StoreError.damaged("an object that is shorter than its row says") }
    return bytes
  }

  private static func unknown(_ id: StatementID, _ event: Event) -> Problem {
    let names = event.sealed.map(\.id).joined(separator: ", ")
    return Problem(
      status: 404, code: "no-such-payload", title: "It seals no such payload",
      detail: names.isEmpty ? "\(id) seals nothing" : "\(id) seals: \(names)", next: "name one of these")
  }

  private static func unopened(_ payload: Payload, _ refusal: SealRefusal) -> Problem {
    let isOthers = refusal == .notForThisKey
    return Problem(
      status: 409, code: isOthers ? "sealed-to-others" : "content-unreadable",
      title: isOthers ? "It is sealed to another key" : "Its content cannot be read",
      detail: "\(payload.reference.id) of \(payload.statement)"
        + (isOthers ? " does not open with this authority's key" : " is not what its statement commits to"),
      next: isOthers ? "whoever holds the key of its role opens it with `amana open`" : "ask its sender for it again")
  }
}
