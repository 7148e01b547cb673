import ReceiptStore
import Synchronization

/// The office in force, which a reload may replace by one under the next roster while requests go on. A request keeps the
/// one that it began with; what is registered is judged by the one in force then.
final class OfficeInForce: Sendable {
  private let box: Mutex<Office>

  init(_ office: Office) { box = Mutex(office) }

  var current: Office { box.withLock { $0 } }

  /// Replaces what was read from files; what was fetched and the log's epoch stay.
  func replace(_ office: Office) { box.withLock { $0 = office.with(fetched: $0.fetched).with(origin: $0.origin) } }

  /// Begins another epoch of the log.
  func replace(origin: String) { box.withLock { $0 = $0.with(origin: origin) } }

  /// Replaces the revocation lists that were fetched.
  func replace(fetched lists: [FetchedList]) { box.withLock { $0 = $0.with(fetched: lists) } }

  /// An office as it will be in force: with what was fetched, and the log's epoch.
  func completed(_ office: Office) -> Office {
    let current = current
    return office.with(fetched: current.fetched).with(origin: current.origin)
  }
}
