public import COSE

/// Why a witness does not cosign, and the HTTP status that says so (C2SP tlog-witness, add-checkpoint; it names none for a
/// body that is larger than any can be, which HTTP itself does).
public enum WitnessRefusal: Error, Hashable, Sendable {
  /// The body is larger than any request can be.
  case tooLarge
  /// It does not begin with "old", a space and a size in decimal.
  case noOldSize
  /// A line of the proof, counted from 1, is no hash in base64.
  case proofLine(Int)
  /// More than 63 lines of proof.
  case longProof
  /// No empty line ends the proof.
  case noEmptyLine
  /// What follows is no signed note, or its text no checkpoint; at which byte of it.
  case noCheckpoint(reason: DecodeError.Reason, offset: Int)
  /// A tree of 2^63 leaves or more: 63 hashes prove nothing of it.
  case sizeOutOfRange
  /// The proof begins at a larger tree than the checkpoint's.
  case oldSizeBeyond
  /// Nothing of this log's is witnessed here.
  case unknownOrigin
  /// No key that is trusted for this log has signed.
  case notSigned
  /// A line says it is of a trusted key, and its signature fails.
  case badSignature
  /// Another size was cosigned last: this one.
  case conflict(size: UInt64)
  /// A tree without leaves with another root than it has.
  case rootOfNothing
  /// From a tree without leaves nothing is proven.
  case proofFromNothing
  /// The size that was cosigned last, with another root.
  case otherRoot
  /// The proof does not lead from what was cosigned last to the checkpoint.
  case inconsistent

  /// The status of the answer.
  public var status: Int {
    switch self {
    case .tooLarge: 413
    case .noOldSize, .proofLine, .longProof, .noEmptyLine, .noCheckpoint, .sizeOutOfRange, .oldSizeBeyond: 400
    case .unknownOrigin: 404
    case .notSigned, .badSignature: 403
    case .conflict: 409
    case .rootOfNothing, .proofFromNothing, .otherRoot, .inconsistent: 422
    }
  }

  /// Its stable name, which interfaces show.
  public var code: String {
    switch self {
    case .tooLarge: "too-large"
    case .noOldSize: "old-size"
    case .proofLine: "proof-line"
    case .longProof: "long-proof"
    case .noEmptyLine: "no-empty-line"
    case .noCheckpoint: "no-checkpoint"
    case .sizeOutOfRange: "size-out-of-range"
    case .oldSizeBeyond: "old-size-beyond"
    case .unknownOrigin: "unknown-origin"
    case .notSigned: "not-signed"
    case .badSignature: "bad-signature"
    case .conflict: "conflict"
    case .rootOfNothing: "root-of-nothing"
    case .proofFromNothing: "proof-from-nothing"
    case .otherRoot: "other-root"
    case .inconsistent: "inconsistent"
    }
  }
}
