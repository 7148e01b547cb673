public import OpenSSL
import TransparencyLog

/// What a party's key opened of the payloads sealed beside a statement, each checked against the envelope: ciphertext
/// digest, commitment, and the manifest against its root.
public struct Opening: Sendable {
  /// Why one payload is not what the statement commits to.
  public struct Failure: Hashable, Sendable, CustomStringConvertible {
    public let payload: String
    public let why: String
    /// It is sealed to other keys than ours, which says nothing of what is inside.
    public let isForOthers: Bool

    public var description: String { "the sealed payload \"\(payload)\" \(why)" }
  }

  /// The manifest and the annexes that opened; slots are no sealed content.
  public private(set) var content = Content()
  public private(set) var history = History(items: [])
  public private(set) var failures: [Failure] = []
  /// Payloads whose ciphertext is not here.
  public private(set) var missing: [String] = []

  /// Whether some payload is sealed to other keys than ours: it has come to us and has not arrived.
  public var isForOthers: Bool { failures.contains(where: \.isForOthers) }

  /// Nothing was opened.
  public init() {}

  /// Opens what is there for the parties.
  /// - Parameter ciphertext: the object of a digest, nil when it has not arrived.
  public init(
    of statement: SignedStatement, with key: PrivateKey, ciphertext: ([UInt8]) throws -> [UInt8]?
  ) rethrows {
    try self.init(of: statement.event, issuer: statement.issuer, with: key, ciphertext: ciphertext)
  }

  /// The same of an event that is not signed yet.
  public init(
    of event: Event, issuer: String, with key: PrivateKey, ciphertext: ([UInt8]) throws -> [UInt8]?
  ) rethrows {
    for kind in PayloadKind.openedAtOnce {
      guard let reference = event.sealed(kind) else { continue }
      guard let bytes = try ciphertext(reference.ciphertextDigest) else {
        missing.append(kind.id)
        continue
      }
      let context = SealContext(issuer: issuer, recordID: event.recordID, of: reference)
      do throws(SealRefusal) {
        let opened = try Seal.open(
          bytes, with: key, in: context, digest: reference.ciphertextDigest, commitment: reference.commitment)
        take(opened, kind, of: event)
      } catch {
        failures.append(Failure(payload: kind.id, why: Self.why(error), isForOthers: error == .notForThisKey))
      }
    }
  }

  private mutating func take(_ opened: OpenedPayload, _ kind: PayloadKind, of event: Event) {
    func fail(_ why: String) { failures.append(Failure(payload: kind.id, why: why, isForOthers: false)) }
    if kind == .manifest {
      guard let manifest = try? Manifest(decoding: opened.content[...]),
        manifest.root.bytes == event.manifestRoot
      else { return fail("is not the manifest that manifest_root commits to") }
      content.manifest = manifest
      return
    }
    if kind == .history {
      guard let found = try? History(decoding: opened.content[...]) else { return fail("is no history") }
      history = found
    } else if kind == .identity, !opened.content.isEmpty,
      (try? IdentityAnnex(decoding: opened.content[...])) == nil
    {
      return fail("is no identity annex")
    } else if kind == .site, !opened.content.isEmpty, (try? SiteBlock(decoding: opened.content[...])) == nil {
      return fail("is no site block")
    }
    content.annexes.append(
      Annex(id: kind.id, mediaType: kind.mediaType, salt: opened.salt, content: opened.content))
  }

  private static func why(_ refusal: SealRefusal) -> String {
    switch refusal {
    case .notForThisKey: "is not sealed to this key"
    case .commitment: "is not what the statement commits to"
    case .digest: "is not the ciphertext that the statement names"
    default: "does not open: it was altered, or sealed for another statement"
    }
  }
}
