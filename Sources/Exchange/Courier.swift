import ControlAPI
public import Logging
import NIOCore
import NIOPosix
import Roster
public import ServiceLifecycle
import Synchronization

/// What a courier is told.
public struct CourierSettings: Sendable {
  /// The daemon's exchange socket.
  public var exchangeSocket: String
  /// Where peers are served.
  public var host: String
  /// 0 takes any free one.
  public var port: Int
  public var identity: TransportIdentity
  public var limits = PeerLimits()
  /// Whether clients of SCRAPI's drafts 4 to 10 are served.
  public var legacyRedirects = false
  /// Where the daemon keeps its log as files; nil where none are handed out.
  public var tilesDirectory: String?
  /// How often the daemon is asked who is a peer.
  public var refresh = Duration.seconds(10)
  /// Where logs that are no peers are witnessed, on loopback and without TLS; 0: nowhere.
  public var witnessPort = 0

  public init(exchangeSocket: String, host: String, port: Int, identity: TransportIdentity) {
    self.exchangeSocket = exchangeSocket
    self.host = host
    self.port = port
    self.identity = identity
  }
}

/// Carries statements between our daemon and its peers, in both directions. It has the network and a transport key, and
/// nothing else worth stealing: what it carries is signed and sealed by others.
public final class Courier: Service {
  /// What happens, for whoever shows it.
  public enum Event: Sendable {
    case listening(port: Int)
    /// The daemon has said who is a peer: how many there are, with and without a URL.
    case peers(own: String, count: Int, called: Int)
    /// It has not, or no longer does.
    case daemonAway(String)
  }

  /// How often the daemon is asked who is a peer, and the wait until it is.
  private struct Pace {
    var refresh: Duration
    var pause: Task<Void, Never>?
    /// Whether it is asked and told again although nothing may have changed.
    var isWanted = false
  }

  private let settings: CourierSettings
  private let pace: Mutex<Pace>
  private let logger: Logger
  private let daemon: DaemonClient
  private let book: PeerBook
  private let links: PeerLinks
  private let web = WebClient()
  private let carrier: Carrier
  private let onEvent: @Sendable (Event) async -> Void

  public init(
    _ settings: CourierSettings, logger: Logger, onEvent: @escaping @Sendable (Event) async -> Void = { _ in }
  ) throws {
    self.settings = settings
    self.logger = logger
    self.onEvent = onEvent
    daemon = DaemonClient(socket: settings.exchangeSocket)
    book = try PeerBook(identity: settings.identity, limits: settings.limits)
    links = PeerLinks(identity: settings.identity, limits: settings.limits)
    carrier = Carrier(daemon: daemon, links: links, web: web, limits: settings.limits, logger: logger)
    pace = Mutex(Pace(refresh: settings.refresh))
  }

  /// Connections of peers that are held.
  var connectedPeers: Int { book.connected }

  /// Whether its loop still turns and its threads still answer.
  public func isAlive() async -> Bool {
    for loop in MultiThreadedEventLoopGroup.singleton.makeIterator() {
      guard (try? await loop.submit { true }.get()) == true else { return false }
    }
    return carrier.sinceLastTurn < .seconds(120)
  }

  /// Runs until it is told to stop; what was taken from a peer is answered first.
  public func run() async throws {
    let buckets = TokenBuckets(perSecond: settings.limits.requestsPerSecond)
    let routes = PeerRoutes(
      daemon: daemon, book: book, buckets: buckets, memory: MemoryShare(settings.limits.bodyMemory),
      legacyRedirects: settings.legacyRedirects, tilesDirectory: settings.tilesDirectory, logger: logger)
    let server = PeerServer(
      host: settings.host, port: settings.port, routes: routes, limits: settings.limits, logger: logger,
      onReady: { [onEvent] in await onEvent(.listening(port: $0)) })
    do {
      try await withThrowingDiscardingTaskGroup { tasks in
        tasks.addTask { [self] in await cancelWhenGracefulShutdown { [self] in await refresh(buckets) } }
        tasks.addTask { [self] in await cancelWhenGracefulShutdown { [self] in await carrier.run() } }
        if settings.witnessPort > 0 {
          let witness = WitnessServer(
            port: settings.witnessPort, routes: routes, limits: settings.limits, logger: logger)
          tasks.addTask { try await witness.run() }
        }
        try await server.run()
        tasks.cancelAll()
      }
    } catch {
      await close()
      throw error
    }
    await close()
  }

  /// Takes over what can change while running: our key and certificate, for connections that begin from now on, and how
  /// often the daemon is asked who is a peer; it is asked at once. What is under way goes on.
  /// - Returns: whether the key or the certificate is another one.
  @discardableResult
  public func reload(_ new: CourierSettings) async throws -> Bool {
    let isOther = !new.identity.isSame(as: await links.identity)
    if isOther {
      try book.adopt(new.identity)
      await links.adopt(new.identity)
    }
    let pause = pace.withLock { pace in
      pace.refresh = new.refresh
      pace.isWanted = true
      return pace.pause
    }
    pause?.cancel()
    return isOther
  }

  private func close() async {
    await links.close()
    await web.close()
    await daemon.close()
  }

  /// Asks the daemon who is a peer, again and again.
  private func refresh(_ buckets: TokenBuckets) async {
    var isAway = false
    while !Task.isCancelled {
      do {
        let peers = try await daemon.peers()
        let isWanted = pace.withLock { pace in
          defer { pace.isWanted = false }
          return pace.isWanted
        }
        if try book.adopt(peers) || isAway || isWanted { await tell(peers, buckets) }
        isAway = false
      } catch {
        if !isAway, !Task.isCancelled {
          logger.warning("\(error)")
          await onEvent(.daemonAway("\(error)"))
        }
        isAway = true
      }
      await pause(isAway)
    }
  }

  private func pause(_ isAway: Bool) async {
    let pause = pace.withLock { pace in
      let time = pace.isWanted && !isAway ? .zero : isAway ? min(pace.refresh, .seconds(1)) : pace.refresh
      let pause = Task { _ = try? await Task.sleep(for: time) }
      pace.pause = pause
      return pause
    }
    await withTaskCancellationHandler {
      await pause.value
    } onCancel: {
      pause.cancel()
    }
  }

  private func tell(_ peers: ExchangePeers, _ buckets: TokenBuckets) async {
    let names = Set(peers.peers.map(\.authority))
    buckets.keep(names)
    await links.keep(names)
    if !peers.own.certificates.contains(await links.identity.certificate) {
      logger.error("the roster does not name our transport certificate for \(peers.own.authority): peers refuse us")
    }
    let called = peers.peers.filter { $0.url != nil }.count
    logger.notice("\(peers.own.authority): \(peers.peers.count) peers, \(called) of them with a URL")
    await onEvent(.peers(own: peers.own.authority.description, count: peers.peers.count, called: called))
  }
}
