import ControlAPI
import Foundation
import NIOSSL
import Testing

@testable import Exchange

@Suite("Strangers")
struct StrangerTests {
  private static let request = "GET /checkpoint HTTP/1.1\r\nhost: a\r\n\r\n"

  /// Asks as somebody; nil when the connection ended without an answer.
  private func ask(
    _ station: Station, as identity: TestIdentity?, tls12: Bool = false
  ) async throws -> Int? {
    let peer = try await RawPeer.tls(station, as: identity, newest: tls12 ? .tlsv12 : .tlsv13)
    try? await peer.send(Self.request)
    let status = try await peer.answered()
    await peer.close()
    return status
  }

  @Test("No certificate, another one, an expired one, one that is not valid yet, TLS 1.2: no answer; a peer gets one")
  func certificates() async throws {
    let (friend, stranger) = (try TestIdentity("SYR/prisons"), try TestIdentity("SYR/prisons"))
    let (expired, early) = (
      try TestIdentity("TUR/prisons", days: -20 ... -10), try TestIdentity("JOR/prisons", days: 10...20)
    )
    try await Station.run(TestIdentity("IRQ/justice")) { station in
      try await station.know([friend.peer(), expired.peer(), early.peer()])
      #expect(try await ask(station, as: friend) == 200)
      #expect(try await ask(station, as: nil) == nil)
      #expect(try await ask(station, as: stranger) == nil, "the same name, another key")
      #expect(try await ask(station, as: expired) == nil)
      #expect(try await ask(station, as: early) == nil)
      #expect(try await ask(station, as: friend, tls12: true) == nil)
      #expect(try await ask(station, as: station.identity) == nil, "not even ourselves")
      #expect(try await ask(station, as: friend) == 200)
      let questions = station.daemon.look(\.askedBy).filter { $0.hasPrefix("getCheckpoint") }
      #expect(questions.count == 2, "the daemon heard of nobody else")
    }
  }

  @Test("Plain HTTP and noise are closed without a word of HTTP")
  func plaintext() async throws {
    try await Station.run(TestIdentity("IRQ/justice")) { station in
      for text in [Self.request, "SSH-2.0-x\r\n", String(repeating: "\u{0}", count: 500)] {
        let peer = try await RawPeer.plain(station)
        try await peer.send(text)
        try await peer.ended()
        #expect(peer.status == nil && !peer.text.contains("HTTP/"))
      }
    }
  }

  @Test("Until the daemon has said who is a peer, nobody is; whoever is removed loses its connection, others do not")
  func peersChange() async throws {
    let (first, second) = (try TestIdentity("SYR/prisons"), try TestIdentity("TUR/prisons"))
    try await Station.run(TestIdentity("IRQ/justice")) { station in
      #expect(try await ask(station, as: first) == nil)
      try await station.know([first.peer(), second.peer()])
      let connections = (try await RawPeer.tls(station, as: first), try await RawPeer.tls(station, as: second))
      for peer in [connections.0, connections.1] {
        try await peer.send(Self.request)
        #expect(try await peer.answered() == 200)
      }
      try await station.know([second.peer()])
      try await connections.0.ended()
      let before = connections.1.bytes.count
      try await connections.1.send(Self.request)
      try await eventually("a second answer on the same connection") { connections.1.bytes.count > before }
      #expect(!connections.1.isClosed)
      #expect(try await ask(station, as: first) == nil)
      await connections.1.close()
    }
  }

  @Test("A peer's new certificate beside its old one: both are it; the old one alone goes")
  func rotation() async throws {
    let (old, new) = (try TestIdentity("SYR/prisons"), try TestIdentity("SYR/prisons"))
    try await Station.run(TestIdentity("IRQ/justice")) { station in
      let both = ExchangePeer(authority: old.name, url: nil, certificates: [old.certificate, new.certificate])
      try await station.know([both])
      #expect(try await ask(station, as: old) == 200)
      #expect(try await ask(station, as: new) == 200)
      try await station.know([new.peer()])
      #expect(try await ask(station, as: old) == nil)
      #expect(try await ask(station, as: new) == 200)
    }
  }

  @Test("A key that is not the certificate's, and files that are none, are refused in a sentence without their content")
  func identities() throws {
    let (one, other) = (try TestIdentity("SYR/prisons"), try TestIdentity("SYR/prisons"))
    func why(_ certificate: [UInt8], _ key: [UInt8]) -> String {
      do {
        _ = try TransportIdentity(certificatePEM: certificate, keyPEM: key)
        return ""
      } catch { return "\(error)" }
    }
    #expect(why(one.certificatePEM, one.keyPEM) == "")
    #expect(why(one.certificatePEM, other.keyPEM).contains("is not the one in the transport certificate"))
    #expect(why(Array("nonsense".utf8), one.keyPEM).contains("no certificate in PEM"))
    #expect(
      why(one.certificatePEM, Array("secret".utf8)) == "the transport key is no private key in PEM without a passphrase"
    )
  }
}
