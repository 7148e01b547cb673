import COSE

extension SignedStatement {
  /// What its officers approved: the event map as received without its `approvals` entry. Every other entry keeps its
  /// bytes; only the head of the map counts one less (formats.md, approvals).
  var approvedBytes: [UInt8] {
    guard !event.approvals.isEmpty, let payload = message.payload else { return Array(message.payload ?? []) }
    var decoder = CBORDecoder(payload, allowing: [.unsortedKeys, .nonShortest, .duplicateKeys, .trailingBytes])
    var encoder = CBOREncoder()
    do {
      let count = try decoder.mapHead()
      encoder.mapHead(count - 1)
      for _ in 0..<count {
        let start = decoder.position
        let isApprovals = try decoder.item().text == "approvals"
        _ = try decoder.item()
        if !isApprovals { encoder.raw(payload[start..<decoder.position]) }
      }
    } catch {
      // The payload was decoded before; bytes that officers cannot have signed are no approval of anything.
      return []
    }
    return encoder.bytes
  }
}
