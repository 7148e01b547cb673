import Glibc
import NIOCore

/// Who is at the other end of a connection, as the kernel says it: taken once, when the connection is taken.
struct Caller: Hashable, Sendable {
  /// For logs only: it may have been reused.
  let processID: Int32
  let userID: UInt32
  let groupID: UInt32
  /// Supplementary groups. Group 0 never stands here, see `groups(of:)`.
  let groups: Set<UInt32>
  /// False when there were more groups than are read: then none of them counts.
  let knowsGroups: Bool
}

/// The layout of `struct ucred`.
private struct Credentials: Sendable {
  let processID: Int32
  let userID: UInt32
  let groupID: UInt32
}

extension Caller {
  /// `SO_PEERCRED` and `SO_PEERGROUPS` of <asm-generic/socket.h>.
  private static let credentialsOption = NIOBSDSocket.Option(rawValue: 17)
  private static let groupsOption = NIOBSDSocket.Option(rawValue: 59)

  /// The local user at the other end of a connection.
  static func at(_ channel: any Channel) async throws -> Caller {
    guard let provider = channel as? any SocketOptionProvider, channel.localAddress?.protocol == .unix else {
      throw StartError("the peer's credentials are known on a Unix socket only")
    }
    let credentials: Credentials = try await provider.unsafeGetSocketOption(
      level: .socket, name: credentialsOption
    ).get()
    let groups = try await groups(of: provider)
    return Caller(
      processID: credentials.processID, userID: credentials.userID, groupID: credentials.groupID,
      groups: groups ?? [], knowsGroups: groups != nil)
  }

  /// The kernel fills the beginning of zeroed memory and does not say here how much, so zeros are taken for no group: a
  /// supplementary group 0 gives no right. It answers ERANGE when there are more groups than fit: then nil.
  private static func groups(of provider: any SocketOptionProvider) async throws -> Set<UInt32>? {
    let list: InlineArray<1024, UInt32>
    do {
      list = try await provider.unsafeGetSocketOption(level: .socket, name: groupsOption).get()
    } catch let error as IOError where error.errnoCode == ERANGE { return nil }
    var groups: Set<UInt32> = []
    for index in list.indices where list[index] != 0 { groups.insert(list[index]) }
    return groups
  }
}
