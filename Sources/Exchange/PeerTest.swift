import ControlAPI
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Roster

/// Tests the way to a peer step by step and says of each in a sentence what was found (`amana peer test`).
struct PeerTest: Sendable {
  /// The clock's difference from which statements begin to be doubted.
  static let clockLimit: Int64 = 60
  static let names = ["dns", "tcp", "tls", "certificate", "service", "roster", "clock", "checkpoint"]

  let peer: ExchangePeer
  let links: PeerLinks
  let identity: TransportIdentity
  let limits: PeerLimits
  let rosterVersion: UInt64

  private typealias Step = PeerTestReport.Step

  func run() async -> PeerTestReport {
    var steps: [Step] = []
    await walk(&steps)
    let why = "not tried, since the step before it failed"
    for name in Self.names where !steps.contains(where: { $0.name == name }) {
      steps.append(Step(name: name, verdict: .skipped, detail: why))
    }
    return PeerTestReport(
      peer: peer.authority, steps: Self.names.compactMap { name in steps.first { $0.name == name } })
  }

  private func walk(_ steps: inout [Step]) async {
    guard let url = peer.url, let place = PeerPlace(url: url) else {
      return steps.append(
        Step(name: "dns", verdict: .bad, detail: "the peer has no usable URL: add one with `amana peer add`"))
    }
    guard let address = await resolve(place, &steps), await connect(address, place, &steps) else { return }
    guard await shakeHands(address, &steps) else { return }
    await askService(&steps)
  }

  private func resolve(_ place: PeerPlace, _ steps: inout [Step]) async -> SocketAddress? {
    let found = try? await NIOThreadPool.singleton.runIfActive {
      try SocketAddress.makeAddressResolvingHost(place.host, port: place.port)
    }
    guard let found else {
      steps.append(
        Step(
          name: "dns", verdict: .bad,
          detail: "the name \(place.host) has no address: check the URL and this machine's resolver"))
      return nil
    }
    let detail = "\(place.host) has the address \(found.ipAddress ?? "?")"
    steps.append(Step(name: "dns", verdict: .good, detail: detail))
    return found
  }

  private func connect(_ address: SocketAddress, _ place: PeerPlace, _ steps: inout [Step]) async -> Bool {
    let start = ContinuousClock.now
    do {
      let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
        .connectTimeout(TimeAmount(limits.handshakeTime)).connect(to: address).get()
      let milliseconds = Int64(start.duration(to: .now).inSeconds * 1000)
      try? await channel.close().get()
      steps.append(
        Step(
          name: "tcp", verdict: .good, detail: "port \(place.port) answers after \(milliseconds) ms",
          value: milliseconds))
      return true
    } catch {
      steps.append(Step(name: "tcp", verdict: .bad, detail: LinkFailure(error).sentence))
      return false
    }
  }

  private func shakeHands(_ address: SocketAddress, _ steps: inout [Step]) async -> Bool {
    let probe = TLSProbe(address: address, limits: limits)
    do {
      let found = try await probe.certificate(identity.clientConfiguration(trusting: peer.certificates))
      steps.append(
        Step(
          name: "tls", verdict: .good,
          detail: "TLS 1.3, with a certificate that the roster names for \(peer.authority)"))
      steps.append(Self.lifetime(of: found))
      return true
    } catch {
      let failure = LinkFailure(error)
      steps.append(Step(name: "tls", verdict: .bad, detail: failure.sentence))
      if failure.kind == .tls, let step = await presented(probe) { steps.append(step) }
      return false
    }
  }

  private static func lifetime(of certificate: TLSProbe.Found) -> Step {
    let days = certificate.daysLeft
    return Step(
      name: "certificate", verdict: days > 0 ? .good : .bad,
      detail: days > 14
        ? "it ends in \(days) days"
        : "it ends in \(days) days: the peer needs a new one in the roster before then",
      value: days)
  }

  /// What is presented instead of what the roster names: looked at, never trusted.
  private func presented(_ probe: TLSProbe) async -> Step? {
    var open = identity.clientConfiguration(trusting: [])
    open.certificateVerification = .none
    guard let found = try? await probe.certificate(open) else { return nil }
    let isKnown = peer.certificates.contains(found.der)
    return Step(
      name: "certificate", verdict: .bad,
      detail: isKnown
        ? "it presents the roster's certificate, which ended \(-found.daysLeft) days ago"
        : "it presents another certificate (SHA-256 \(found.fingerprint.prefix(16))…) than the roster names",
      value: found.daysLeft)
  }
}

/// What needs the service itself.
extension PeerTest {
  private func askService(_ steps: inout [PeerTestReport.Step]) async {
    do {
      guard let link = try await links.link(to: peer) else { return }
      let sent = Date()
      let answer = try await link.send(LinkRequest(.GET, "/checkpoint", limit: 1 << 14))
      let received = Date()
      guard answer.status == 200 else { throw answer.failure }
      steps.append(Step(name: "service", verdict: .good, detail: "it answers us as a peer"))
      steps.append(roster(answer))
      steps.append(Self.clock(answer, sent, received))
      steps.append(Self.checkpoint(answer))
    } catch {
      let failure = LinkFailure(error)
      // With TLS 1.3 our own handshake is over before the peer has looked at our certificate.
      let hint = failure.kind == .interrupted ? ": it may not have our certificate in its roster" : ""
      steps.append(Step(name: "service", verdict: .bad, detail: failure.sentence + hint))
    }
  }

  private func roster(_ answer: LinkAnswer) -> PeerTestReport.Step {
    guard let theirs = answer.headers.first(name: PeerRoutes.rosterVersion).flatMap({ decimal($0) }) else {
      return Step(name: "roster", verdict: .bad, detail: "it does not say which version of the roster it has")
    }
    let number = Int64(exactly: theirs)
    if theirs == rosterVersion {
      return Step(name: "roster", verdict: .good, detail: "both have version \(theirs)", value: number)
    }
    let who = theirs < rosterVersion ? "the peer must adopt the newer one" : "we must adopt the newer one"
    return Step(
      name: "roster", verdict: .bad, detail: "it has version \(theirs), we have \(rosterVersion): \(who)",
      value: number)
  }

  /// The peer's clock against ours at the middle of the question's way.
  private static func clock(_ answer: LinkAnswer, _ sent: Date, _ received: Date) -> PeerTestReport.Step {
    guard let theirs = answer.headers.first(name: "date").flatMap({ HTTPDate.date($0) }) else {
      return Step(name: "clock", verdict: .bad, detail: "it does not say what time it has")
    }
    let middle = sent.addingTimeInterval(received.timeIntervalSince(sent) / 2)
    // A date of HTTP has whole seconds.
    let difference = Int64((theirs.timeIntervalSince(middle) + 0.5).rounded())
    let way = difference > 0 ? "ahead of" : "behind"
    return Step(
      name: "clock", verdict: abs(difference) <= clockLimit ? .good : .bad,
      detail: abs(difference) <= 1
        ? "both clocks agree" : "its clock is \(abs(difference)) seconds \(way) ours: check time synchronisation",
      value: difference)
  }

  private static func checkpoint(_ answer: LinkAnswer) -> PeerTestReport.Step {
    guard let head = NoteHead(answer.body) else {
      return Step(name: "checkpoint", verdict: .bad, detail: "what it gives as its checkpoint is none")
    }
    return Step(
      name: "checkpoint", verdict: .good, detail: "its log \(head.origin) has \(head.size) entries",
      value: Int64(exactly: head.size))
  }
}
