import ControlAPI
import TransparencyLog

/// What the peer service knows, by path.
enum PeerPath: Hashable, Sendable {
  case entries, keys, checkpoint, consistency, feed, addCheckpoint
  case entry([UInt8])
  /// The text is no entry's id.
  case notAnEntry
  case key([UInt8])
  case object([UInt8])
  case slots([UInt8])
  /// By SHA-256 of the origin of a log that is witnessed here.
  case witnessed([UInt8])
  /// A file of our log (C2SP tlog-tiles): of that epoch, or of the newest.
  case tile(TilePath, epoch: UInt64?)

  /// The most bytes of a statement, and so of any body.
  static let largestBody = 4 << 20
  static let longestTarget = 1024

  /// Nil for everything that is not there.
  init?(_ path: Substring) {
    if path.hasPrefix("/tile/") || path.hasPrefix("/log/") {
      guard let tile = Self.tile(path) else { return nil }
      self = tile
      return
    }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { String($0) }
    guard path.hasPrefix("/") else { return nil }
    switch (parts.count, parts[0]) {
    case (1, "entries"): self = .entries
    case (1, "checkpoint"): self = .checkpoint
    case (1, "consistency"): self = .consistency
    case (1, "feed"): self = .feed
    case (1, "add-checkpoint"): self = .addCheckpoint
    case (2, "entries"):
      let entry = Base64URL.decode(parts[1], count: 32) ?? DecimalLocator.decode(parts[1])
      self = entry.map(PeerPath.entry) ?? .notAnEntry
    case (2, "objects"): self.init(parts[1], PeerPath.object)
    case (2, "slots"): self.init(parts[1], PeerPath.slots)
    case (2, _) where parts[1] == "checkpoint": self.init(parts[0], PeerPath.witnessed)
    case (2, ".well-known") where parts[1] == "scitt-keys": self = .keys
    case (3, ".well-known") where parts[1] == "scitt-keys":
      guard let kid = Base64URL.decode(parts[2], count: 32) else { return nil }
      self = .key(kid)
    default: return nil
    }
  }

  /// `/tile/…` of the newest epoch, `/log/N/tile/…` and `/log/N/checkpoint` of each.
  private static func tile(_ path: Substring) -> PeerPath? {
    if path.hasPrefix("/tile/") { return TilePath(String(path.dropFirst())).map { .tile($0, epoch: nil) } }
    let rest = path.dropFirst("/log/".count)
    guard let slash = rest.firstIndex(of: "/"), let epoch = decimal(rest[..<slash]), epoch > 0,
      let file = TilePath(String(rest[rest.index(after: slash)...]))
    else { return nil }
    return .tile(file, epoch: epoch)
  }

  private init?(_ text: String, _ make: ([UInt8]) -> PeerPath) {
    guard let id = exchangeID(text) else { return nil }
    self = make(id)
  }

  var methods: [String] {
    switch self {
    case .entries, .addCheckpoint: ["POST"]
    case .object: ["HEAD", "PUT"]
    default: ["GET", "HEAD"]
    }
  }

  /// The query parameters it takes, each a decimal number.
  var parameters: Set<String> {
    switch self {
    case .consistency: ["from", "to"]
    case .feed: ["after", "limit"]
    default: []
    }
  }

  /// What a body must be, where that is said, and how large.
  var body: (mediaType: String?, limit: Int)? {
    switch self {
    // C2SP tlog-witness names no media type.
    case .addCheckpoint: (nil, WitnessRequest.maximumByteCount)
    case .entries: ("application/cose", Self.largestBody)
    case .object: ("application/octet-stream", ExchangeOperation.pieceByteCount)
    default: nil
    }
  }

  /// What a good answer is.
  var answers: String? {
    switch self {
    case .entries, .entry: "application/cose"
    // What is answered to add-checkpoint has two types, and its clients name either or none.
    case .notAnEntry, .object, .addCheckpoint: nil
    case .checkpoint, .witnessed, .tile(.checkpoint, _): "text/plain"
    case .tile: "application/octet-stream"
    case .slots: "application/octet-stream"
    default: "application/cbor"
    }
  }
}

/// base64url without padding (RFC 4648 §5), in its one canonical form.
enum Base64URL {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  static func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32((3 - group.count) * 8)
      for place in 0...group.count { text.append(alphabet[Int(bits >> UInt32(18 - 6 * place) & 63)]) }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Nil for anything but the encoding of so many bytes.
  static func decode(_ text: String, count: Int) -> [UInt8]? {
    guard text.utf8.count == (count * 8 + 5) / 6 else { return nil }
    var bytes: [UInt8] = []
    var (bits, held): (UInt32, Int) = (0, 0)
    for character in text.utf8 {
      guard let digit = alphabet.firstIndex(of: character) else { return nil }
      bits = (bits << 6 | UInt32(digit)) & 0xfff
      held += 6
      if held >= 8 {
        held -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(held)))
      }
    }
    return encode(bytes) == text ? bytes : nil
  }
}
