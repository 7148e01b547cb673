/// Reads server-sent events (WHATWG HTML, 9.2) out of bytes that come in pieces of any length.
public struct EventFeed: Sendable {
  /// One event.
  public struct Event: Hashable, Sendable {
    public let name: String
    public let data: String
    /// The id of this event, when it has one of its own.
    public let id: String?
  }

  /// The most bytes that one event may have: whoever sends more is no daemon of ours.
  public static let maximumByteCount = 4 << 20

  private var line: [UInt8] = []
  private var held = 0
  private var name = ""
  private var data: [String] = []
  private var id: String?
  private var lastWasReturn = false

  public init() {}

  /// The events that are complete with these bytes. Nil when one is longer than any of ours.
  public mutating func take(_ bytes: some Collection<UInt8>) -> [Event]? {
    var found: [Event] = []
    for byte in bytes {
      defer { lastWasReturn = byte == 0x0d }
      if byte == 0x0a, lastWasReturn { continue }
      guard byte == 0x0a || byte == 0x0d else {
        held += 1
        guard held <= Self.maximumByteCount else { return nil }
        line.append(byte)
        continue
      }
      if let event = endLine() { found.append(event) }
    }
    return found
  }

  private mutating func endLine() -> Event? {
    let text = String(decoding: line, as: UTF8.self)
    line = []
    guard !text.isEmpty else { return dispatch() }
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let field = parts.first, !field.isEmpty else { return nil }
    var value = parts.count > 1 ? parts[1] : ""
    if value.hasPrefix(" ") { value = value.dropFirst() }
    switch field {
    case "event": name = String(value)
    case "data": data.append(String(value))
    case "id": id = String(value)
    default: break
    }
    return nil
  }

  private mutating func dispatch() -> Event? {
    defer { (name, data, id, held) = ("", [], nil, 0) }
    guard !data.isEmpty else { return nil }
    return Event(name: name.isEmpty ? "message" : name, data: data.joined(separator: "\n"), id: id)
  }
}
