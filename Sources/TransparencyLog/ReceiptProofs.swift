import COSE

/// The proofs in the unprotected header of a receipt (label 396), read where they stand so that errors name the byte.
struct ReceiptProofs {
  /// Proofs of one kind in one receipt; RFC 9942 sets no limit, an issuer needs one.
  private static let maximumCount = 16

  private(set) var inclusion: [InclusionProof] = []
  private(set) var consistency: [ConsistencyProof] = []

  init(of message: Sign1) throws(DecodeError) {
    let end = message.protected.encoded.endIndex
    var decoder = CBORDecoder(message.bytes[end...], allowing: [.unsortedKeys, .trailingBytes])
    for _ in 0..<(try decoder.mapHead()) {
      if try decoder.item() == HeaderLabel.verifiableDataProofs {
        try read(&decoder)
      } else {
        _ = try decoder.item()
      }
    }
    guard !inclusion.isEmpty || !consistency.isEmpty else { throw DecodeError(.missingField, at: end, "vdp (396)") }
  }

  private mutating func read(_ decoder: inout CBORDecoder) throws(DecodeError) {
    for _ in 0..<(try decoder.mapHead()) {
      let start = decoder.position
      let label = try decoder.item()
      guard label == -1 || label == -2 else {
        throw DecodeError(.unknownField, at: start, "proofs are labelled -1 or -2")
      }
      for range in try Self.proofRanges(&decoder) {
        var proof = CBORDecoder(decoder.bytes[range])
        if label == -1 { inclusion.append(try proof.inclusionProof()) }
        if label == -2 { consistency.append(try proof.consistencyProof()) }
      }
    }
  }

  /// Where the byte strings of `[+ bstr]` lie.
  private static func proofRanges(_ decoder: inout CBORDecoder) throws(DecodeError) -> [Range<Int>] {
    let start = decoder.position
    let count = try decoder.arrayHead()
    guard count > 0 else { throw DecodeError(.missingField, at: start, "an array of proofs has at least one") }
    guard count <= maximumCount else { throw DecodeError(.tooLarge, at: start, "\(count) proofs") }
    var ranges: [Range<Int>] = []
    for _ in 0..<count { ranges.append(try decoder.byteString()) }
    return ranges
  }
}

extension CBORDecoder {
  /// `[size, index, path]` (RFC 9942 §5.2.1). The RFC asks for a path with a hash in it; a tree of one leaf has none.
  fileprivate mutating func inclusionProof() throws(DecodeError) -> InclusionProof {
    let start = position
    let (size, index, path) = try proofParts(maximum: InclusionProof.maximumPathCount)
    guard index < size else { throw DecodeError(.invalidValue, at: start, "leaf \(index) of \(size)") }
    guard !path.isEmpty || size == 1 else { throw DecodeError(.invalidValue, at: start, "an empty path") }
    return InclusionProof(size: size, index: index, path: path)
  }

  /// `[old size, new size, path]` (RFC 9942 §5.2.2).
  fileprivate mutating func consistencyProof() throws(DecodeError) -> ConsistencyProof {
    let start = position
    let (old, new, path) = try proofParts(maximum: ConsistencyProof.maximumPathCount)
    guard old > 0, old <= new else { throw DecodeError(.invalidValue, at: start, "from size \(old) to \(new)") }
    guard !path.isEmpty || old == new else { throw DecodeError(.invalidValue, at: start, "an empty path") }
    return ConsistencyProof(oldSize: old, newSize: new, path: path)
  }

  private mutating func proofParts(maximum: Int) throws(DecodeError) -> (UInt64, UInt64, [TreeHash]) {
    let start = position
    guard try arrayHead() == 3 else { throw DecodeError(.unexpectedType, at: start, "a proof has three elements") }
    let first = try unsigned()
    let second = try unsigned()
    let pathStart = position
    let count = try arrayHead()
    guard count <= maximum else { throw DecodeError(.tooLarge, at: pathStart, "a path of \(count) hashes") }
    var path: [TreeHash] = []
    for _ in 0..<count { path.append(try treeHash()) }
    try finish()
    return (first, second, path)
  }

  private mutating func unsigned() throws(DecodeError) -> UInt64 {
    let start = position
    guard let value = try item().uint else { throw DecodeError(.unexpectedType, at: start, "expected a size or index") }
    return value
  }

  private mutating func treeHash() throws(DecodeError) -> TreeHash {
    let start = position
    guard let hash = TreeHash(bytes[try byteString()]) else {
      throw DecodeError(.invalidValue, at: start, "a hash has 32 bytes")
    }
    return hash
  }
}
