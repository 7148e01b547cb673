import COSE
import Custody
import Roster

/// The items of a bundle and where they lie in the file.
struct BundleIndex {
  struct Item: Encodable {
    let offset: Int
    let byteCount: Int
    let type: String
    let detail: String

    enum CodingKeys: String, CodingKey {
      case offset, type, detail
      case byteCount = "bytes"
    }
  }

  let items: [Item]
  /// As the header says it, which nobody has signed.
  let isExercise: Bool

  init(_ bytes: [UInt8]) throws(DecodeError) {
    var decoder = CBORDecoder(bytes)
    var items: [Item] = []
    let header = try decoder.item()
    isExercise = header.map?["exercise"] == .bool(true)
    items.append(
      Item(offset: 0, byteCount: decoder.position, type: "header", detail: header.map?["notice"]?.text ?? ""))
    while !decoder.isAtEnd {
      let start = decoder.position
      guard let parts = try decoder.item().array, parts.count == 2, let type = parts[0].text else {
        throw DecodeError(.unexpectedType, at: start, "an item is [type, content]")
      }
      items.append(
        Item(offset: start, byteCount: decoder.position - start, type: type, detail: Self.detail(type, parts[1])))
    }
    self.items = items
  }

  private static func detail(_ type: String, _ content: CBOR) -> String {
    switch type {
    case "statement":
      guard let bytes = content.bytes, let signed = try? SignedStatement(decoding: bytes) else { return "unreadable" }
      return "\(signed.event.type.rawValue) \(signed.id)"
    case "codes":
      guard let list = content.bytes.flatMap({ try? CodeList(decoding: $0) }) else { return "unreadable" }
      return "\(list.name) \(list.reference)"
    case "annex": return content.map?["id"]?.text ?? ""
    case "sealed": return content.array?.first?.bytes.map { hexadecimal($0) } ?? ""
    case "checkpoint":
      return content.bytes.map { String(decoding: $0.prefix { $0 != 0x0a }, as: UTF8.self) } ?? ""
    default: return ""
    }
  }
}
