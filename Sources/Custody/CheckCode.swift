/// The stable codes of the invariants (custody.md, Invariants). They appear in flags, errors and reports.
public enum CheckCode: String, Sendable, CaseIterable, Comparable {
  case v1 = "V1"
  case v2 = "V2"
  case v3 = "V3"
  case v4 = "V4"
  case v5 = "V5"
  case v6 = "V6"
  case v7 = "V7"
  case v8 = "V8"
  case v9 = "V9"
  case v10 = "V10"
  case v11 = "V11"
  case v12 = "V12"
  case v13 = "V13"
  case v14 = "V14"
  case v15 = "V15"
  case v16 = "V16"
  case v17 = "V17"
  case v18 = "V18"
  case v19 = "V19"
  case v20 = "V20"
  case v21 = "V21"
  case v22 = "V22"
  case v23 = "V23"
  case v24 = "V24"
  case v25 = "V25"
  case v26 = "V26"
  case v27 = "V27"
  case v28 = "V28"
  case v29 = "V29"
  case v30 = "V30"
  case v31 = "V31"
  case v32 = "V32"

  public static func < (left: Self, right: Self) -> Bool {
    (Int(left.rawValue.dropFirst()) ?? 0) < (Int(right.rawValue.dropFirst()) ?? 0)
  }
}

/// What a failing check does (custody.md, Invariants).
public enum CheckEffect: String, Sendable {
  /// G: stops an intention in its signer's own daemon; found later, it flags.
  case gates = "G"
  /// G/F: stops an intention, flags a fact.
  case gatesOrFlags = "G/F"
  /// F: flags what is registered.
  case flags = "F"
  /// R: refuses intention and fact alike.
  case refuses = "R"
  /// A: answers or alarms.
  case answers = "A"
}

/// One failing of one check.
public struct Violation: Hashable, Sendable, CustomStringConvertible {
  public let code: CheckCode
  /// The manifest line it concerns, or nil when it is the whole statement.
  public let line: Int?
  /// What exactly, and what would make it right.
  public let detail: String
  /// Whether it is said and stops nothing.
  public let isWarning: Bool

  public init(_ code: CheckCode, line: Int? = nil, _ detail: String, isWarning: Bool = false) {
    self.code = code
    self.line = line
    self.detail = detail
    self.isWarning = isWarning
  }

  /// The same, which stops nothing.
  var asWarning: Violation { Violation(code, line: line, detail, isWarning: true) }

  /// What it says, whatever it does: on record it is a flag.
  public static func == (left: Self, right: Self) -> Bool {
    left.code == right.code && left.line == right.line && left.detail == right.detail
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(code)
    hasher.combine(line)
    hasher.combine(detail)
  }

  public var description: String { "\(code.rawValue)\(line.map { " line \($0)" } ?? ""): \(detail)" }
}
