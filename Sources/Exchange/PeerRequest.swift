import HTTPTypes
import HummingbirdCore
import NIOCore
import Roster

/// A peer's request with everything checked that can be before its body is read.
struct PeerRequest: Sendable {
  let peer: AuthorityName
  let path: PeerPath
  let method: String
  let query: [String: UInt64]
  let request: Request

  var isHead: Bool { method == "HEAD" }

  /// - Throws: the answer to give instead.
  init(_ request: Request, from peer: AuthorityName) throws(PeerAnswer) {
    let target = (request.head.path ?? "")[...]
    guard target.utf8.count <= PeerPath.longestTarget else { throw .notFound }
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let path = PeerPath(first) else { throw .notFound }
    let method = request.method.rawValue
    guard path.methods.contains(method) else { throw .otherMethod(path.methods) }
    guard path != .notAnEntry else { throw .invalidLocator }
    self.peer = peer
    self.path = path
    self.method = method
    self.request = request
    query = try Self.query(parts.count > 1 ? parts[1] : "", path.parameters)
    guard Self.accepts(request.headers[values: .accept], path.answers) else { throw .notAcceptable }
    try checkBody()
  }

  /// Decimal numbers by name, each once, none that is not known.
  private static func query(_ text: Substring, _ known: Set<String>) throws(PeerAnswer) -> [String: UInt64] {
    var found: [String: UInt64] = [:]
    guard !text.isEmpty else { return found }
    for pair in text.split(separator: "&", omittingEmptySubsequences: false) {
      let sides = pair.split(separator: "=", omittingEmptySubsequences: false)
      guard sides.count == 2, known.contains(String(sides[0])), let number = decimal(sides[1]),
        found.updateValue(number, forKey: String(sides[0])) == nil
      else { throw .malformed }
    }
    return found
  }

  /// Whether somebody who accepts this takes that type. Weights are not compared: each path has one type.
  static func accepts(_ accepted: [String], _ type: String?) -> Bool {
    guard let type, !accepted.isEmpty else { return true }
    let family = type.prefix { $0 != "/" } + "/*"
    return accepted.flatMap { $0.split(separator: ",") }.contains { range in
      let parts = range.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
      guard let name = parts.first, !parts.dropFirst().contains(where: { $0.wholeMatch(of: /q=0(\.0*)?/) != nil })
      else {
        return false
      }
      return name == type || name == family || name == "*/*"
    }
  }

  private func checkBody() throws(PeerAnswer) {
    let length = contentLength ?? 0
    let hasBody = length > 0 || request.headers[.transferEncoding] != nil
    guard let rule = path.body, method == "POST" || method == "PUT" else {
      if hasBody { throw .malformed }
      return
    }
    // Nothing is decompressed: a small body stays small.
    let encodings = request.headers[values: .contentEncoding].map { $0.lowercased() }
    guard encodings.allSatisfy({ $0 == "identity" }) else { throw .unsupported }
    let types = request.headers[values: .contentType]
    let type = types.first?.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased()
    guard rule.mediaType == nil || types.count == 1 && type == rule.mediaType else { throw .unsupported }
    guard length <= UInt64(rule.limit) else { throw .tooLarge(rule.limit) }
  }

  /// Reads the body, as far as its path takes one; its memory counts until `use` has returned.
  /// - Parameter keepsBeginning: whether what arrived of a body that broke off is of use too.
  func withBody(
    _ memory: MemoryShare, keepsBeginning: Bool = false, _ use: ([UInt8]) async throws(PeerAnswer) -> PeerAnswer
  ) async throws(PeerAnswer) -> PeerAnswer {
    guard let rule = path.body else { return try await use([]) }
    var bytes: [UInt8] = []
    defer { memory.giveBack(bytes.count) }
    do {
      for try await part in request.body {
        guard bytes.count + part.readableBytes <= rule.limit else { throw PeerAnswer.tooLarge(rule.limit) }
        guard memory.take(part.readableBytes) else { throw PeerAnswer.busy }
        bytes.append(contentsOf: part.readableBytesView)
      }
      guard contentLength == nil || contentLength == UInt64(bytes.count) else { throw PeerAnswer.truncated }
    } catch let answer as PeerAnswer where answer.status != PeerAnswer.truncated.status {
      throw answer
    } catch {
      if keepsBeginning, !bytes.isEmpty { _ = try await use(bytes) }
      throw .truncated
    }
    return try await use(bytes)
  }
}

/// A decimal number in its only form: digits, no sign, no leading zero.
func decimal(_ text: some StringProtocol) -> UInt64? {
  guard (1...20).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
    text.utf8.count == 1 || text.utf8.first != 0x30
  else { return nil }
  return UInt64(text)
}

extension PeerRequest {
  /// Of its body, where it is said.
  var contentLength: UInt64? { request.headers[.contentLength].flatMap { UInt64($0) } }

  func header(_ name: String) -> [String] { HTTPField.Name(name).map { request.headers[values: $0] } ?? [] }
}
