public import COSE
public import TransparencyLog

/// One line of a manifest as its field digests, the values and salts of chosen fields, and the way to the root: nothing
/// in it says anything about the other fields (formats.md, Disclosure).
public struct LineProof: Hashable, Sendable {
  /// A field that is shown.
  public struct Field: Hashable, Sendable {
    public let position: Int
    /// 16 bytes; says nothing of the line's seed or of the other salts.
    public let salt: [UInt8]
    public let value: CBOR

    public init(position: Int, salt: [UInt8], value: CBOR) {
      self.position = position
      self.salt = salt
      self.value = value
    }
  }

  public static let saltByteCount = 16
  /// More fields than any schema has.
  public static let maximumFields = 256
  /// The longest value, encoded, for which it is looked up whose it is instead: nobody makes a reader hash much.
  static let maximumSought = 4096

  public let recordID: RecordID
  /// The leaf index, which every digest is over.
  public let line: Int
  /// One for each field of the schema, shown or not.
  public let digests: [[UInt8]]
  /// Sorted by position, each once; the first is subject_ref.
  public let fields: [Field]
  /// The sibling hashes from the leaf upwards.
  public let path: [TreeHash]

  /// Takes everything as it is; `check` says what is wrong with it.
  public init(recordID: RecordID, line: Int, digests: [[UInt8]], fields: [Field], path: [TreeHash]) {
    self.recordID = recordID
    self.line = line
    self.digests = digests
    self.fields = fields
    self.path = path
  }

  /// Shows these positions of a line, and subject_ref always.
  public init(of manifest: Manifest, line: Int, positions: Set<Int>) throws(DisclosureRefusal) {
    guard manifest.leaves.indices.contains(line), !manifest.leaves[line].isNull,
      let path = MerkleTree.inclusionPath(of: line, in: manifest.leafHashes)
    else { throw .noSuchLine(line) }
    let leaf = manifest.leaves[line]
    let shown = positions.union([0]).sorted()
    if let unknown = shown.first(where: { !leaf.fields.indices.contains($0) }) { throw .unknownPosition(unknown) }
    let fields = shown.map { position in
      Field(
        position: position, salt: Manifest.salt(seed: leaf.seed, position: position), value: leaf.fields[position])
    }
    self.init(
      recordID: manifest.recordID, line: line, digests: manifest.fieldDigests(of: leaf, index: line), fields: fields,
      path: path)
  }

  /// Proves the shown fields against a root, or says what does not fit.
  /// - Parameters:
  ///   - bucket: how many leaves the manifest has.
  ///   - fieldCount: how many fields its schema has.
  public func check(root: TreeHash, bucket: Int, fieldCount: Int) throws(DisclosureRefusal) {
    guard (0..<bucket).contains(line) else { throw .noSuchLine(line) }
    guard digests.count == fieldCount, digests.allSatisfy({ $0.count == TreeHash.byteCount }) else {
      throw .digestCount(digests.count, schema: fieldCount)
    }
    try checkPositions()
    for field in fields { try check(field, bucket) }
    guard bucket.nonzeroBitCount == 1, path.count == bucket.trailingZeroBitCount else {
      throw .pathLength(path.count, bucket: bucket)
    }
    let proof = InclusionProof(size: UInt64(bucket), index: UInt64(line), path: path)
    guard proof.holds(leaf: .leaf(digests.flatMap(\.self)), root: root) else { throw .otherRoot }
  }

  private func checkPositions() throws(DisclosureRefusal) {
    var last = -1
    for field in fields {
      guard field.position != last else { throw .fieldTwice(field.position) }
      guard field.position > last else { throw .unsorted(field.position) }
      guard field.position < digests.count else { throw .unknownPosition(field.position) }
      last = field.position
    }
    guard let first = fields.first, first.position == 0 else { throw .noSubject }
  }

  private func check(_ field: Field, _ bucket: Int) throws(DisclosureRefusal) {
    guard field.salt.count == Self.saltByteCount else { throw .saltOrValue(field.position) }
    let wanted = digests[field.position]
    guard digest(of: field, line: line, position: field.position) != wanted else { return }
    // What is wrong is looked for only when something is: whoever altered it learns nothing that the file does not say.
    let place = digests.indices.first { digest(of: field, line: line, position: $0) == digests[$0] }
    if let place { throw .wrongPosition(field.position, stands: place) }
    guard field.value.encoded().count <= Self.maximumSought else { throw .saltOrValue(field.position) }
    let actual = (0..<bucket).first { digest(of: field, line: $0, position: field.position) == wanted }
    if let actual { throw .otherLine(line, is: actual) }
    throw .saltOrValue(field.position)
  }

  private func digest(of field: Field, line: Int, position: Int) -> [UInt8] {
    Manifest.fieldDigest(record: recordID, line: line, position: position, salt: field.salt, value: field.value)
  }
}
