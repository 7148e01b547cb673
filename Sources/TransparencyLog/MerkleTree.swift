/// The Merkle tree over a list of leaf hashes, by the definitions of RFC 9162 §2.1: for manifests, slots and as the
/// reference the tiles are tested against.
public enum MerkleTree {
  /// The root over leaf hashes (RFC 9162 §2.1.1); `TreeHash.empty` for none.
  public static func root(of leaves: [TreeHash]) -> TreeHash { root(leaves[...]) }

  /// The audit path of a leaf, from the leaf upwards (RFC 9162 §2.1.3.1); nil when there is no such leaf.
  public static func inclusionPath(of index: Int, in leaves: [TreeHash]) -> [TreeHash]? {
    guard leaves.indices.contains(index) else { return nil }
    return inclusion(index, leaves[...])
  }

  /// The proof that the first `oldSize` leaves are a prefix of all (RFC 9162 §2.1.4.1): empty for the whole tree, nil
  /// when `oldSize` is 0 or more than there are.
  public static func consistencyPath(from oldSize: Int, in leaves: [TreeHash]) -> [TreeHash]? {
    guard oldSize > 0, oldSize <= leaves.count else { return nil }
    return consistency(oldSize, leaves[...], known: true)
  }

  private static func root(_ leaves: ArraySlice<TreeHash>) -> TreeHash {
    guard let first = leaves.first else { return .empty }
    guard leaves.count > 1 else { return first }
    let (left, right) = halves(leaves)
    return .node(root(left), root(right))
  }

  private static func inclusion(_ index: Int, _ leaves: ArraySlice<TreeHash>) -> [TreeHash] {
    guard leaves.count > 1 else { return [] }
    let (left, right) = halves(leaves)
    return index < left.endIndex ? inclusion(index, left) + [root(right)] : inclusion(index, right) + [root(left)]
  }

  /// SUBPROOF; `known` says that the verifier has the root of exactly these leaves.
  private static func consistency(_ oldSize: Int, _ leaves: ArraySlice<TreeHash>, known: Bool) -> [TreeHash] {
    if oldSize == leaves.endIndex { return known ? [] : [root(leaves)] }
    let (left, right) = halves(leaves)
    return oldSize <= left.endIndex
      ? consistency(oldSize, left, known: known) + [root(right)]
      : consistency(oldSize, right, known: false) + [root(left)]
  }

  /// Splits at the largest power of two smaller than the count.
  private static func halves(_ leaves: ArraySlice<TreeHash>) -> (ArraySlice<TreeHash>, ArraySlice<TreeHash>) {
    let split = leaves.startIndex + Int(largestPowerOfTwo(below: UInt64(leaves.count)))
    return (leaves[..<split], leaves[split...])
  }
}

/// The largest power of two smaller than `count`, which must be at least 2.
func largestPowerOfTwo(below count: UInt64) -> UInt64 { 1 << UInt64(63 - (count - 1).leadingZeroBitCount) }
