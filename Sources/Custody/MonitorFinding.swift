import OpenSSL
import Roster

/// What an observer found wrong who has no key: which log or statement, what is to be said of it, and the signed objects
/// that show it to whoever else looks.
public struct MonitorFinding: Hashable, Sendable {
  /// What is wrong. The raw values are stable: they stand in reports.
  public enum Code: String, Sendable, CaseIterable {
    /// A log signed two trees of which neither continues the other.
    case fork
    /// A place shows a smaller tree than it showed before.
    case rollback
    /// A place shows a note that the log's key, as the Roster lists it, did not sign.
    case checkpoint
    /// What a place hands out does not lead to the root that its log signed.
    case tiles
    /// Two releases of one line from one step: a slot is repeated.
    case doubleRelease = "double-release"
    /// A release is not answered in time.
    case overdue
    /// A statement, or the list of slots beside it, is not what its signer could have signed.
    case statement
    /// A log gave a Receipt for a statement that is not in the tree it shows.
    case notInLog = "not-in-log"
    /// Fewer witnesses cosigned a checkpoint than the Roster asks for.
    case quorum
    /// A log has not grown for longer than whoever watches accepts.
    case still

    /// Whether what was seen once stays true, whatever is shown later.
    public var isLasting: Bool { [.fork, .rollback, .statement].contains(self) }
  }

  /// A signed object as it came, under the name of the file that it is written to.
  public struct Proof: Hashable, Sendable {
    public let name: String
    public let bytes: [UInt8]

    /// Any values.
    public init(name: String, bytes: [UInt8]) {
      self.name = name
      self.bytes = bytes
    }
  }

  public let code: Code
  /// The log's origin, the hexadecimal id of the statement, or the URL of the place where that alone is known.
  public let subject: String
  /// What beside the subject tells it from others of its code that pass: a place, a log, the other statement.
  public let other: String
  /// What its sentence is filled with, in order.
  public let values: [String]
  public let proofs: [Proof]

  /// Any values.
  public init(_ code: Code, of subject: String, and other: String = "", _ values: [String], proofs: [Proof] = []) {
    self.code = code
    self.subject = subject
    self.other = other
    self.values = values
    self.proofs = proofs
  }

  /// The same for the same finding at every look, and a name for a folder: the code and 16 hexadecimal digits. Of what lasts
  /// it names the proofs, without the bundle, which holds the time at which it was made and nothing that does not stand in
  /// the others. What passes is shown by other notes at each look.
  public var id: String {
    let signed = code.isLasting ? proofs.filter { $0.name != Self.bundleName }.map(\.bytes) : [Array(other.utf8)]
    let parts = [Array(code.rawValue.utf8), Array(subject.utf8)] + signed
    let digest = SHA256.hash(parts.flatMap { SHA256.hash($0) })
    return "\(code.rawValue)-\(hexadecimal(digest.prefix(8)))"
  }

  /// Under which name everything that a proof needs stands in one bundle.
  public static let bundleName = "evidence.amana"
}
