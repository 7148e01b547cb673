import ControlAPI
import Foundation

/// What systemd offers the daemon beside: its sockets.
extension Systemd {
  private static var environment: [String: String] { ProcessInfo.processInfo.environment }
  private static var ownID: Int32 { ProcessInfo.processInfo.processIdentifier }

  /// The sockets handed over, by name (sd_listen_fds_with_names(3)): "control" and "exchange". One alone without such a
  /// name is the control socket.
  static func inheritedSockets() throws -> [String: CInt] {
    guard let count = environment["LISTEN_FDS"].flatMap({ CInt($0) }), count > 0 else { return [:] }
    guard environment["LISTEN_PID"].flatMap({ Int32($0) }) == ownID else { return [:] }
    let names = (environment["LISTEN_FDNAMES"] ?? "").split(separator: ":", omittingEmptySubsequences: false)
    var found: [String: CInt] = [:]
    for index in 0..<min(count, 16) {
      let name = Int(index) < names.count ? String(names[Int(index)]) : ""
      let known = ["control", "exchange"].contains(name) ? name : count == 1 ? "control" : nil
      guard let known, found.updateValue(3 + index, forKey: known) == nil else { throw wrongSockets(count) }
    }
    guard Int(count) == found.count else { throw wrongSockets(count) }
    return found
  }

  private static func wrongSockets(_ count: CInt) -> StartError {
    StartError(
      "systemd handed over \(count) sockets; amana.socket must name one, FileDescriptorName=control, and "
        + "amana-exchange.socket the other, FileDescriptorName=exchange")
  }
}
