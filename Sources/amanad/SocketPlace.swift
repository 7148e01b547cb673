import Foundation
import Glibc
import NIOCore
import NIOPosix

/// The place where the daemon binds a socket of its own: nobody else may put another one there, and nothing that is no
/// stale socket is removed.
struct SocketPlace {
  /// What NIO takes; the kernel would take four more.
  static let maximumPath = 103
  let path: String
  /// What to change when the place is no good.
  var setting = "--socket"

  func check() async throws {
    guard path.utf8.count <= Self.maximumPath else {
      throw StartError(
        "the socket's path has \(path.utf8.count) bytes, and at most \(Self.maximumPath) can be bound: choose a shorter one: "
          + path)
    }
    let folder = URL(filePath: path).deletingLastPathComponent().resolvingSymlinksInPath()
    try Self.checkFolder(folder.path, isOwn: true)
    var above = folder
    while above.path != "/" {
      above.deleteLastPathComponent()
      try Self.checkFolder(above.path, isOwn: false)
    }
    try await checkSocket()
  }

  /// Only its owner and root may put something into the socket's own folder; above it, others only where the sticky bit
  /// keeps them from exchanging what is not theirs.
  private static func checkFolder(_ folder: String, isOwn: Bool) throws {
    guard let found = try? FileManager.default.attributesOfItem(atPath: folder),
      let mode = (found[.posixPermissions] as? NSNumber)?.intValue,
      let owner = (found[.ownerAccountID] as? NSNumber)?.uint32Value
    else { throw StartError("the socket's folder \(folder) is not there: make it with mode 0750") }
    guard owner == 0 || owner == geteuid() else {
      throw StartError(
        "\(folder) belongs to user \(owner), who could put another socket there: it must belong to user \(geteuid()) "
          + "or root: chown \(geteuid()) \(folder)")
    }
    let isSticky = mode & 0o1000 != 0
    guard mode & 0o022 == 0 || (!isOwn && isSticky) else {
      throw StartError(
        "\(folder) has mode \(String(mode, radix: 8)) and belongs to user \(owner): others could put another socket "
          + "there: chmod go-w \(folder)")
    }
  }

  /// A stale socket is replaced, a live one is never stolen, and nothing else is touched.
  private func checkSocket() async throws {
    guard let found = try? FileManager.default.attributesOfItem(atPath: path) else { return }
    guard found[.type] as? FileAttributeType == .typeSocket else {
      let isLink = found[.type] as? FileAttributeType == .typeSymbolicLink
      throw StartError(
        "\(path) is \(isLink ? "a symbolic link" : "no socket"): nothing is removed; move it away, or choose another "
          + setting)
    }
    do {
      let probe = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
        .connect(unixDomainSocketPath: path).get()
      try? await probe.close().get()
    } catch let error as IOError where error.errnoCode == ECONNREFUSED || error.errnoCode == ENOENT {
      return
    } catch {
      throw StartError("\(path) may be in use (\(error)): stop what listens there, or choose another \(setting)")
    }
    throw StartError("another amanad answers on \(path): stop it first, or choose another \(setting)")
  }

  /// Whether an inherited descriptor, bound to a channel, is what amana.socket must hand over.
  static func check(inherited channel: any Channel) async throws {
    guard let provider = channel as? any SocketOptionProvider, channel.localAddress?.protocol == .unix,
      try await option(provider, SO_ACCEPTCONN) == 1, try await option(provider, SO_TYPE) == streamType
    else { throw StartError("what systemd handed over is no listening Unix stream socket: correct amana.socket") }
  }

  /// SOCK_STREAM, as the kernel answers it.
  private static let streamType: CInt = 1

  private static func option(_ provider: any SocketOptionProvider, _ name: CInt) async throws -> CInt {
    try await provider.unsafeGetSocketOption(level: .socket, name: .init(rawValue: name)).get()
  }
}
