import COSE

/// That paper came first: what is entered now was signed by hand when it happened.
public struct LateEntry: Hashable, Sendable {
  /// The number of the form.
  public let form: String
  /// SHA-256 of its scan, 32 bytes.
  public let scanDigest: [UInt8]
  /// How many others must approve that they have seen the paper.
  public static let witnesses = 2

  public init(form: String, scanDigest: [UInt8]) {
    self.form = form
    self.scanDigest = scanDigest
  }

  var item: CBOR { .map(["form": .text(form), "scan_digest": .bytes(scanDigest)]) }
}

extension FieldReader {
  mutating func lateEntry() throws(DecodeError) -> LateEntry {
    let form = try text("form", maximum: 64)
    guard !form.isEmpty else { throw invalid("form", "must say the number of the form") }
    return LateEntry(form: form, scanDigest: try bytes("scan_digest", count: 32))
  }
}

extension Array where Element: Equatable {
  /// Those of them that are left when each of the others has taken one like itself.
  public func lacking(_ others: [Element]) -> [Element] {
    var left = self
    for other in others {
      if let index = left.firstIndex(of: other) { left.remove(at: index) }
    }
    return left
  }
}
