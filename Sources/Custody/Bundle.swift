import COSE
public import TransparencyLog

/// A file that carries statements with all that proves them, `.amana`: a CBOR Sequence (RFC 8742) of a header map and
/// items [type, content]. It verifies offline by itself.
public struct Bundle: Sendable {
  public static let format = "amana-bundle-1"
  public static let mediaType = "application/vnd.amana.bundle+cbor-seq"
  public static let maximumByteCount = 256 << 20
  /// What a bundle with clear content says of itself, loudly.
  public static let clearNotice = "PERSONAL DATA IN CLEAR: names and lines of this bundle are not sealed"

  /// A receipt proves no position; this does, against an included checkpoint.
  public struct Proof: Hashable, Sendable {
    public let entry: LogEntry
    public let proof: InclusionProof

    public init(entry: LogEntry, proof: InclusionProof) {
      self.entry = entry
      self.proof = proof
    }
  }

  /// A statement and where in the file it stands.
  public struct Item<Value: Sendable>: Sendable {
    public let offset: Int
    public let value: Value
  }

  public let exercise: Bool
  public let created: OffsetTime
  /// Present when something in it is in clear.
  public let notice: String?
  public internal(set) var rosters: [Item<[UInt8]>] = []
  public internal(set) var policies: [Item<Policy>] = []
  public internal(set) var statements: [Item<SignedStatement>] = []
  public internal(set) var checkpoints: [Item<[UInt8]>] = []
  public internal(set) var proofs: [Item<Proof>] = []
  /// What its statements' codes mean, where that is not part of this program.
  public internal(set) var codeLists: [Item<CodeList>] = []
  public internal(set) var slots: [StatementID: [[UInt8]]] = [:]
  /// By manifest_root.
  public internal(set) var manifests: [[UInt8]: Manifest] = [:]
  public internal(set) var annexes: [StatementID: [Annex]] = [:]
  /// Ciphertexts by their digest.
  public internal(set) var sealed: [[UInt8]: [UInt8]] = [:]
  /// The same content by its place in the file.
  var besides: [Item<Beside>] = []

  init(exercise: Bool, created: OffsetTime, notice: String?) {
    self.exercise = exercise
    self.created = created
    self.notice = notice
  }

  /// What stands beside a statement in this bundle.
  public func content(of statement: SignedStatement) -> Content {
    Content(
      manifest: statement.event.manifestRoot.flatMap { manifests[$0] }, slots: slots[statement.id],
      annexes: annexes[statement.id] ?? [])
  }
}
