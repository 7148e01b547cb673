import ControlAPI
import Custody
import Logging
import Roster
import Synchronization

/// Does what the daemon wants done: brings what is due, tests peers, fetches checkpoints, revocation lists and time
/// stamps. One task a peer and kind of
/// work; it keeps nothing that a restart would lose.
final class Carrier: Sendable {
  /// Statements asked for at once.
  static let batch = 16

  private enum Kind: Hashable { case delivery, test, checkpoint, cosignature, fetch }

  private struct Job: Hashable {
    let kind: Kind
    /// Nil where other servers are asked.
    let peer: AuthorityName?
    /// Of those, so that one that hangs holds up none that is wanted later.
    var number = 0
  }

  /// How many rounds of fetching may be under way, each with a deadline of its own.
  private static let fetchesAtOnce = 4

  private let daemon: any ExchangeDaemon
  private let links: PeerLinks
  private let web: WebClient
  private let limits: PeerLimits
  private let logger: Logger
  private let jobs = Mutex<Set<Job>>([])
  private let turned = Mutex(ContinuousClock.now)

  init(daemon: any ExchangeDaemon, links: PeerLinks, web: WebClient, limits: PeerLimits, logger: Logger) {
    self.daemon = daemon
    self.web = web
    self.links = links
    self.limits = limits
    self.logger = logger
  }

  /// How long ago the loop last came round: a watchdog's question.
  var sinceLastTurn: Duration { turned.withLock { $0.duration(to: .now) } }

  func run() async {
    await withDiscardingTaskGroup { tasks in
      var pause = Duration.milliseconds(100)
      while !Task.isCancelled {
        turned.withLock { $0 = .now }
        do {
          let work = try await daemon.work(wait: 20)
          pause = .milliseconds(100)
          let started = start(work, &tasks)
          // What is due is under way already, or too much is: look again in a moment.
          if !started { try? await Task.sleep(for: .milliseconds(200)) }
        } catch {
          if pause == .milliseconds(100), !Task.isCancelled { logger.warning("\(error)") }
          try? await Task.sleep(for: pause)
          pause = min(pause * 2, .seconds(15))
        }
      }
      tasks.cancelAll()
    }
  }

  /// - Returns: whether anything was started, or there was nothing to start.
  private func start(_ work: ExchangeWork, _ tasks: inout DiscardingTaskGroup) -> Bool {
    let wanted =
      work.tests.map { Job(kind: .test, peer: $0) } + work.due.map { Job(kind: .delivery, peer: $0) }
      + work.checkpoints.map { Job(kind: .checkpoint, peer: $0) }
      + work.witnesses.map { Job(kind: .cosignature, peer: $0) }
    let fetch = work.fetches ? beginFetch() : nil
    let begun = wanted.filter { begin($0) } + [fetch].compactMap(\.self)
    for job in begun {
      tasks.addTask { [self] in
        await perform(job)
        jobs.withLock { _ = $0.remove(job) }
      }
    }
    return !begun.isEmpty || wanted.isEmpty && !work.fetches
  }

  private func beginFetch() -> Job? {
    jobs.withLock { jobs in
      let free = (0..<Self.fetchesAtOnce).lazy.map { Job(kind: .fetch, peer: nil, number: $0) }
        .first { !jobs.contains($0) }
      if let free { jobs.insert(free) }
      return free
    }
  }

  private func begin(_ job: Job) -> Bool {
    jobs.withLock { jobs in
      guard jobs.filter({ $0.kind == job.kind }).count < limits.peersAtOnce else { return false }
      return jobs.insert(job).inserted
    }
  }

  private func perform(_ job: Job) async {
    do {
      guard let name = job.peer else { return try await Fetch(web: web, daemon: daemon, logger: logger).run() }
      // Asked anew: whoever has just said where a peer is does not wait until the book is.
      let known = try await daemon.peers()
      guard let peer = known.peers.first(where: { $0.authority == name }) else {
        // The daemon names somebody whom we shall hear of in a moment.
        try? await Task.sleep(for: .milliseconds(500))
        return
      }
      switch job.kind {
      case .delivery: try await deliver(to: peer)
      case .checkpoint: try await gossip(with: peer)
      case .cosignature: try await askToCosign(peer)
      case .test: try await test(peer, known.rosterVersion)
      case .fetch: break
      }
    } catch {
      if !Task.isCancelled { logger.warning("\(job.peer?.description ?? "fetching"): \(error)") }
      // Whatever is wrong, it is not asked for a hundred times a second.
      try? await Task.sleep(for: .seconds(1))
    }
  }
}

extension Carrier {
  private func deliver(to peer: ExchangePeer) async throws {
    for statement in try await daemon.due(to: peer.authority, limit: Self.batch) {
      try Task.checkCancellation()
      let report = try await report(on: statement, to: peer)
      // A stop is no failure of the link's.
      try Task.checkCancellation()
      try await daemon.report(report)
      logger.info("\(peer.authority): \(hexadecimal(statement.entry)) \(report.result.rawValue) \(report.code ?? "")")
      // What comes behind it goes the same way, and the daemon says when to try that again.
      if report.result == .failed { return }
    }
  }

  private func report(on statement: DueStatement, to peer: ExchangePeer) async throws -> DeliveryReport {
    do {
      guard let link = try await links.link(to: peer) else {
        throw LinkFailure(.dns, "nobody has added a URL for this peer: amana peer add")
      }
      return try await Delivery(statement: statement, peer: peer.authority, link: link, daemon: daemon).run()
    } catch let failure as LinkFailure {
      return Delivery.Outcome(failure).report(on: statement, to: peer.authority)
    }
  }

  private func gossip(with peer: ExchangePeer) async throws {
    guard let link = try await links.link(to: peer) else { return }
    try await Gossip(link: link, daemon: daemon).run()
  }

  private func askToCosign(_ peer: ExchangePeer) async throws {
    guard let link = try await links.link(to: peer) else { return }
    try await WitnessAsking(link: link, daemon: daemon).run()
  }

  private func test(_ peer: ExchangePeer, _ rosterVersion: UInt64) async throws {
    let test = PeerTest(
      peer: peer, links: links, identity: await links.identity, limits: limits, rosterVersion: rosterVersion)
    try await daemon.report(await test.run())
  }
}
