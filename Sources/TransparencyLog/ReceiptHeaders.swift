import COSE

/// Labels of drafts before RFC 9942 and RFC 9943, which now mean nothing or something else.
private let preRFCLabels: [CBOR] = [-111, -222, -333, 391, 392, 393, 13]

/// Critical labels that this room understands (RFC 9052 §3.1).
private let understoodLabels: [CBOR] = [
  HeaderLabel.algorithm, HeaderLabel.keyID, HeaderLabel.cwtClaims, HeaderLabel.verifiableDataStructure,
]

/// Refuses what no receipt of RFC 9942 may have in its headers, and a payload.
func checkReceiptHeaders(_ message: Sign1) throws(DecodeError) {
  let start = message.protected.encoded.startIndex
  let end = message.protected.encoded.endIndex
  try refusePreRFCLabels(message.protected.values, at: start)
  try refusePreRFCLabels(message.unprotected, at: end)
  guard message.unprotected[HeaderLabel.algorithm] == nil else { throw DecodeError(.unprotectedAlgorithm, at: end) }
  try checkCritical(message, at: start)
  guard message.protected.algorithmID != nil else { throw DecodeError(.missingField, at: start, "alg (1)") }
  try checkDataStructure(message.protected, at: start)
  if let payload = message.payloadRange {
    throw DecodeError(.unexpectedType, at: payload.lowerBound, "a receipt's payload is detached")
  }
}

private func refusePreRFCLabels(_ header: CBORMap, at offset: Int) throws(DecodeError) {
  for label in preRFCLabels where header[label] != nil {
    throw DecodeError(.preRFCLabel, at: offset, "label \(label.int ?? 0)")
  }
}

private func checkDataStructure(_ header: ProtectedHeader, at offset: Int) throws(DecodeError) {
  guard let value = header.values[HeaderLabel.verifiableDataStructure] else {
    throw DecodeError(.missingField, at: offset, "vds (395)")
  }
  guard value.int == ReceiptStructure.rfc9162SHA256 else {
    throw DecodeError(.unsupported, at: offset, "vds \(value.int.map(String.init) ?? "that is not an integer")")
  }
}

private func checkCritical(_ message: Sign1, at offset: Int) throws(DecodeError) {
  guard message.unprotected[HeaderLabel.critical] == nil else {
    throw DecodeError(.invalidValue, at: message.protected.encoded.endIndex, "crit must be protected")
  }
  guard let critical = message.protected.values[HeaderLabel.critical] else { return }
  guard let labels = critical.array, !labels.isEmpty else {
    throw DecodeError(.unexpectedType, at: offset, "crit must be a filled array")
  }
  for label in labels where !understoodLabels.contains(label) || message.protected.values[label] == nil {
    throw DecodeError(.unknownCritical, at: offset, label.int.map(String.init) ?? label.text ?? "")
  }
}
