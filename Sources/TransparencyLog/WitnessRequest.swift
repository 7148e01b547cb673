public import COSE
public import OpenSSL

/// What a log asks of a witness (C2SP tlog-witness, add-checkpoint): to cosign a checkpoint that is proven to continue the
/// one it cosigned last. Nothing is proven by having one: `verified` says who signed, `judge` whether it continues.
public struct WitnessRequest: Hashable, Sendable {
  /// The most lines of a proof.
  public static let maximumProofCount = 63
  /// Of every body, in bytes: the old size, the proof, an empty line and the longest note.
  public static let maximumByteCount =
    25 + maximumProofCount * (hashCharacterCount + 1) + 1 + SignedNote.maximumByteCount
  /// Sizes reach no further, so that 63 hashes prove whatever there is, and a store counts them.
  public static let maximumSize = UInt64(Int64.max)
  /// 32 bytes in base64.
  private static let hashCharacterCount = 44

  /// The size that the log thinks the witness cosigned last; 0 when it knows of none.
  public let oldSize: UInt64
  /// The hashes from the bottom upwards.
  public let path: [TreeHash]
  /// The checkpoint as it was handed in, with all its signatures.
  public let checkpoint: SignedCheckpoint

  /// Takes a request that a client makes.
  public init(oldSize: UInt64, path: [TreeHash], checkpoint: SignedCheckpoint) {
    self.oldSize = oldSize
    self.path = path
    self.checkpoint = checkpoint
  }

  /// The body.
  public func encoded() -> [UInt8] {
    let head = (["old \(oldSize)"] + path.map { Base64.encode($0.bytes) } + [""]).map { $0 + "\n" }.joined()
    return Array(head.utf8) + checkpoint.note.encoded()
  }

  /// Decodes a whole body strictly: every line ended by a newline, canonical decimals and base64, nothing after the note.
  public init(decoding bytes: [UInt8]) throws(WitnessRefusal) {
    guard bytes.count <= Self.maximumByteCount else { throw .tooLarge }
    var rest = bytes[...]
    guard let first = Self.line(&rest), first.starts(with: "old ".utf8), let size = decimal(first.dropFirst(4)) else {
      throw .noOldSize
    }
    var path: [TreeHash] = []
    while true {
      guard let line = Self.line(&rest) else { throw .noEmptyLine }
      if line.isEmpty { break }
      guard path.count < Self.maximumProofCount else { throw .longProof }
      guard line.count == Self.hashCharacterCount, let hash = Base64.decode(line).flatMap({ TreeHash($0) }) else {
        throw .proofLine(path.count + 1)
      }
      path.append(hash)
    }
    let checkpoint: SignedCheckpoint
    do throws(DecodeError) { checkpoint = try SignedCheckpoint(decoding: Array(rest)) } catch {
      throw .noCheckpoint(reason: error.reason, offset: error.offset)
    }
    guard checkpoint.checkpoint.size <= Self.maximumSize else { throw .sizeOutOfRange }
    self.init(oldSize: size, path: path, checkpoint: checkpoint)
  }

  /// Takes the next line off, without its newline; nil when there is no newline any more.
  private static func line(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard let end = rest.firstIndex(of: 0x0a) else { return nil }
    defer { rest = rest[(end + 1)...] }
    return rest[..<end]
  }

  /// Whether the log itself signed: at least one of its trusted keys, and none of them with a signature that fails. Lines of
  /// other keys are passed over.
  /// - Parameter keys: the Ed25519 keys that are trusted for the origin; nil when it is not witnessed here.
  public func verified(by keys: [PublicKey]?) throws(WitnessRefusal) -> VerifiedWitnessRequest {
    guard let keys else { throw .unknownOrigin }
    let note = checkpoint.note
    let trusted = keys.compactMap { NoteKey(name: checkpoint.checkpoint.origin, type: .ed25519, publicKey: $0) }
    let signers = trusted.filter { note.signatures.contains(where: $0.signed) }
    guard !signers.isEmpty else { throw .notSigned }
    guard signers.allSatisfy({ $0.verifies(note) }) else { throw .badSignature }
    guard oldSize <= checkpoint.checkpoint.size else { throw .oldSizeBeyond }
    return VerifiedWitnessRequest(
      oldSize: oldSize, path: path, checkpoint: checkpoint.checkpoint, text: note.text,
      signatures: note.signatures.filter { line in signers.contains { $0.signed(line) } })
  }
}

/// What a witness cosigned last of a log.
public struct WitnessedTree: Hashable, Sendable {
  public let size: UInt64
  public let root: TreeHash

  public init(size: UInt64, root: TreeHash) {
    self.size = size
    self.root = root
  }
}

/// A request that the log's own key signed. Only `WitnessRequest` makes one.
public struct VerifiedWitnessRequest: Hashable, Sendable {
  let oldSize: UInt64
  let path: [TreeHash]
  public let checkpoint: Checkpoint
  /// What is cosigned: the note's text as it was handed in.
  let text: String
  /// Of the log's trusted keys alone.
  let signatures: [NoteSignature]

  /// The checkpoint as what a witness keeps: with the signatures that were verified and no others.
  public func note(with cosignature: NoteSignature? = nil) throws(DecodeError) -> SignedNote {
    try SignedNote(text: text, signatures: signatures + [cosignature].compactMap(\.self))
  }

  /// What was cosigned once this is.
  public var tree: WitnessedTree { WitnessedTree(size: checkpoint.size, root: checkpoint.root) }

  /// Whether the checkpoint may be cosigned after the one that was cosigned last (C2SP tlog-witness). The same one is
  /// cosigned again.
  /// - Parameter last: nil when none of this log ever was.
  public func judge(after last: WitnessedTree?) throws(WitnessRefusal) {
    let known = last ?? WitnessedTree(size: 0, root: .empty)
    guard oldSize == known.size else { throw .conflict(size: known.size) }
    guard checkpoint.size > 0 || checkpoint.root == .empty else { throw .rootOfNothing }
    if oldSize == 0 {
      guard path.isEmpty else { throw .proofFromNothing }
      return
    }
    guard checkpoint.size != known.size || checkpoint.root == known.root else { throw .otherRoot }
    let proof = ConsistencyProof(oldSize: oldSize, newSize: checkpoint.size, path: path)
    guard proof.holds(oldRoot: known.root, newRoot: checkpoint.root) else { throw .inconsistent }
  }

  /// The cosignature of a checkpoint that was judged.
  /// - Parameters:
  ///   - timestamp: seconds since 1970, from 1 to 2^63 − 1.
  ///   - name: the witness's key name.
  ///   - key: its Ed25519 key, used for nothing else.
  public func cosignature(at timestamp: UInt64, name: String, key: PrivateKey) throws(OpenSSLError) -> NoteSignature {
    guard timestamp > 0, let note = try? self.note() else { throw OpenSSLError.unfit }
    guard let line = try note.cosigned(at: timestamp, name: name, key: key).signatures.last else {
      throw OpenSSLError.unfit
    }
    return line
  }
}
