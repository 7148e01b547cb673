public import COSE

/// The verifiable data structure proofs of RFC 9942 for RFC 9162 trees (vds 1), as they stand at label 396.
public struct VerifiableProofs: Equatable, Sendable {
  /// RFC9162_SHA256 in the registry of verifiable data structures.
  public static let rfc9162: Int64 = 1
  static let inclusionLabel: CBOR = -1
  static let consistencyLabel: CBOR = -2
  static let maximumProofs = 64

  public let inclusion: [InclusionProof]
  public let consistency: [ConsistencyProof]

  /// Reads the map at label 396 of an unprotected header. What stands inside its byte strings must be deterministic.
  public init(unprotected header: CBORMap, offset: Int = 0) throws(DecodeError) {
    guard let map = header[HeaderLabel.verifiableDataProofs]?.map else {
      throw DecodeError(.missingField, at: offset, "label 396, the proofs")
    }
    for entry in map.entries where entry.key != Self.inclusionLabel && entry.key != Self.consistencyLabel {
      throw DecodeError(.unknownField, at: offset, "a proof of another kind than -1 and -2")
    }
    var inclusion: [InclusionProof] = []
    for bytes in try Self.list(map[Self.inclusionLabel], offset) {
      let (first, second, path) = try Self.parts(bytes, offset)
      guard second < first, !path.isEmpty || first == 1 else {
        throw DecodeError(.invalidValue, at: offset, "an index beyond the tree, or an empty path in a tree of many")
      }
      inclusion.append(InclusionProof(size: first, index: second, path: path))
    }
    var consistency: [ConsistencyProof] = []
    for bytes in try Self.list(map[Self.consistencyLabel], offset) {
      let (old, new, path) = try Self.parts(bytes, offset)
      guard old <= new else { throw DecodeError(.invalidValue, at: offset, "a tree that shrinks") }
      consistency.append(ConsistencyProof(oldSize: old, newSize: new, path: path))
    }
    self.inclusion = inclusion
    self.consistency = consistency
  }

  private static func list(_ item: CBOR?, _ offset: Int) throws(DecodeError) -> [[UInt8]] {
    guard let item else { return [] }
    guard let items = item.array, (1...maximumProofs).contains(items.count) else {
      throw DecodeError(.unexpectedType, at: offset, "proofs are an array of 1 to \(maximumProofs) byte strings")
    }
    let proofs = items.compactMap(\.bytes)
    guard proofs.count == items.count else {
      throw DecodeError(.unexpectedType, at: offset, "a proof is a byte string")
    }
    return proofs
  }

  /// [uint, uint, [hash…]] with at most 64 hashes of 32 bytes.
  private static func parts(_ bytes: [UInt8], _ offset: Int) throws(DecodeError) -> (UInt64, UInt64, [TreeHash]) {
    guard let items = try CBOR.decode(bytes).array, items.count == 3, let first = items[0].uint,
      let second = items[1].uint, let path = items[2].array, path.count <= InclusionProof.maximumPathCount
    else { throw DecodeError(.unexpectedType, at: offset, "a proof is [size, index or size, [hash…]]") }
    let hashes = path.compactMap { $0.bytes.flatMap { TreeHash($0) } }
    guard hashes.count == path.count else { throw DecodeError(.invalidValue, at: offset, "a hash is 32 bytes") }
    return (first, second, hashes)
  }

  /// The map at label 396 with one inclusion proof.
  static func item(_ proof: InclusionProof) -> CBOR {
    let content: CBOR = .array([
      .unsigned(proof.size), .unsigned(proof.index), .array(proof.path.map { .bytes($0.bytes) }),
    ])
    return .map([inclusionLabel: .array([.bytes(content.encoded())])])
  }
}
