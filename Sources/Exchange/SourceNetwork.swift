import NIOCore

/// Where a connection comes from, as far as that tells strangers apart: an IPv4 address, or the /64 of an IPv6 address,
/// since whoever has one address there has them all.
struct SourceNetwork: Hashable, Sendable {
  let name: String

  init(_ address: SocketAddress?) { self.init(text: address?.ipAddress ?? "") }

  /// What is no address at all is one place.
  init(text: String) {
    // A socket for both families shows IPv4 as ::ffff:192.0.2.1.
    if text.contains(".") {
      name = String(text.split(separator: ":").last ?? "")
    } else {
      name = Self.groups(text).prefix(4).map { String($0, radix: 16) }.joined(separator: ":")
    }
  }

  private static func groups(_ text: String) -> [UInt16] {
    let address = text.prefix { $0 != "%" }
    func numbers(_ part: some StringProtocol) -> [UInt16] {
      part.split(separator: ":").map { UInt16($0, radix: 16) ?? 0 }
    }
    guard let gap = address.firstRange(of: "::") else { return numbers(address) }
    let (head, tail) = (numbers(address[..<gap.lowerBound]), numbers(address[gap.upperBound...]))
    return head + [UInt16](repeating: 0, count: max(0, 8 - head.count - tail.count)) + tail
  }
}
