/// Why bytes were refused, and where. Offsets count from the first byte of what was handed in.
public struct DecodeError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The named reasons; the raw value is stable and is what interfaces show.
  public enum Reason: String, Sendable, CaseIterable {
    case truncated = "truncated"
    case trailingBytes = "trailing-bytes"
    case nonShortest = "non-shortest-form"
    case indefiniteLength = "indefinite-length"
    case reservedEncoding = "reserved-encoding"
    case duplicateKey = "duplicate-key"
    case unsortedKeys = "unsorted-keys"
    case invalidUTF8 = "invalid-utf8"
    case tooDeep = "too-deep"
    case tooLarge = "too-large"
    case unexpectedType = "unexpected-type"
    case missingField = "missing-field"
    case unknownField = "unknown-field"
    case invalidValue = "invalid-value"
    case forbiddenText = "forbidden-text"
    case preRFCLabel = "pre-rfc-label"
    case unprotectedAlgorithm = "unprotected-algorithm"
    case unknownCritical = "unknown-critical-label"
    case unsupported = "unsupported"
    case emptyPayload = "empty-payload"
    case tooManyReceipts = "too-many-receipts"
  }

  public let reason: Reason
  public let offset: Int
  /// What stood there or was expected, e.g. a field's path; never secret content.
  public let detail: String

  public init(_ reason: Reason, at offset: Int, _ detail: String = "") {
    self.reason = reason
    self.offset = offset
    self.detail = detail
  }

  public var description: String {
    detail.isEmpty ? "\(reason.rawValue) at byte \(offset)" : "\(reason.rawValue) at byte \(offset): \(detail)"
  }
}
