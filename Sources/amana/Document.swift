import Foundation

/// The types of JSON that the command prints. docs/json.md describes each field by field.
enum DocumentType: String, CaseIterable {
  case status = "amana.status"
  case show = "amana.show"
  case lines = "amana.lines"
  case drafts = "amana.drafts"
  case bundleList = "amana.bundle.list"
  case bundleImport = "amana.bundle.import"
  case verify = "amana.verify"
  case receipt = "amana.receipt"
  case audit = "amana.audit"
  case checks = "amana.checks"
  case check = "amana.check"
  case codes = "amana.codes"
  case codesCheck = "amana.codes.check"
  case roster = "amana.roster"
  case rosterVerify = "amana.roster.verify"
  case rosterDiff = "amana.roster.diff"
  case rosterView = "amana.roster.view"
  case rosterViewSend = "amana.roster.view.send"
  case rosterViews = "amana.roster.views"
  case keyGenerate = "amana.key.generate"
  case keyList = "amana.key.list"
  case keyShow = "amana.key.show"
  case keyRotate = "amana.key.rotate"
  case keyRevoke = "amana.key.revoke"
  case keyProve = "amana.key.prove"
  case configCheck = "amana.config.check"
  case configShow = "amana.config.show"
  case peerAdd = "amana.peer.add"
  case peerList = "amana.peer.list"
  case peerTest = "amana.peer.test"
  case outbox = "amana.outbox"
  case outboxRetry = "amana.outbox.retry"
  case inbox = "amana.inbox"
  case watch = "amana.watch"
  case messageSend = "amana.message.send"
  case messageList = "amana.message.list"
  case messageRead = "amana.message.read"
  case open = "amana.open"
  case disclose = "amana.disclose"
  case transit = "amana.transit"
  case consents = "amana.consents"
  case inquiries = "amana.inquiries"
  case askWho = "amana.ask.who"
  case askChain = "amana.ask.chain"
  case askTransit = "amana.ask.transit"
  case askUnresolved = "amana.ask.unresolved"
  case askHeld = "amana.ask.held"
  case askChanges = "amana.ask.changes"
  case askTally = "amana.ask.tally"
  case importDraft = "amana.import"
  case duties = "amana.duties"
  case lookAlikes = "amana.look-alikes"
  case tilesExport = "amana.tiles.export"
  case tilesVerify = "amana.tiles.verify"
  case proveFork = "amana.prove-fork"
  case archiveMake = "amana.archive.make"
  case archiveStamp = "amana.archive.stamp"
  case archiveVerify = "amana.archive.verify"
  case reportSign = "amana.report.sign"

  /// Grows when a field disappears or changes its meaning; a new field is no new version.
  var version: Int { 1 }
}

/// The frame of every JSON output: its version and type, whether it is an exercise's, and the body's fields beside them.
struct Document<Body: Encodable>: Encodable {
  let type: DocumentType
  let exercise: Bool
  let body: Body

  private enum Key: String, CodingKey { case version, type, exercise }

  func encode(to encoder: any Encoder) throws {
    try body.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(type.version, forKey: .version)
    try container.encode(type.rawValue, forKey: .type)
    try container.encode(exercise, forKey: .exercise)
  }
}

/// Two bodies whose fields stand side by side in one object.
struct Merged<First: Encodable, Second: Encodable>: Encodable {
  let first: First
  let second: Second

  init(_ first: First, _ second: Second) {
    self.first = first
    self.second = second
  }

  func encode(to encoder: any Encoder) throws {
    try first.encode(to: encoder)
    try second.encode(to: encoder)
  }
}

/// Prints a document in one line, keys sorted: one of many that follow each other.
func printJSONLine(_ type: DocumentType, _ body: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  let document = Document(type: type, exercise: Screen.isExercise, body: body)
  Screen.writeDocument(escaped([UInt8](try encoder.encode(document))) + "\n")
}

/// Prints a document, keys sorted.
func printJSON(_ type: DocumentType, _ body: some Encodable) throws {
  let document = Document(type: type, exercise: Screen.isExercise, body: body)
  Screen.writeDocument(escaped(try prettyJSON(document)) + "\n")
}

/// JSON as people read it: keys sorted, one field a line.
func prettyJSON(_ value: some Encodable) throws -> [UInt8] {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  return [UInt8](try encoder.encode(value))
}

/// JSON as it is printed: what would steer a terminal or turn the direction of a line stands there as an escape, which
/// says the same (RFC 8259, section 7). Outside of texts JSON holds nothing of the kind.
func escaped(_ json: [UInt8]) -> String {
  let text = String(decoding: json, as: UTF8.self)
  guard text.unicodeScalars.contains(where: isSteering) else { return text }
  var shown = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    guard isSteering(scalar) else {
      shown.append(scalar)
      continue
    }
    let digits = String(scalar.value, radix: 16)
    shown.append(contentsOf: ("\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits).unicodeScalars)
  }
  return String(shown)
}

/// Controls that JSON allows in a text as they are, and marks that turn or isolate the direction of what follows.
private func isSteering(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0...0x1f: false
  case 0x2066...0x2069: true
  default: !isPrintable(scalar)
  }
}
