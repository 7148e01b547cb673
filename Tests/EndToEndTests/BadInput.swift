import ControlAPI
import Custody
import Foundation

/// One bad request at one door, and what it must be answered.
struct BadInput {
  let door: String
  let what: String
  let request: RawRequest
  let status: Int
  let code: String
  var user: Int?
}

/// What is there to be asked about while bad input is tried.
struct BadInputScene {
  let statement: String
  let draft: String

  /// The path of an operation with an id of its kind.
  func path(_ operation: ControlOperation) -> String {
    let isDraft = operation.route.path.hasPrefix("/v1/drafts")
    return operation.route.path.replacing("{id}", with: isDraft ? draft : statement)
  }

  private func door(_ operation: ControlOperation) -> String {
    "\(operation.route.method.rawValue) \(operation.route.path)"
  }

  private func bad(
    _ operation: ControlOperation, _ what: String, _ status: Int, _ code: String, _ request: RawRequest,
    user: Int? = nil
  ) -> BadInput {
    BadInput(door: door(operation), what: what, request: request, status: status, code: code, user: user)
  }

  /// Everything that is tried at this door.
  func attempts(_ operation: ControlOperation) -> [BadInput] {
    everywhere(operation) + ids(operation) + queries(operation) + bodies(operation) + json(operation)
  }

  private func everywhere(_ operation: ControlOperation) -> [BadInput] {
    let (method, path) = (operation.route.method.rawValue, path(operation))
    let many = String(repeating: "x: y\r\n", count: 1_000_000)
    let long = "x: \(String(repeating: "y", count: 20_000))"
    var found = [
      bad(operation, "a caller without the right", 403, "not-permitted", .http(method, path, body: []), user: 65534),
      bad(operation, "unknown query parameter", 422, "unknown-parameter", .http(method, "\(path)?x=1")),
      bad(operation, "wrong method", 405, "method-not-allowed", .http("PATCH", path)),
      bad(operation, "a path below it", 404, "no-such-path", .http(method, "\(path)/x/y/z")),
      bad(
        operation, "half a request: the head", 400, "truncated",
        RawRequest(bytes: Array("\(method) \(path) HTTP/1.1\r\nhos".utf8))),
      bad(
        operation, "a million headers", 431, "head-too-large",
        RawRequest(bytes: Array("\(method) \(path) HTTP/1.1\r\nhost: a\r\n\(many)\r\n".utf8))),
      bad(operation, "one header too long", 431, "head-too-large", .http(method, path, [long])),
      bad(
        operation, "NUL in the path", 400, "not-http",
        RawRequest(bytes: Array("\(method) \(path)\0 HTTP/1.1\r\nhost: a\r\n\r\n".utf8))),
      bad(
        operation, "another HTTP version", 505, "http-version",
        RawRequest(bytes: Array("\(method) \(path) HTTP/3.0\r\nhost: a\r\n\r\n".utf8))),
    ]
    if operation.route.method != .delete {
      found.append(
        bad(
          operation, "only another media type accepted", 406, "not-acceptable",
          .http(method, path, ["accept: image/png"])))
    }
    return found
  }

  private func ids(_ operation: ControlOperation) -> [BadInput] {
    guard operation.route.path.contains("{id}"), operation.route.body == nil else { return [] }
    let method = operation.route.method.rawValue
    func at(_ id: String) -> RawRequest { .http(method, operation.route.path.replacing("{id}", with: id)) }
    let isDraft = operation.route.path.hasPrefix("/v1/drafts")
    return [
      bad(operation, "an id of another kind", 404, "other-kind", at(isDraft ? statement : draft)),
      bad(operation, "an id that nothing has", 404, "not-found", at(String(repeating: "0f", count: isDraft ? 16 : 32))),
      bad(operation, "an id too short", 422, "invalid-value", at("abc")),
      bad(operation, "an id too long", 422, "invalid-value", at(String(repeating: "a", count: 65))),
      bad(operation, "an id that is no hexadecimal", 422, "invalid-value", at("xyzw")),
      bad(operation, "NUL in the id", 422, "invalid-value", at("%00%00%00%00")),
      bad(operation, "invalid UTF-8 in the id", 422, "invalid-value", at("%ff%fe%ff%fe")),
      bad(operation, "a bidi override in the id", 422, "invalid-value", at("abcd%E2%80%AE")),
      bad(operation, "another path in the id", 422, "invalid-value", at("..%2f..%2fetc")),
    ]
  }

