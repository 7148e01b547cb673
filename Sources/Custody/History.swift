public import COSE
import TransparencyLog

/// The manifests of statements that a statement builds on and that one of its addressees has not seen: they travel
/// inside it, sealed, while those statements travel as bare envelopes. Who the people are stays out of it.
public struct History: Hashable, Sendable {
  public static let id = "history"
  public static let mediaType = "application/vnd.amana.history+cbor"
  public static let maximumStatements = 4096

  /// One earlier statement and its manifest as it was encoded.
  public struct Item: Hashable, Sendable {
    public let statement: StatementID
    public let manifest: [UInt8]

    public init(statement: StatementID, manifest: [UInt8]) {
      self.statement = statement
      self.manifest = manifest
    }
  }

  /// In the order of the log that wrote it, so that what is cited comes before what cites it.
  public let items: [Item]
  private let manifests: [StatementID: [UInt8]]

  public init(items: [Item]) {
    self.items = items
    manifests = Dictionary(items.map { ($0.statement, $0.manifest) }) { first, _ in first }
  }

  /// A deterministic map {statements: [{id, manifest}]}; nothing at all when there is nothing to say.
  public func encoded() -> [UInt8] {
    guard !items.isEmpty else { return [] }
    return CBOR.map([
      "statements": .array(
        items.map { .map(["id": .bytes($0.statement.bytes), "manifest": .bytes($0.manifest)]) })
    ]).encoded()
  }

  /// Decodes strictly, each statement once; no bytes at all hold nothing.
  public init(decoding bytes: ArraySlice<UInt8>) throws(DecodeError) {
    guard !bytes.isEmpty else {
      self.init(items: [])
      return
    }
    let item = try CBOR.decode(bytes)
    var fields = try FieldReader(item, path: "history", offset: bytes.startIndex)
    let listed = try fields.array("statements", maximum: Self.maximumStatements)
    guard !listed.isEmpty else { throw fields.invalid("statements", "must not be empty: then it has no bytes at all") }
    var items: [Item] = []
    var known: Set<StatementID> = []
    for (index, item) in listed.enumerated() {
      var entry = try FieldReader(item, path: "history.statements[\(index)]", offset: bytes.startIndex)
      items.append(
        Item(
          statement: try entry.statementID("id"),
          manifest: try entry.bytes("manifest", maximum: Manifest.maximumByteCount)))
      try entry.finish()
      guard known.insert(items[index].statement).inserted else {
        throw DecodeError(.duplicateKey, at: bytes.startIndex, "\(entry.path) names a statement that stands before it")
      }
    }
    try fields.finish()
    self.init(items: items)
  }

  /// The manifest it holds of a statement, if it is the one that the statement's envelope commits to.
  public func manifest(of statement: SignedStatement) -> Manifest? {
    guard let bytes = manifests[statement.id], let manifest = try? Manifest(decoding: bytes[...]),
      manifest.root.bytes == statement.event.manifestRoot
    else { return nil }
    return manifest
  }
}
