import Synchronization

/// The office in force, which a reload may replace by one under the next roster while requests go on. A request keeps the
/// one that it began with; what is registered is judged by the one in force then.
final class OfficeInForce: Sendable {
  private let box: Mutex<Office>

  init(_ office: Office) { box = Mutex(office) }

  var current: Office { box.withLock { $0 } }

  func replace(_ office: Office) { box.withLock { $0 = office } }
}