  /// A value that each parameter must not have.
  private static let wrong: [String: [(what: String, value: String)]] = [
    "limit": [("0", "0"), ("too many", "1001"), ("a number out of range", "99999999999999999999"), ("no number", "x")],
    "from": [("a negative number", "-1"), ("a number out of range", "18446744073709551616"), ("1e3", "1e3")],
    "user": [("a number out of range", "4294967296")], "cursor": [("nonsense", "zz")],
    "case": [("no UUID", "7")], "record": [("no UUID", "7")], "kind": [("unknown", "cattle")],
    "event": [("unknown", "coronation")], "state": [("unknown", "lost")], "phase": [("unknown", "lost")],
    "overdue": [("no boolean", "maybe")], "delivered": [("no boolean", "maybe")], "complete": [("no boolean", "2")],
    "delivery": [("unknown", "lost")], "via": [("unknown", "pigeon")], "direction": [("unknown", "sideways")],
    "peer": [("no authority", "nobody")], "authority": [("no authority", "a/b/c")],
    "party": [("no authority", "nobody")],
    "custodian": [("no authority", "a/b/c")],
    "to": [("not in the roster", "XXX/yyy"), ("no authority", "nobody")], "since": [("no time", "yesterday")],
    "until": [("no offset", "2026-11-25T14:03:00")], "statement": [("not hexadecimal", "xyz")],
    "kit": [("no boolean", "maybe")],
    "prefix": [("not hexadecimal", "zz"), ("too long", String(repeating: "a", count: 65))],
  ]

  private func queries(_ operation: ControlOperation) -> [BadInput] {
    let (method, path) = (operation.route.method.rawValue, path(operation))
    return operation.route.query.flatMap { name -> [BadInput] in
      let wrong = Self.wrong[name] ?? []
      let common = [
        ("invalid UTF-8", "\(name)=%ff"), ("NUL", "\(name)=%00"), ("a bidi override", "\(name)=%E2%80%AE"),
        ("broken percent encoding", "\(name)=%4"), ("no value", name), ("twice", "\(name)=1&\(name)=1"),
      ]
      let all = wrong.map { ("\($0.what)", "\(name)=\($0.value)") } + common
      return all.map { what, query in
        bad(operation, "?\(name)=: \(what)", 422, "invalid-value", .http(method, "\(path)?\(query)"))
      }
    }
  }

  private func bodies(_ operation: ControlOperation) -> [BadInput] {
    guard let rule = operation.route.body else { return [] }
    let path = path(operation)
    func post(_ type: String?, _ body: [UInt8], _ fields: [String] = []) -> RawRequest {
      .http("POST", path, (type.map { ["content-type: \($0)"] } ?? []) + fields, body: body)
    }
    let json = Array("{}".utf8)
    var found = [
      bad(operation, "wrong content type", 415, "unsupported-media-type", post("text/plain", json)),
      bad(operation, "no content type", 415, "unsupported-media-type", post(nil, json)),
      bad(
        operation, "too long, by its length", 413, "too-large",
        post(rule.mediaType, json, ["content-length: \(rule.limit + 1)"])),
      bad(
        operation, "half a request: the body", 400, "truncated",
        post(rule.mediaType, json, ["content-length: 100"])),
      bad(
        operation, "half a request: a broken chunk", 400, "truncated",
        post(rule.mediaType, Array("zz\r\n".utf8), ["transfer-encoding: chunked", "content-length-is: none"])),
      bad(
        operation, "a length that is none", 400, "not-http", post(rule.mediaType, json, ["content-length: -1"])),
      bad(
        operation, "two lengths", 400, "not-http",
        post(rule.mediaType, json, ["content-length: 2", "content-length: 3"])),
    ]
    if rule.limit <= 1 << 16 {
      found.append(
        bad(
          operation, "too long, in fact", 413, "too-large",
          post(rule.mediaType, [UInt8](repeating: 0x20, count: rule.limit + 1))))
    }
    if rule.takesKey {
      for key in ["bare", "\"\"", "\"\(String(repeating: "k", count: 256))\"", "\"a\"b\""] {
        found.append(
          bad(
            operation, "Idempotency-Key: \(key.prefix(8))", 400, "idempotency-key-invalid",
            post(rule.mediaType, json, ["idempotency-key: \(key)"])))
      }
    }
    if [Custody.Bundle.mediaType, DraftFile.mediaType].contains(rule.mediaType) {
      for (what, bytes) in [("empty", []), ("JSON", json), ("an endless string", [0x5b, 0xff, 0xff, 0xff, 0xff])] {
        found.append(bad(operation, "no such file: \(what)", 422, "", post(rule.mediaType, bytes)))
      }
    }
    return found
  }

