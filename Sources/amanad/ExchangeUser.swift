import Glibc
import Logging

/// The one local user whose courier is answered on the exchange socket.
struct ExchangeUser: Sendable {
  let userID: UInt32
  /// Said at start.
  let sentence: String

  /// - Parameter setting: "name" or "uid:number". When this machine has no such user it is the daemon's own.
  init(_ setting: String, accounts: LocalAccounts = .read(), ownUser: UInt32 = geteuid()) {
    let number = setting.hasPrefix("uid:") ? UInt32(setting.dropFirst(4)) : accounts.user(setting)
    userID = number ?? ownUser
    sentence =
      number == nil
      ? "exchange: this machine has no user \(setting) (exchange.user), so couriers of uid \(ownUser), the daemon's own, "
        + "are answered"
      : "exchange: couriers of uid \(userID) (\(setting)) are answered, nobody else"
  }

  func admits(_ caller: Caller) -> Bool { caller.userID == userID }
}
