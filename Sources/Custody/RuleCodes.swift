/// The codes of published lists that a rule asks for by name. Where nobody may write one any more the rule would pass what
/// it is there to stop, or stop everything.
enum RuleCodes {
  /// V27: a place where no child must go.
  static let adultsOnly = "adults-only"
  /// V29: what the consent of an adult must be.
  static let given = "given"
  /// V29: the legal basis of a return that rests on consent.
  static let byConsent = "consent"

  static let all: [(list: CodeListName, code: String, rule: CheckCode)] = [
    (.regime, adultsOnly, .v27), (.consent, given, .v29), (.legalBasis, byConsent, .v29),
  ]
}

extension CodeList {
  /// Codes that a rule hangs on and that nobody could write by this list, each in a sentence; empty when there are none.
  public var brokenRules: [String] {
    RuleCodes.all.compactMap { list, code, rule in
      guard list.rawValue == name, self[code]?.isDeprecated != false else { return nil }
      return "\(rule.rawValue) hangs on the code \"\(code)\": keep it, and do not deprecate it"
    }
  }
}
