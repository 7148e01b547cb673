import COSE

/// Which checks apply. Everywhere but in tests: all of them.
public struct Checks: Sendable {
  private var disabled: Set<CheckCode> = []

  public static let all = Checks()

  /// All but one: how a test proves that it can fail. Not reachable without asking for the testing interface.
  @_spi(Testing) public static func without(_ code: CheckCode?) -> Checks {
    var checks = Checks()
    if let code { checks.disabled.insert(code) }
    return checks
  }

  /// These alone: what a great many random histories are judged by. Reached like `without`.
  @_spi(Testing) public static func only(_ codes: Set<CheckCode>) -> Checks {
    var checks = Checks()
    checks.disabled = Set(CheckCode.allCases).subtracting(codes)
    return checks
  }

  public func applies(_ code: CheckCode) -> Bool { !disabled.contains(code) }

  /// V22: nothing but deterministic CBOR passes as a payload.
  var payloadAllowances: CBORDecoder.Allowances {
    applies(.v22) ? [] : [.unsortedKeys, .nonShortest, .duplicateKeys, .trailingBytes]
  }
}

/// Where on the way of a statement a check is made.
public enum CheckPlace: Sendable {
  /// While bytes are decoded: `SignedStatement`, `Event`.
  case decoding
  /// While the signature is verified: `StatementVerifier`.
  case signature
  /// When the statement asks to be registered.
  case registration(@Sendable (Proposal, any CustodyView) throws -> [Violation])
  /// Over logs and checkpoints: `LogChecks`.
  case log
  /// As time passes: `TimerChecks`.
  case timer
  /// Over a whole bundle, offline: `BundleVerifier`.
  case bundle
}

/// One invariant: its code, what a failure does, the sentence for people, and the check.
public struct CheckRow: Sendable {
  public let code: CheckCode
  public let effect: CheckEffect
  /// One sentence a duty officer understands, by language.
  public let sentence: [String: String]
  public let place: CheckPlace

  init(_ code: CheckCode, _ effect: CheckEffect, en: String, ar: String, _ place: CheckPlace) {
    self.code = code
    self.effect = effect
    sentence = ["en": en, "ar": ar]
    self.place = place
  }
}
