import COSE
import TransparencyLog

/// Writes a bundle item by item.
public struct BundleWriter: Sendable {
  private var encoder = CBOREncoder()

  /// - Parameter clear: whether manifests or annexes will follow in clear, which the header then says.
  public init(exercise: Bool, created: OffsetTime, clear: Bool) {
    let header = CBORMap(fields: [
      ("format", .text(Bundle.format)), ("exercise", .bool(exercise)), ("created", .text(created.text)),
      ("notice", clear ? .text(Bundle.clearNotice) : nil),
    ])
    encoder.item(.map(header))
  }

  public var bytes: [UInt8] { encoder.bytes }

  private mutating func begin(_ type: String) {
    encoder.arrayHead(2)
    encoder.text(type)
  }

  private mutating func add(_ type: String, _ content: some Collection<UInt8>) {
    begin(type)
    encoder.byteString(content)
  }

  /// A roster version as signed (COSE_Sign).
  public mutating func roster(_ bytes: [UInt8]) { add("roster", bytes) }
  public mutating func policy(_ policy: Policy) { add("policy", policy.encoded()) }
  /// A code list that its roster names, as it is published.
  public mutating func codes(_ list: CodeList) { add("codes", list.encoded()) }
  /// A Transparent Statement, receipts attached.
  public mutating func statement(_ bytes: [UInt8]) { add("statement", bytes) }
  /// A signed note.
  public mutating func checkpoint(_ note: [UInt8]) { add("checkpoint", note) }

  public mutating func proof(_ proof: Bundle.Proof) {
    begin("proof")
    encoder.item(
      .array([
        .bytes(proof.entry.bytes), .unsigned(proof.proof.size), .unsigned(proof.proof.index),
        .array(proof.proof.path.map { .bytes($0.bytes) }),
      ]))
  }

  /// A sealed payload under its digest.
  public mutating func sealed(_ digest: [UInt8], _ ciphertext: [UInt8]) {
    begin("sealed")
    encoder.arrayHead(2)
    encoder.byteString(digest)
    encoder.byteString(ciphertext)
  }

  /// What stands beside a statement, in clear.
  public mutating func content(_ content: Content, of id: StatementID) {
    if let manifest = content.manifest { add("manifest", manifest.encoded()) }
    if let slots = content.slots {
      begin("slots")
      encoder.item(.array([.bytes(id.bytes), .array(slots.map(CBOR.bytes))]))
    }
    for annex in content.annexes {
      begin("annex")
      encoder.item(
        .map([
          "statement": .bytes(id.bytes), "id": .text(annex.id), "media_type": .text(annex.mediaType),
          "salt": .bytes(annex.salt), "content": .bytes(annex.content),
        ]))
    }
  }
}
