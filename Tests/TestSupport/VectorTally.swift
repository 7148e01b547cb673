/// What became of the cases of one folder or file of the vectors, said in one line.
public struct VectorTally {
  public let name: String
  public var accepted = 0
  public var refused = 0
  public private(set) var notApplicable: [(name: String, reason: String)] = []

  public init(_ name: String) { self.name = name }

  public var cases: Int { accepted + refused + notApplicable.count }

  public mutating func skip(_ name: String, because reason: String) { notApplicable.append((name, reason)) }

  public func report() {
    let counts = "\(accepted) valid accepted, \(refused) invalid refused, \(notApplicable.count) not applicable"
    let byReason = Dictionary(grouping: notApplicable, by: \.reason).sorted { $0.key < $1.key }
    let reasons = byReason.map { reason, cases in
      cases.count > 8
        ? " [\(cases.count) cases: \(reason)]" : " [\(cases.map(\.name).joined(separator: ", ")): \(reason)]"
    }.joined()
    print("VECTORS \(name): \(cases) cases, \(counts)\(reasons)")
  }
}
