import COSE
import OpenSSL

extension Anchors {
  static let maximumCount = 8

  var item: CBOR {
    func list(_ certificates: [Certificate]) -> CBOR? {
      certificates.isEmpty ? nil : .array(certificates.map { .bytes($0.der) })
    }
    return .map(CBORMap(fields: [("statements", list(statements)), ("timestamps", list(timestamps))]))
  }

  init(_ reader: consuming FieldReader) throws(DecodeError) {
    var fields = reader
    statements = try fields.certificates("statements")
    timestamps = try fields.certificates("timestamps")
    guard !statements.isEmpty || !timestamps.isEmpty else {
      throw DecodeError(.invalidValue, at: 0, "\(fields.path) must not be empty: leave it out")
    }
    try fields.finish()
  }
}

extension Succession {
  /// Longer than any note with the signatures of a witness quorum.
  static let maximumByteCount = 64 << 10

  var item: CBOR {
    .map([
      "authority": .text(predecessor.description), "final_checkpoint": .bytes(finalCheckpoint),
      "effective_from": .int(effectiveFrom),
    ])
  }

  init(_ reader: consuming FieldReader) throws(DecodeError) {
    var fields = reader
    guard let name = AuthorityName(try fields.text("authority", maximum: 129)) else {
      throw fields.invalid("authority", "is not MEMBER/authority")
    }
    predecessor = name
    finalCheckpoint = try fields.bytes("final_checkpoint", maximum: Self.maximumByteCount)
    guard !finalCheckpoint.isEmpty else { throw fields.invalid("final_checkpoint", "is empty") }
    effectiveFrom = try fields.unixTime("effective_from")
    try fields.finish()
  }
}

extension FieldReader {
  /// DER certificates, at most `Anchors.maximumCount`; none where the field is missing.
  fileprivate mutating func certificates(_ field: String) throws(DecodeError) -> [Certificate] {
    var found: [Certificate] = []
    guard let items = try optionalArray(field, maximum: Anchors.maximumCount) else { return [] }
    guard !items.isEmpty else { throw invalid(field, "must not be empty: leave it out") }
    for item in items {
      guard let der = item.bytes else { throw invalid(field, "must be a list of byte strings") }
      do { found.append(try Certificate(der: der)) } catch { throw invalid(field, "does not parse: \(error)") }
    }
    return found
  }
}
