public import COSE
import OpenSSL
import Synchronization
public import TransparencyLog

/// One leaf of a manifest: a line with its seed, or a null line that only hides how many there are.
public struct ManifestLeaf: Hashable, Sendable {
  /// 32 random bytes; the salts of a line's fields are derived from it.
  public let seed: [UInt8]
  /// One value for each position of the schema; empty for a null line.
  public let fields: [CBOR]

  public init(seed: [UInt8], fields: [CBOR]) {
    self.seed = seed
    self.fields = fields
  }

  public var isNull: Bool { fields.isEmpty }
  public var subject: SubjectReference? { fields.first?.bytes.flatMap { SubjectReference($0) } }
  public var custodyPrevious: StatementID? { fields.dropFirst().first?.bytes.flatMap { StatementID($0) } }
}

/// The lines of a record in random order, each field separately salted, so that one line or one field can be disclosed
/// and proven without the rest (formats.md, Manifests).
public struct Manifest: Hashable, Sendable {
  public static let mediaType = "application/vnd.amana.manifest+cbor"
  public static let maximumLeaves = 1 << 16
  public static let maximumByteCount = 64 << 20
  public static let smallestBucket = 16
  /// Each line of a link leads to two chains, so few of them make long ways.
  public static let maximumLinks = 1024

  public let schema: LineSchema
  public let recordID: RecordID
  /// Lines and null lines; the count is the bucket.
  public let leaves: [ManifestLeaf]
  private let known = KnownRoot()

  public static func == (left: Self, right: Self) -> Bool {
    left.schema == right.schema && left.recordID == right.recordID && left.leaves == right.leaves
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(recordID)
    hasher.combine(leaves)
  }

  /// Takes leaves as they are; `problems` says what is wrong with them.
  public init(schema: LineSchema, recordID: RecordID, leaves: [ManifestLeaf]) {
    self.schema = schema
    self.recordID = recordID
    self.leaves = leaves
  }

  /// Shuffles lines among null lines, up to the bucket.
  /// - Parameter random: gives that many random bytes; the rooms have no randomness of their own.
  public static func shuffled<Failure: Error>(
    schema: LineSchema, recordID: RecordID, lines: [[CBOR]], random: (Int) throws(Failure) -> [UInt8]
  ) throws(Failure) -> Manifest {
    let bucket = bucket(for: lines.count)
    var keyed: [(key: [UInt8], leaf: ManifestLeaf)] = []
    keyed.reserveCapacity(bucket)
    for index in 0..<bucket {
      let fields = index < lines.count ? lines[index] : []
      keyed.append((key: try random(16), leaf: ManifestLeaf(seed: try random(32), fields: fields)))
    }
    keyed.sort { $0.key.lexicographicallyPrecedes($1.key) }
    return Manifest(schema: schema, recordID: recordID, leaves: keyed.map(\.leaf))
  }

  /// The least power of two that is at least 16 and at least the number of lines.
  public static func bucket(for lines: Int) -> Int {
    var bucket = smallestBucket
    while bucket < lines { bucket *= 2 }
    return bucket
  }

  /// Whom or what its lines are about.
  public var subjects: [SubjectReference] {
    let own = leaves.compactMap(\.subject)
    guard schema == .link else { return own }
    return own + lines.compactMap { value("other", of: $0.leaf)?.bytes.flatMap { SubjectReference($0) } }
  }

  /// The lines with their leaf index, null lines left out.
  public var lines: [(index: Int, leaf: ManifestLeaf)] {
    leaves.enumerated().filter { !$0.element.isNull }.map { (index: $0.offset, leaf: $0.element) }
  }

  /// The `manifest_root`: two digests a field, so it is computed once, however many checks ask.
  public var root: TreeHash {
    known.value.withLock { value in
      if let value { return value }
      let root = MerkleTree.root(of: leafHashes)
      value = root
      return root
    }
  }

  /// The hashes that the tree stands on, in order.
  var leafHashes: [TreeHash] {
    leaves.enumerated().map { TreeHash.leaf(leafData($0.element, index: $0.offset)) }
  }

