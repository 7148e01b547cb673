import ControlAPI
import Roster

/// Tests of peers that somebody waits for. The daemon has no network: the courier takes them and answers.
actor PeerTests {
  /// What became of a test.
  enum Answer: Sendable {
    case report(PeerTestReport)
    /// No courier asked for work: none is running, or it does not reach this daemon.
    case noCourier
    /// A courier took the test and did not come back in time.
    case noReport
  }

  private struct Waiting {
    let peer: AuthorityName
    var isTaken = false
    let continuation: CheckedContinuation<Answer, Never>
  }

  /// How long a courier has to take a test, and then to answer it.
  static let takingTime = Duration.seconds(5)
  static let answeringTime = Duration.seconds(55)
  static let maximumWaiting = 64

  private var waiting: [Int: Waiting] = [:]
  private var next = 0
  /// Told when a test waits, so that a courier's long poll is answered at once.
  private let wake: @Sendable () -> Void

  init(wake: @escaping @Sendable () -> Void = {}) { self.wake = wake }

  /// The control side: asks for a test and waits for what it found, a minute at most. Nil when too many wait already.
  func test(_ peer: AuthorityName) async -> Answer? {
    guard waiting.count < Self.maximumWaiting else { return nil }
    let number = next
    next += 1
    let clock = Task {
      try await Task.sleep(for: Self.takingTime)
      giveUp(number, .noCourier, unless: \.isTaken)
      try await Task.sleep(for: Self.answeringTime)
      giveUp(number, .noReport)
    }
    defer { clock.cancel() }
    return await withCheckedContinuation { continuation in
      waiting[number] = Waiting(peer: peer, continuation: continuation)
      wake()
    }
  }

  /// The exchange side: the peers that nobody tests yet; whoever asks tests them.
  func take() -> [AuthorityName] {
    let open = waiting.filter { !$0.value.isTaken }
    for number in open.keys { waiting[number]?.isTaken = true }
    return Set(open.values.map(\.peer)).sorted()
  }

  /// Whether a test waits that no courier has taken: a long poll need not wait then.
  var isWanted: Bool { waiting.values.contains { !$0.isTaken } }

  /// The exchange side: what was found, for everybody who waits for it.
  func answer(_ report: PeerTestReport) {
    for (number, item) in waiting where item.peer == report.peer {
      waiting[number] = nil
      item.continuation.resume(returning: .report(report))
    }
  }

  private func giveUp(_ number: Int, _ answer: Answer, unless isMeant: (Waiting) -> Bool = { _ in false }) {
    guard let item = waiting[number], !isMeant(item) else { return }
    waiting[number] = nil
    item.continuation.resume(returning: answer)
  }
}
