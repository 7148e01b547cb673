/// Labels of drafts before RFC 9942 and RFC 9943, which now mean nothing or something else.
private let preRFCLabels: [CBOR] = [-111, -222, -333, 391, 392, 393, 13]

extension Sign1 {
  /// Refuses what none of our profiles takes: labels from before the RFCs, an unprotected algorithm, and critical labels
  /// (RFC 9052 §3.1) that are not protected or that the caller does not process.
  /// - Parameter understood: the labels that the caller processes.
  public func checkHeaderRules(understood: [CBOR]) throws(DecodeError) {
    let (start, end) = (protected.encoded.startIndex, protected.encoded.endIndex)
    for label in preRFCLabels {
      if protected.values[label] != nil { throw DecodeError(.preRFCLabel, at: start, "label \(label.int ?? 0)") }
      if unprotected[label] != nil { throw DecodeError(.preRFCLabel, at: end, "label \(label.int ?? 0)") }
    }
    guard unprotected[HeaderLabel.algorithm] == nil else { throw DecodeError(.unprotectedAlgorithm, at: end) }
    guard unprotected[HeaderLabel.critical] == nil else {
      throw DecodeError(.invalidValue, at: end, "crit must be protected")
    }
    guard let critical = protected.values[HeaderLabel.critical] else { return }
    guard let labels = critical.array else { throw DecodeError(.unexpectedType, at: start, "crit must be an array") }
    guard !labels.isEmpty else { throw DecodeError(.invalidValue, at: start, "crit must name a label") }
    for label in labels where !understood.contains(label) || protected.values[label] == nil {
      throw DecodeError(.unknownCritical, at: start, label.int.map(String.init) ?? label.text ?? "")
    }
  }
}
