import COSE

/// Critical labels that this room understands (RFC 9052 §3.1).
private let understoodLabels: [CBOR] = [
  HeaderLabel.algorithm, HeaderLabel.keyID, HeaderLabel.cwtClaims, HeaderLabel.verifiableDataStructure,
]

/// Refuses what no receipt of RFC 9942 may have in its headers, and a payload.
func checkReceiptHeaders(_ message: Sign1) throws(DecodeError) {
  let start = message.protected.encoded.startIndex
  try message.checkHeaderRules(understood: understoodLabels)
  guard message.protected.algorithmID != nil else { throw DecodeError(.missingField, at: start, "alg (1)") }
  try checkDataStructure(message.protected, at: start)
  if let payload = message.payloadRange {
    throw DecodeError(.unexpectedType, at: payload.lowerBound, "a receipt's payload is detached")
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
