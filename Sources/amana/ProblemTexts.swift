import COSE
import ControlAPI
import Custody

/// Problems that the daemon answers, in the reader's language. Details come from the daemon and are English; under an
/// Arabic title they stand isolated.
enum ProblemTexts {
  private static let titles: [String: Text] = [
    "not-found": .problemNotFound, "no-such-path": .problemNoOperation, "conflict": .problemConflict,
    "not-permitted": .problemNotPermitted, "forbidden": .problemNotPermitted, "invalid-value": .problemInvalidValue,
    "stopping": .problemStopping, "too-large": .problemTooLarge, "malformed": .problemMalformed,
    "duplicate-key": .problemTwoReadings, "timeout": .problemTimeout, "truncated": .problemTruncated,
    "incomplete": .problemIncomplete, "discarded": .problemDiscarded, "exercise": .problemExercise,
    "internal": .problemInternal, "signature": .problemNotGenuine, "receipt": .problemNotGenuine,
    "checkpoint": .problemNotGenuine, "unverifiable": .problemNotVerifiableHere,
    "method-not-allowed": .problemNoOperation, "too-long": .problemTooLarge, "head-too-large": .problemTooLarge,
    "unknown-parameter": .problemInvalidValue, "idempotency-key-reused": .problemConflict, "busy": .problemBusy,
    "took-too-long": .problemTimeout, "no-such-peer": .problemNoPeer, "no-courier": .problemNoCourier,
    "no-report": .problemNoCourier, "unknown-authority": .problemUnknownAuthority,
    "own-authority": .problemOwnAuthority, "inactive-authority": .problemInactiveAuthority,
    "no-certificate": .problemNoCertificate, "content-missing": .problemContentMissing,
    "content-unreadable": .problemContentUnreadable, "sealed-to-others": .problemSealedToOthers,
    "no-such-payload": .problemNoPayload, "not-published": .problemNotPublished,
    "key-unavailable": .problemKeyUnavailable, "log-halted": .problemLogHalted, "no-lines": .problemNoLines,
    "not-provable": .problemNotProvable, "uncertain": .problemUncertain, "withheld": .problemWithheld,
    "erased": .problemErased, "other-authority": .problemOtherAuthority, "roster-unknown": .problemRosterUnknown,
    "not-looked": .problemNotLooked, "other-roster": .problemOtherRoster, "ambiguous": .problemAmbiguous,
    "content": .problemNotGenuine,
    "disk-full": .problemDiskFull, "other-kind": .problemOtherKind, "too-many-attachments": .problemTooMany,
    "too-many-listeners": .problemTooMany, "unsupported-media-type": .problemMalformed, "not-http": .problemMalformed,
    "http-version": .problemMalformed, "not-acceptable": .problemInvalidValue,
    "idempotency-key-in-use": .problemBusy, "idempotency-key-invalid": .problemInvalidValue,
  ]

  /// The title of a problem: the rule's own sentence for a rule, the catalogue's for a code that is known.
  static func title(_ code: String, _ english: String, in language: Language) -> String {
    guard language == .ar else { return english }
    if let sentence = sentence(code, in: language) { return sentence }
    if let text = titles[code] { return say(text, in: language) }
    if DecodeError.Reason(rawValue: code) != nil { return say(.problemUnreadable, in: language) }
    return say(.problemOther, in: language, english)
  }

  /// The sentence of a rule in the table of rules.
  static func sentence(_ code: String, in language: Language) -> String? {
    CheckTable.rows.first { $0.code.rawValue == code }?.sentence[language.rawValue]
  }

  static func lines(_ problem: Problem, in language: Language) -> [String] {
    var lines = ["\(problem.code): \(title(problem.code, problem.title, in: language))"]
    lines.append("  " + foreign(problem.detail, in: language))
    let failings = problem.failings ?? []
    for failing in failings.prefix(50) where failings.count > 1 {
      let place = failing.line.map { say(.problemLine, in: language, String($0)) } ?? ""
      lines.append("  \(failing.code) \(place): \(foreign(failing.detail, in: language))".replacing(" :", with: ":"))
    }
    if failings.count > 50 { lines.append("  " + say(.andMore, in: language, String(failings.count - 50))) }
    if let record = problem.record { lines.append("  " + say(.problemRecord, in: language, record)) }
    if let next = problem.next { lines.append("  → " + foreign(next, in: language)) }
    return lines
  }

  static func flag(_ failing: Problem.Failing, in language: Language) -> String {
    flag(failing.code, failing.detail, in: language)
  }

  /// A flag: its rule's sentence where there is one in the reader's language, and what exactly.
  static func flag(_ code: String, _ detail: String, in language: Language) -> String {
    let sentence = language == .ar ? sentence(code, in: language) : nil
    return say(.showFlag, in: language, code, sentence.map { "\($0) \(foreign(detail, in: language))" } ?? detail)
  }
}

/// English words within an Arabic sentence, isolated so that they keep their order.
func foreign(_ text: String, in language: Language) -> String {
  let safe = printable(text)
  return language == .ar ? "\u{2068}\(safe)\u{2069}" : safe
}