  private func json(_ operation: ControlOperation) -> [BadInput] {
    guard let rule = operation.route.body, rule.mediaType == "application/json" else { return [] }
    let path = path(operation)
    let (name, rest) = Self.field(of: operation)
    var tries: [(what: String, body: [UInt8], status: Int, code: String)] = [
      ("a list", Array("[1]".utf8), 400, "malformed"), ("no JSON", Array("{\"".utf8), 400, "malformed"),
      ("unknown field", Array("{\"\(name)\":\"d2\"\(rest),\"nonsense\":1}".utf8), 400, "unknown-field"),
      ("invalid UTF-8", Array("{\"".utf8) + [0xff] + Array("\":1}".utf8), 400, "invalid-utf8"),
      ("UTF-16", [0xff, 0xfe, 0x7b, 0, 0x7d, 0], 400, "invalid-utf8"),
      ("a NUL byte", Array("{\"\(name)\":\"\0\"}".utf8), 400, "malformed"),
      (
        "too deep", Array((String(repeating: "[", count: 33) + String(repeating: "]", count: 33)).utf8), 400, "too-deep"
      ),
    ]
    if operation != .runAudit {
      tries += [
        ("wrong type", Array("{\"\(name)\":7\(rest)}".utf8), 400, "malformed"),
        ("null", Array("{\"\(name)\":null\(rest)}".utf8), 400, "malformed"),
        ("missing", Array("{}".utf8), 400, "malformed"),
        ("empty body", [], 400, "malformed"),
        ("duplicate JSON key", Array("{\"\(name)\":\"d2\",\"\(name)\":\"d2\"\(rest)}".utf8), 400, "duplicate-key"),
        ("bidi override", Array("{\"\(name)\":\"\u{202e}\"\(rest)}".utf8), 422, "forbidden-text"),
        ("an escaped NUL", Array("{\"\(name)\":\"\\u0000\"\(rest)}".utf8), 422, "forbidden-text"),
      ]
    }
    // Without fields it asks for everything.
    if operation == .retryOutbox { tries.removeAll { ["null", "missing"].contains($0.what) } }
    if operation == .createDraft { tries += drafts() }
    if operation == .stampArchive {
      let ownWords = Self.stamps.map(\.what)
      tries = tries.filter { !ownWords.contains($0.what) } + Self.stamps
    }
    if operation == .signMonitorReport { tries += Self.reports }
    tries += exchange(operation)
    return tries.map { what, body, status, code in
      bad(
        operation, "JSON: \(what)", status, code,
        .http("POST", path, ["content-type: application/json"], body: body))
    }
  }

  /// A required text field of an operation's JSON, and what else must stand beside it.
  private static func field(of operation: ControlOperation) -> (name: String, rest: String) {
    switch operation {
    case .createDraft: ("event", ",\"draft_id\":\"x\"")
    case .addPeer: ("authority", ",\"url\":\"https://irq.example\"")
    case .testPeer: ("authority", "")
    case .retryOutbox: ("peer", "")
    case .sendMessage: ("subject", ",\"message_id\":\"x\"")
    case .signMonitorReport: ("roster_digest", ",\"covers\":[]")
    case .discloseFields: ("subject", ",\"line\":0,\"fields\":[]")
    default: ("approval", "")
    }
  }

