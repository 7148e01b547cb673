import Roster

/// What the text of a column may be, as one value: it judges, and a template prints it.
public struct ColumnRule: Sendable {
  /// What a value looks like.
  public enum Form: String, Sendable {
    case text, date, code, codes, yesNo, country, language, digest, authority, number, subject, area, stops
  }

  public let form: Form
  /// The published list whose codes it takes, as the roster names its version; nil where it takes none, or fixed ones.
  public let list: CodeListName?
  private let fixed: [String]
  public let mayBeEmpty: Bool
  /// Whether "unknown" may stand for it, or "unknown:" and a reason.
  public let mayBeUnknown: Bool

  init(
    _ form: Form, _ list: CodeListName? = nil, fixed: [String] = [], empty: Bool = false, unknown: Bool = false
  ) {
    self.form = form
    self.list = list
    self.fixed = fixed
    mayBeEmpty = empty
    mayBeUnknown = unknown
  }

  static let yesNo = ColumnRule(.yesNo, fixed: ["yes", "no"])

  static func code(_ list: CodeListName, empty: Bool = false, unknown: Bool = false) -> ColumnRule {
    ColumnRule(.code, list, empty: empty, unknown: unknown)
  }

  static func code(_ codes: [String]) -> ColumnRule { ColumnRule(.code, fixed: codes) }

  /// What a code may be, by the lists in force; of one that is not here nothing is known.
  public func codes(by lists: CodesInForce = .standard) -> [String] {
    list.map { lists[$0]?.ids ?? [] } ?? fixed
  }

  /// What is wrong with a value and what would make it right, or nil.
  /// - Parameter lists: the code lists to judge by.
  public func problem(_ text: String, by lists: CodesInForce = .standard) -> String? {
    if text.isEmpty, mayBeEmpty { return nil }
    if mayBeUnknown, let reason = Self.unknownReason(text),
      lists.takesAnyCode || lists[.unknownReason].map({ $0[reason] != nil }) ?? true
    {
      return nil
    }
    return switch form {
    case .text: text.isEmpty ? "is empty: it must be filled in" : nil
    case .date: ManifestEntry.isDate(text) ? nil : dateProblem(text)
    case .code, .yesNo: codesProblem([text], lists)
    case .codes: codesProblem(text.split(separator: " ").map(String.init), lists)
    default: Self.fits(text, form) ? nil : "\"\(text)\" is no \(Self.wanted(form))"
    }
  }

  /// Why something is unknown: "unknown" says that it is in no register, "unknown:" and a code another reason; nil for
  /// what is known. Which reasons there are is the list's to say.
  static func unknownReason(_ text: String) -> String? {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.first == "unknown" else { return nil }
    guard parts.count > 1 else { return inNoRegister }
    return isCode(parts[1]) ? parts[1] : nil
  }

  static let inNoRegister = "not-in-register"

  private func dateProblem(_ text: String) -> String {
    mayBeUnknown
      ? "\"\(text)\" is no EDTF date: write 2019-03-23, 2019-02, 2018~, or \"unknown\""
      : mayBeEmpty
        ? "\"\(text)\" is no EDTF date: write 1987-03-12, 1994-06, 1990?, 1985~, 198X, or leave it empty"
        : "\"\(text)\" is no EDTF date: write 2019-03-23, 2019-02 or 2018~"
  }

  /// The first that is no code. Where its list's version in force is not here, or is for others to ask, whatever looks like
  /// a code will do.
  private func codesProblem(_ written: [String], _ lists: CodesInForce) -> String? {
    let known = list.flatMap { lists[$0] }
    let takesAny = list != nil && (known == nil || lists.takesAnyCode)
    func fits(_ code: String) -> Bool {
      takesAny ? isCode(code) : known.map { $0[code] != nil } ?? fixed.contains(code)
    }
    guard let wrong = written.first(where: { !fits($0) }) else { return nil }
    if list != nil, known == nil { return "\"\(wrong)\" is no code: a code is a-z, 0-9, - and _, at most 64 of them" }
    return "\"\(wrong)\" is none of \(codes(by: lists).joined(separator: ", "))"
  }
}

extension ColumnRule {
  private static func wanted(_ form: Form) -> String {
    switch form {
    case .country: "ISO 3166-1 alpha-3 code such as IRQ"
    case .language: "BCP 47 tag with script such as ar-Arab"
    case .digest: "SHA-256 digest of 64 hexadecimal digits"
    case .authority: "authority's name such as IRQ/justice"
    case .number: "whole number such as 12"
    case .subject: "subject_ref of 32 hexadecimal digits"
    case .area: "OCHA P-code such as SY080006"
    default: "list of SITE:status such as SYR-HSK-01:restricted"
    }
  }

  private static func fits(_ text: String, _ form: Form) -> Bool {
    switch form {
    case .country: text.utf8.count == 3 && text.utf8.allSatisfy(isCapital)
    case .language: isLanguage(text)
    case .digest: decodeHexadecimal(text)?.count == 32
    case .authority: areNames(text.split(separator: " "))
    case .number: (1...12).contains(text.utf8.count) && text.utf8.allSatisfy(isDigit)
    case .subject: decodeHexadecimal(text)?.count == 16
    case .area: (2...32).contains(text.utf8.count) && text.utf8.allSatisfy { isDigit($0) || isCapital($0) }
    default: stops(text) != nil
    }
  }

  /// Stops of a journey, each a site with the liberty status there.
  static func stops(_ text: String) -> [(site: String, status: String)]? {
    let stops = text.split(separator: " ").map { $0.split(separator: ":", maxSplits: 1).map(String.init) }
    let fits = stops.allSatisfy { $0.count == 2 && $0[0].utf8.count <= 64 && LibertyStatus(rawValue: $0[1]) != nil }
    return fits && !stops.isEmpty ? stops.map { (site: $0[0], status: $0[1]) } : nil
  }

  private static func isLanguage(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    let letters = text.utf8.allSatisfy { $0 == 0x2d || (0x41...0x5a).contains($0 & 0xdf) && $0 < 0x80 }
    return letters && parts.count == 2 && (2...3).contains(parts[0].utf8.count) && parts[1].utf8.count == 4
  }

  /// As a roster writes them, so that each can be one's name.
  private static func areNames(_ texts: [Substring]) -> Bool {
    !texts.isEmpty && texts.allSatisfy { AuthorityName(String($0)) != nil }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
  private static func isCapital(_ byte: UInt8) -> Bool { (0x41...0x5a).contains(byte) }
}

/// One column of the file of a kind: what it may hold, and where that goes.
public struct FormColumn: Sendable {
  public let name: String
  public let rule: ColumnRule
  /// Whether every table must have it. The others may be left out, which is as if they were empty.
  public let isRequired: Bool
  /// Whether its text is what somebody wrote, and stays as typed; in all others digits are read.
  public let isAsTyped: Bool
  /// Whether it is somebody's name, in which a line break is read as a space.
  public let isName: Bool
  /// Whether it says who or what it is; it stands in the identity annex and not in the line.
  public let isIdentity: Bool
  /// One value as an example.
  public let example: String

  /// `born` says who somebody is, and its digits are read all the same.
  enum Place { case line, typed, identity, identityRead, name }

  init(_ name: String, _ rule: ColumnRule, _ place: Place = .line, required: Bool = false, example: String = "") {
    self.name = name
    self.rule = rule
    isRequired = required
    isAsTyped = place != .line && place != .identityRead
    isName = place == .name
    isIdentity = [.identity, .identityRead, .name].contains(place)
    self.example = example
  }
}
