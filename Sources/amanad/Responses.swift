import ControlAPI
import Custody
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import OpenSSL
import ReceiptStore

/// An answer before it is put into HTTP.
struct Reply: Sendable {
  var status: HTTPResponse.Status = .ok
  var mediaType = "application/json"
  var body: [UInt8] = []
  /// The next page, as RFC 8288 writes it.
  var link: String?
  /// Methods that the path knows, for those who asked with another.
  var allow: [String] = []
  /// Written piece by piece instead of `body`.
  var stream: ResponseBody?

  static let empty = Reply(status: .noContent)

  static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok, link: String? = nil) throws -> Reply {
    Reply(status: status, body: try encoded(value), link: link)
  }

  static func bytes(_ body: [UInt8], _ operation: ControlOperation) -> Reply {
    Reply(mediaType: operation.route.answers, body: body)
  }

  /// To whoever asks once the daemon takes nothing new.
  static let stopping = Reply.problem(.stopping)

  static func problem(_ problem: Problem, allow: [String] = []) -> Reply {
    Reply(
      status: .init(code: problem.status), mediaType: Problem.mediaType, body: (try? encoded(problem)) ?? [],
      allow: allow)
  }

  init(
    status: HTTPResponse.Status = .ok, mediaType: String = "application/json", body: [UInt8] = [],
    link: String? = nil, allow: [String] = [], stream: ResponseBody? = nil
  ) {
    self.status = status
    self.mediaType = mediaType
    self.body = body
    self.link = link
    self.allow = allow
    self.stream = stream
  }

  /// An answer that was given before.
  init(_ answer: KeyedRequest.Answer) {
    self.init(status: .init(code: answer.status), mediaType: answer.mediaType, body: answer.body)
  }

  /// - Parameter isHead: only the head is asked for: the body's length is said and the body left out.
  func response(isHead: Bool) -> Response {
    guard status != .noContent else { return Response(status: status) }
    var headers: HTTPFields = [.contentType: mediaType]
    if stream == nil { headers[.contentLength] = String(body.count) }
    if stream != nil { headers[.cacheControl] = "no-store" }
    if let link, let name = HTTPField.Name("Link") { headers[name] = link }
    if !allow.isEmpty { headers[.allow] = allow.joined(separator: ", ") }
    if status == .serviceUnavailable { headers[.retryAfter] = "5" }
    let content = stream ?? ResponseBody(byteBuffer: ByteBuffer(bytes: body))
    return Response(status: status, headers: headers, body: isHead ? .init() : content)
  }
}

/// JSON as every answer has it: one form for one value.
func encoded(_ value: some Encodable) throws -> [UInt8] {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  return [UInt8](try encoder.encode(value))
}

/// The problem that an error is: constant for what a stranger need not know.
func problem(_ error: any Error) -> (problem: Problem, isInternal: Bool) {
  if let known = error as? Problem { return (known.printable, false) }
  // Work is given up only when a stop has waited long enough for it.
  if error is CancellationError { return (.stopping, false) }
  if let failure = error as? OpenSSLError, failure.isOfStore { return (.keyUnavailable("\(failure)").printable, false) }
  let inside = Problem(
    status: 500, code: "internal", title: "Something failed inside amanad", detail: "see its journal",
    next: "ask the administrator: journalctl -u amana")
  return (inside, true)
}

extension Problem {
  static let stopping = Problem(
    status: 503, code: "stopping", title: "amanad is stopping",
    detail: "it finishes what it had taken and takes nothing new",
    next: "ask again when it has started: systemctl status amana")

  static let keyUnavailableCode = "key-unavailable"

  /// A TPM or a token that does not sign now. Nothing was signed, and nothing of the request is half-done.
  static func keyUnavailable(_ why: String) -> Problem {
    Problem(
      status: 503, code: keyUnavailableCode, title: "The key that signs is not to be had now", detail: why,
      next: "nothing was signed: put it right, then do the same again")
  }

  static let noSuchPath = Problem(
    status: 404, code: "no-such-path", title: "There is nothing here", detail: "no operation has this path",
    next: "see docs/control-api.yaml for what there is")

  static func otherMethod(_ allowed: [String]) -> Problem {
    Problem(
      status: 405, code: "method-not-allowed", title: "It is not asked like this",
      detail: "this path knows \(allowed.joined(separator: ", "))", next: "ask with one of these methods")
  }

  static func notAcceptable(_ type: String) -> Problem {
    Problem(
      status: 406, code: "not-acceptable", title: "The answer is of another type",
      detail: "this is answered as \(type) only", next: "leave Accept out, or name that type in it")
  }

  /// Without characters that would turn or hide what people read, and not longer than anybody reads.
  fileprivate var printable: Problem {
    func clean(_ text: String) -> String {
      let short = text.utf8.count > 2000 ? "\(text.prefix(1000))…" : text
      guard !isSafeText(short) else { return short }
      return String(short.map { isSafeText(String($0)) ? $0 : "\u{fffd}" })
    }
    var problem = self
    problem.detail = clean(detail)
    problem.failings = failings?.map { failing in
      var failing = failing
      failing.detail = clean(failing.detail)
      return failing
    }
    return problem
  }
}
