import ControlAPI
import Custody
import Logging
import OpenSSL
import ReceiptStore
import Roster

/// Who is exchanged with: GET, POST and DELETE /v1/peers, and their tests.
struct Peers: Sendable {
  let office: Office
  let store: ReceiptStore

  func list() async throws -> [PeerView] {
    let office = office
    return try await store.read { reader in
      let undelivered = try reader.undelivered()
      return try reader.peers().map { try Self.view($0, undelivered, reader, office) }
    }
  }

  /// Adds a peer, or changes its address.
  func add(_ request: PeerRequest, by caller: Caller) async throws -> (view: PeerView, isNew: Bool) {
    let authority = try known(request.authority)
    guard !Self.certificates(of: authority, at: currentTime()).isEmpty else {
      throw Problem(
        status: 422, code: "no-certificate", title: "The roster pins no certificate for it",
        detail: "\(authority.name) has no valid transport certificate in roster version \(office.roster.body.version)",
        next: "have the roster's writers add its transport certificate, then adopt that roster")
    }
    guard let url = PeerAddress(request.url) else {
      throw badRequest("url", "must be https://HOST or https://HOST:PORT and nothing behind it")
    }
    let (office, now) = (office, currentTime())
    let result = try await store.write { transaction in
      let known = try transaction.reader.peer(authority.name)
      let peer = StoredPeer(
        authority: authority.name, url: url.text, addedAt: known?.addedAt ?? now, addedBy: caller.userID)
      try transaction.add(peer: peer)
      let reader = transaction.reader
      return (view: try Self.view(peer, reader.undelivered(), reader, office), isNew: known == nil)
    }
    Logger.amanad.notice("peer \(authority.name) is at \(url.text), says uid \(caller.userID)")
    return result
  }

  /// What is due to it stays due.
  func remove(_ name: AuthorityName, by caller: Caller) async throws {
    guard try await store.write({ try $0.remove(peer: name) }) else { throw Self.unknown(name) }
    Logger.amanad.notice("peer \(name) is removed, says uid \(caller.userID)")
  }

  /// Has the courier test a peer; the daemon has no network.
  func test(_ request: PeerTestRequest, _ tests: PeerTests) async throws -> PeerTestView {
    guard let name = AuthorityName(request.authority) else {
      throw badRequest("authority", "must be MEMBER/authority")
    }
    guard let peer = try await store.read({ try $0.peer(name) }) else { throw Self.unknown(name) }
    switch await tests.test(name) {
    case .report(let report):
      return PeerTestView(
        authority: name.description, url: peer.url,
        steps: report.steps.map {
          PeerTestView.Step(name: $0.name, verdict: $0.verdict.rawValue, detail: $0.detail, value: $0.value)
        })
    case .noCourier: throw Self.noCourier
    case .noReport: throw Self.silentCourier(name)
    case nil: throw Self.tooManyTests
    }
  }

  /// An authority that can be a peer of ours.
  private func known(_ text: String) throws -> Authority {
    func refused(_ code: String, _ title: String, _ detail: String, _ next: String) -> Problem {
      Problem(status: 422, code: code, title: title, detail: detail, next: next)
    }
    guard let name = AuthorityName(text) else { throw badRequest("authority", "must be MEMBER/authority") }
    guard let authority = office.roster.authority(name) else {
      throw refused(
        "unknown-authority", "The roster does not list it",
        "\(name) is no authority of roster version \(office.roster.body.version)", "see who is: amana roster show")
    }
    guard name != office.authority.name else {
      throw refused(
        "own-authority", "This is the authority itself", "\(name) is the one that this daemon acts for",
        "name another authority: amana roster show")
    }
    let isMember = office.roster.body.members.contains { $0.key == name.member && $0.status == .active }
    guard authority.status == .active, isMember else {
      throw refused(
        "inactive-authority", "It is not active",
        "\(name) or its member is not active in roster version \(office.roster.body.version)",
        "exchange with it again when a roster lists it as active")
    }
    return authority
  }