  /// Shared by the copies of one manifest, whose leaves never change.
  private final class KnownRoot: Sendable {
    let value = Mutex<TreeHash?>(nil)
  }

  private func leafData(_ leaf: ManifestLeaf, index: Int) -> [UInt8] {
    if leaf.isNull { return leaf.seed }
    return fieldDigests(of: leaf, index: index).flatMap(\.self)
  }

  /// One digest for each field of a line, in order.
  func fieldDigests(of leaf: ManifestLeaf, index: Int) -> [[UInt8]] {
    leaf.fields.enumerated().map { position, value in
      Self.fieldDigest(record: recordID, line: index, position: position, seed: leaf.seed, value: value)
    }
  }

  /// SHA-256(CBOR ["amana-field-1", record_id, line, position, salt, value]).
  static func fieldDigest(record: RecordID, line: Int, position: Int, seed: [UInt8], value: CBOR) -> [UInt8] {
    fieldDigest(
      record: record, line: line, position: position, salt: salt(seed: seed, position: position), value: value)
  }

  /// The same by whoever has the salt alone.
  static func fieldDigest(record: RecordID, line: Int, position: Int, salt: [UInt8], value: CBOR) -> [UInt8] {
    var encoder = CBOREncoder()
    encoder.arrayHead(6)
    encoder.text("amana-field-1")
    encoder.byteString(record.bytes)
    encoder.item(.unsigned(UInt64(line)))
    encoder.item(.unsigned(UInt64(position)))
    encoder.byteString(salt)
    encoder.item(value)
    return SHA256.hash(encoder.bytes)
  }

  /// The first 16 bytes of HMAC-SHA-256 with the seed as key over the position as 4 bytes, big-endian.
  static func salt(seed: [UInt8], position: Int) -> [UInt8] {
    let message = (0..<4).map { UInt8(truncatingIfNeeded: position >> (24 - 8 * $0)) }
    // HMAC fails only when libcrypto has no SHA-256, where nothing else works either; an empty salt then shows in the root.
    return ((try? hmacSHA256(key: seed, message: message)) ?? []).prefix(16).map { $0 }
  }

  /// What is wrong with the leaves, by leaf index and field name.
  /// - Parameter limit: how many of them are enough: whoever writes nonsense makes nobody list all of it.
  public func problems(atMost limit: Int = .max) -> [LineProblem] {
    var found: [LineProblem] = []
    if leaves.count != Self.bucket(for: lines.count) {
      found.append(
        LineProblem(line: nil, field: "manifest_bucket", problem: "is not the bucket of \(lines.count) lines"))
    }
    if schema == .link, lines.count > Self.maximumLinks {
      found.append(
        LineProblem(line: nil, field: "manifest", problem: "links more than \(Self.maximumLinks) pairs: sign several"))
    }
    for (index, leaf) in lines {
      guard found.count < limit else { break }
      guard leaf.fields.count == schema.fields.count else {
        found.append(LineProblem(line: index, field: "line", problem: "must have \(schema.fields.count) fields"))
        continue
      }
      for (field, value) in zip(schema.fields, leaf.fields) {
        if let problem = field.problem(value) {
          found.append(LineProblem(line: index, field: field.name, problem: problem))
        }
      }
    }
    return found
  }

  /// The value of a named field of a leaf.
  public func value(_ name: String, of leaf: ManifestLeaf) -> CBOR? {
    guard let position = schema.position(of: name), position < leaf.fields.count else { return nil }
    return leaf.fields[position]
  }
}

/// One thing wrong with one field of one line.
public struct LineProblem: Hashable, Sendable, CustomStringConvertible {
  /// The leaf index, or nil when it concerns the whole.
  public let line: Int?
  public let field: String
  public let problem: String

  public init(line: Int?, field: String, problem: String) {
    self.line = line
    self.field = field
    self.problem = problem
  }

  public var description: String { "\(line.map { "line \($0), " } ?? "")\(field) \(problem)" }
}