  /// It has no text of its own, but in a list.
  private static let stamps: [(what: String, body: [UInt8], status: Int, code: String)] = [
    ("unknown field", Array("{\"covers\":[],\"roster_version\":1,\"nonsense\":1}".utf8), 400, "unknown-field"),
    ("duplicate JSON key", Array("{\"covers\":[],\"covers\":[],\"roster_version\":1}".utf8), 400, "duplicate-key"),
    ("bidi override", stamp(of: "\u{202e}"), 422, "forbidden-text"),
    ("an escaped NUL", stamp(of: "\\u0000"), 422, "forbidden-text"),
  ]

  private static func stamp(of path: String) -> [UInt8] {
    Array("{\"covers\":[{\"path\":\"\(path)\",\"digest\":\"00\"}],\"roster_version\":1}".utf8)
  }

  /// Digests of nothing, and of files that no report has.
  private static let reports: [(what: String, body: [UInt8], status: Int, code: String)] = [
    ("no files", report(over: []), 422, "invalid-value"),
    ("another file", report(over: ["INDEX"]), 422, "invalid-value"),
    ("a digest that is none", report(over: reportFiles, digest: "00"), 422, "invalid-value"),
    ("a path with an override", report(over: ["\u{202e}"]), 422, "forbidden-text"),
    ("an unknown field of a file", Array("{\"roster_digest\":\"\",\"covers\":[{\"x\":1}]}".utf8), 400, "malformed"),
    ("another roster", report(over: reportFiles), 409, "other-roster"),
  ]

  private static let reportFiles = ["r.ar.txt", "r.en.txt", "r.json"]

  private static func report(over paths: [String], digest: String = String(repeating: "0f", count: 32)) -> [UInt8] {
    let covers = paths.map { "{\"path\":\"\($0)\",\"digest\":\"\(digest)\"}" }.joined(separator: ",")
    return Array("{\"roster_digest\":\"\(digest)\",\"covers\":[\(covers)]}".utf8)
  }

  private func drafts() -> [(what: String, body: [UInt8], status: Int, code: String)] {
    let id = UUID().uuidString
    func draft(_ rest: String) -> [UInt8] { Array("{\"draft_id\":\"\(id)\",\"event\":\"intake\"\(rest)}".utf8) }
    let person = "{\"reference\":\"1\",\"name_latin\":\"Ali \u{202e}nimda\"}"
    return [
      ("too long a string", draft(",\"reason\":\"\(String(repeating: "r", count: 70_000))\""), 422, "too-long"),
      ("too many items", Array("[\(String(repeating: "0,", count: 4_000_001))0]".utf8), 400, "too-many"),
      ("a negative number", draft(",\"clock_error_s\":-1"), 400, "malformed"),
      ("a number out of range", draft(",\"officers\":99999999999999999999"), 400, "malformed"),
      ("a fraction", draft(",\"lines\":[1.5]"), 400, "malformed"),
      ("duplicate key deep inside", draft(",\"persons\":[{\"sex\":\"1\",\"sex\":\"2\"}]"), 400, "duplicate-key"),
      (
        "unknown field in an answer", draft(",\"answers\":[{\"line\":0,\"outcome\":\"x\",\"y\":1}]"), 400,
        "unknown-field"
      ),
      (
        "unknown column of a person", draft(",\"site_id\":\"X\",\"persons\":[{\"colour\":\"red\"}]"), 422,
        "invalid-value"
      ),
      ("bidi override in a name", draft(",\"site_id\":\"X\",\"persons\":[\(person)]"), 422, "invalid-value"),
      ("an unknown event", Array("{\"draft_id\":\"\(id)\",\"event\":\"x\"}".utf8), 422, "invalid-value"),
      ("no UUID", Array("{\"draft_id\":\"x\",\"event\":\"intake\"}".utf8), 422, "invalid-value"),
      ("no draft_id and no key", Array("{\"event\":\"intake\"}".utf8), 400, "malformed"),
      (
        "a draft's id for a statement's",
        Array(
          "{\"draft_id\":\"\(id)\",\"event\":\"release\",\"to\":\"IRQ/justice\",\"statement\":\"\(self.draft)\"}".utf8),
        422, "invalid-value"
      ),
    ]
  }
}
