import ControlAPI
import Foundation
import HTTPTypes
import HummingbirdCore
import NIOCore

/// An answer of the peer service before it is put into HTTP.
struct PeerAnswer: Error, Sendable {
  var status: Int
  var mediaType = ""
  var body: [UInt8] = []
  var location: String?
  var retryAfter: UInt64?
  var allow: [String] = []
  /// Headers of our own.
  var further: [(name: String, value: String)] = []
  /// What its body counts as until it is written.
  var held: MemoryHold?

  /// A constant answer: nothing of what was asked is repeated.
  static func problem(
    _ status: Int, _ title: String, _ detail: String, code: String? = nil, retryAfter: UInt64? = nil,
    allow: [String] = []
  ) -> PeerAnswer {
    PeerAnswer(
      status: status, mediaType: ConciseProblem.mediaType,
      body: ConciseProblem(code: code, title: title, detail: detail).encoded(), retryAfter: retryAfter, allow: allow)
  }

  static let malformed = problem(400, "Malformed request", "The request could not be parsed")
  static let headTooLarge = problem(
    431, "Head too large", "At most 64 fields, 8192 bytes each, 16384 bytes together are taken")
  static let invalidLocator = problem(400, "Invalid locator", "Operation locator is not in a valid form")
  static let notFound = problem(404, "Not Found", "There is nothing here for you")
  static let noSuchEntry = problem(404, "Not Found", "No receipt is known here for this entry")
  static let noSuchKey = problem(404, "No such key", "No key could be found for this kid value")
  static let beyondItsEnd = problem(
    400, "Beyond its end", "Upload-Offset and the piece go beyond Upload-Length", code: "size")
  static let truncated = problem(400, "Truncated", "The body did not arrive whole")
  static let notAcceptable = problem(406, "Not acceptable", "The answer is of another media type")
  static let unsupported = problem(415, "Unsupported media type", "The body is of another media type or encoded")
  static let daemonAway = problem(
    503, "Not available", "The service cannot answer at present", code: "unavailable", retryAfter: 30)
  static let busy = problem(503, "Busy", "Too much is being handed in or fetched at once", code: "busy", retryAfter: 5)

  static func otherMethod(_ allow: [String]) -> PeerAnswer {
    problem(405, "Method not allowed", "This path is not asked like this", allow: allow)
  }

  static func tooLarge(_ limit: Int) -> PeerAnswer {
    problem(413, "Too large", "At most \(limit) bytes are taken here")
  }

  static func tooMany(_ seconds: UInt64) -> PeerAnswer {
    problem(429, "Too Many Requests", "Ask more slowly", code: "rate", retryAfter: seconds)
  }

  func response(isHead: Bool) -> Response {
    var headers = HTTPFields()
    headers[.date] = HTTPDate.text(Date())
    if !mediaType.isEmpty { headers[.contentType] = mediaType }
    if status != 204 { headers[.contentLength] = String(body.count) }
    headers[.location] = location
    headers[.retryAfter] = retryAfter.map { String($0) }
    if !allow.isEmpty { headers[.allow] = allow.joined(separator: ", ") }
    for (name, value) in further { if let name = HTTPField.Name(name) { headers[name] = value } }
    let isBare = isHead || status == 204 || body.isEmpty
    return Response(
      status: .init(code: status), headers: headers,
      body: isBare ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
  }
}
