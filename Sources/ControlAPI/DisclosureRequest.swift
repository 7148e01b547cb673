/// Asks for a file that proves fields of one line: POST /v1/statements/{id}/disclosures.
public struct DisclosureRequest: Codable, Hashable, Sendable {
  /// The leaf index in the statement's manifest.
  public var line: Int
  /// The line's subject_ref in hexadecimal: a slip in the number must not show somebody else.
  public var subject: String
  /// The fields to show, by their names in the schema; subject_ref is always shown.
  public var fields: [String]
  /// Whether the roster in force goes with it.
  public var roster: Bool?

  public init(line: Int, subject: String, fields: [String], roster: Bool? = nil) {
    self.line = line
    self.subject = subject
    self.fields = fields
    self.roster = roster
  }

  enum CodingKeys: String, CodingKey, CaseIterable { case line, subject, fields, roster }
}

extension DisclosureRequest: StrictlyDecoded {
  /// The fields of the request itself.
  public static var fields: [String] { CodingKeys.allCases.map(\.rawValue) }
}
