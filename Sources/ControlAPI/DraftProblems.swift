public import Custody

extension Problem {
  /// Something in a request that has no meaning: which field, and what would.
  public static func badRequest(_ field: String, _ why: String) -> Problem {
    Problem(
      status: 422, code: "invalid-value", title: "The request cannot be understood", detail: "\(field): \(why)",
      next: "correct \(field) and ask again; nothing was stored")
  }

  /// A text that is no time.
  public static func badTime(_ field: String, _ text: String) -> Problem {
    badRequest(
      field, "\"\(text)\" is not RFC 3339 with whole seconds and a numeric offset, e.g. 2026-11-25T14:03:00+03:00")
  }

  /// What a refusal by the rules becomes.
  public static func refused(_ violations: [Violation], record: RecordID?) -> Problem {
    let first = violations.first
    let sentence = first.flatMap { CheckTable.row($0.code)?.sentence["en"] } ?? "A rule refuses it."
    return Problem(
      status: 409, code: first?.code.rawValue ?? "refused", title: sentence,
      detail: "\(first.map(\.description) ?? "")\(violations.count > 1 ? " (and \(violations.count - 1) more)" : "")",
      record: record?.uuid, next: "nothing was signed or stored; correct what is named and ask again",
      failings: violations.prefix(1000).map(Failing.init))
  }
}

extension Problem.Failing {
  /// One failing of one check, with the sentence of its rule.
  public init(_ violation: Violation) {
    self.init(
      code: violation.code.rawValue, line: violation.line, detail: violation.detail,
      sentence: CheckTable.row(violation.code)?.sentence["en"])
  }
}
