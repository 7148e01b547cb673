import ControlAPI
import Custody
import HTTPTypes
import Hummingbird
import OpenSSL
import ReceiptStore
import Roster

/// `Idempotency-Key` (IETF draft-ietf-httpapi-idempotency-key-header): the same request of the same user under the same
/// key has one effect and one answer, also after the daemon was restarted.
actor Idempotency {
  private struct Name: Hashable {
    let user: UInt32
    let key: String
  }

  private let store: ReceiptStore
  private var underWay: Set<Name> = []
  static let keptSeconds: UnixTime = 24 * 3600
  static let header = HTTPField.Name("Idempotency-Key")

  init(store: ReceiptStore) { self.store = store }

  /// The key that a request names, if it does: a quoted string of 1 to 255 printable ASCII characters.
  static func key(of request: Request) throws -> String? {
    guard let header else { return nil }
    let values = request.headers[values: header]
    guard let text = values.first else { return nil }
    let inner = text.dropFirst().dropLast()
    let fits = values.count == 1 && text.hasPrefix("\"") && text.hasSuffix("\"") && (1...255).contains(inner.utf8.count)
    guard fits, inner.utf8.allSatisfy({ 0x20..<0x7f ~= $0 && $0 != 0x22 && $0 != 0x5c }) else {
      throw Problem(
        status: 400, code: "idempotency-key-invalid", title: "The Idempotency-Key cannot be read",
        detail: "it is one quoted string of 1 to 255 printable ASCII characters",
        next: "send it as Idempotency-Key: \"5f3a1c52-6a0e-4d53-9d0b-2f6f0f0c7a11\"; nothing was stored")
    }
    return String(inner)
  }

  /// Does the work once for this key; a good answer is kept; a refusal is not, which may quote names.
  /// - Parameter work: is given the draft's id to use when the request names none.
  func once(
    _ key: String, user: UInt32, operation: ControlOperation, target: String, body: [UInt8],
    _ work: @Sendable (RecordID) async -> KeyedRequest.Answer
  ) async throws -> KeyedRequest.Answer {
    let name = Name(user: user, key: key)
    guard underWay.insert(name).inserted else { throw Self.concurrent }
    defer { underWay.remove(name) }
    let digest = SHA256.hash(Array("\(operation.rawValue) \(target)\n".utf8) + body)
    let now = currentTime()
    let fresh = KeyedRequest(
      user: user, key: key, operation: operation.rawValue, request: digest, draft: try newRecordID(), createdAt: now)
    let request = try await store.write { try $0.begin(fresh, forgetting: now - Self.keptSeconds) }
    guard request.request == digest else { throw Self.reused }
    if let answer = request.answer { return answer }
    let answer = await work(request.draft)
    // A refusal quotes what was sent, names perhaps: it is not kept, and asking again gives it again.
    if answer.status < 400 { try await store.write { try $0.finish(request, answer) } }
    return answer
  }

  private static let reused = Problem(
    status: 422, code: "idempotency-key-reused", title: "This Idempotency-Key belongs to another request",
    detail: "you have sent another request under it within 24 hours",
    next: "choose a new key for a new request; nothing was stored")

  private static let concurrent = Problem(
    status: 409, code: "idempotency-key-in-use", title: "The same request is under way",
    detail: "a request under this Idempotency-Key has not been answered yet",
    next: "ask again in a moment: you will get its answer")
}
