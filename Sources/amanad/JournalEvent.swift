import Logging

/// What happened, under an id that never changes: `journalctl MESSAGE_ID=…` finds every line of its kind. The table in
/// docs/operating.md lists them.
enum JournalEvent: String, CaseIterable {
  case ready = "27748f6cdf7f4fe19a9aef655b4f47b0"
  case stopping = "1dcd0c9e750e4de1ac9bb8f976bfeda7"
  case stopped = "b9e6ee0546804e7f9048d9fa7d04a132"
  case cannotGoOn = "319ef19e733246f4a66d181cef02bb0a"
  case statementRegistered = "aa56708a273c4a2aae2af93d7cc3084f"
  case statementRefused = "f167a8fa459945b4bcf5af80d5eef3d8"
  case alarmRaised = "48b8e7fe5d66462b8094d61568712584"
  case draftApproved = "8a764a697dd9492aa39ac3ba337bdf63"
  case bundleImported = "70bff03970b34d1b81b6b9c1a0db7a35"
  case reloaded = "dcf093e620774edea34f0756389f3fdd"
  case reloadFailed = "b98f872a2f37446a8197c517b0536c56"
  case rightRefused = "42d8ab59c124487ab88b2afa8d49c2ea"
  case internalError = "30721410ad154030a25b1220d7d9c2ec"
  case connectionsFull = "7dc57db038c54b6583c211e2d944ba61"
  case storeUnanswered = "d656ba1088e74af291deb7365107debe"
  case keyUnavailable = "dc4fd9a021094cf7a5ed2f15691b4b91"
  case keyViewUnreadable = "c85b261883d640f58cc3d3c8a1d4c876"
  case revocationListTaken = "5d0c3f6be2a947f08b1e64d27c90a3f8"
  case contentExpired = "3e9a1c57d20b4f68a4c7f5e8d16b9032"
  case fetchFailed = "c81f7a20d4b64e6f9a35e07b42d1689e"

  var level: Logger.Level {
    switch self {
    case .ready, .stopping, .stopped, .statementRegistered, .draftApproved, .bundleImported, .reloaded,
      .revocationListTaken, .contentExpired:
      .notice
    case .fetchFailed, .statementRefused, .rightRefused, .connectionsFull, .keyViewUnreadable:
      .warning
    case .alarmRaised, .reloadFailed, .internalError, .storeUnanswered, .keyUnavailable: .error
    case .cannotGoOn: .critical
    }
  }

  var name: String { "\(self)" }
}

extension Logger {
  /// The daemon's own.
  static let amanad = Logger(label: "amanad")

  /// Logs what happened with its fields: ids and codes, never personal data.
  /// - Parameters:
  ///   - code: an invariant's code or a problem's.
  ///   - record: the record's id.
  ///   - fields: further ones; in the journal they are named AMANA_… in capitals.
  func record(
    _ event: JournalEvent, _ message: String, code: String? = nil, record: String? = nil,
    _ fields: [String: String] = [:]
  ) {
    var metadata: Logger.Metadata = [JournalField.event: .string(event.name), JournalField.id: .string(event.rawValue)]
    if let code { metadata[JournalField.code] = .string(code) }
    if let record { metadata[JournalField.record] = .string(record) }
    for (name, value) in fields { metadata[name] = .string(value) }
    log(level: event.level, "\(message)", metadata: metadata)
  }
}