  /// Valid ones, the one that lasts longest first: a certificate ends when it or the roster's entry for its key does.
  private static func certificates(of authority: Authority?, at time: UnixTime) -> [PeerView.CertificateView] {
    (authority?.transportCertificates(at: time) ?? []).compactMap { record in
      record.certificate.map { certificate in
        PeerView.CertificateView(
          digest: hexadecimal(SHA256.hash(certificate.der)), notAfter: min(certificate.notAfter, record.notAfter))
      }
    }.sorted { ($1.notAfter, $0.digest) < ($0.notAfter, $1.digest) }
  }

  private static func view(
    _ peer: StoredPeer, _ undelivered: [UndeliveredCount], _ reader: StoreReader, _ office: Office
  ) throws -> PeerView {
    let open = undelivered.first { $0.peer == peer.authority }
    return PeerView(
      authority: peer.authority.description, url: peer.url, addedAt: peer.addedAt,
      certificates: certificates(of: office.roster.authority(peer.authority), at: currentTime()),
      lastContact: try reader.contact(peer.authority).lastAt, undelivered: open.map { $0.open + $0.refused } ?? 0)
  }

  private static func unknown(_ name: AuthorityName) -> Problem {
    Problem(
      status: 404, code: "no-such-peer", title: "There is no such peer", detail: "\(name) was not added here",
      next: "see the peers with `amana peer list`, or add it with `amana peer add`")
  }

  private static let noCourier = Problem(
    status: 503, code: "no-courier", title: "No courier is running",
    detail: "the daemon has no network, and no courier asked it for work",
    next: "start it: systemctl start amana-courier; see why it does not run: journalctl -u amana-courier")

  private static func silentCourier(_ name: AuthorityName) -> Problem {
    Problem(
      status: 503, code: "no-report", title: "The courier did not come back",
      detail: "it took the test of \(name) and reported nothing within a minute",
      next: "see its journal: journalctl -u amana-courier")
  }

  private static let tooManyTests = Problem(
    status: 503, code: "busy", title: "Too many tests wait", detail: "at most \(PeerTests.maximumWaiting) wait at once",
    next: "ask again in a minute")
}

/// Where a peer's courier listens: https, a host and perhaps a port.
struct PeerAddress: Sendable, Hashable {
  let text: String

  /// Nil for anything else: no path, no query, no user.
  init?(_ text: String) {
    let prefix = "https://"
    guard text.utf8.count <= 300, text.hasPrefix(prefix) else { return nil }
    let rest = text.dropFirst(prefix.count)
    guard let host = Self.host(rest) else { return nil }
    let port = rest.dropFirst(host.count)
    guard port.isEmpty || Self.isPort(port) else { return nil }
    self.text = text
  }

  /// A name, an IPv4 address, or an IPv6 address in brackets.
  private static func host(_ text: Substring) -> Substring? {
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { return nil }
      let inner = text[text.index(after: text.startIndex)..<end]
      let fits = (2...45).contains(inner.utf8.count) && inner.contains(":")
      return fits && inner.utf8.allSatisfy({ isHexadecimal($0) || $0 == 0x3a || $0 == 0x2e }) ? text[...end] : nil
    }
    let host = text.prefix { $0 != ":" }
    let labels = host.split(separator: ".", omittingEmptySubsequences: false)
    let isName = labels.allSatisfy { label in
      (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
        && label.utf8.allSatisfy { isLetterOrDigit($0) || $0 == 0x2d }
    }
    return (1...253).contains(host.utf8.count) && isName ? host : nil
  }

  private static func isPort(_ text: Substring) -> Bool {
    guard text.hasPrefix(":"), text.utf8.count <= 6, text.dropFirst().utf8.allSatisfy({ 0x30...0x39 ~= $0 }),
      let number = UInt16(text.dropFirst())
    else { return false }
    return number > 0
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    0x30...0x39 ~= byte || 0x41...0x5a ~= byte || 0x61...0x7a ~= byte
  }
}
