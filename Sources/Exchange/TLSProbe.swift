import Custody
import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import OpenSSL
import Roster

/// Shakes hands with a peer and looks at its certificate, no more.
struct TLSProbe: Sendable {
  /// A certificate that was proven in a handshake.
  struct Found: Sendable {
    let der: [UInt8]
    let daysLeft: Int64
    var fingerprint: String { hexadecimal(SHA256.hash(der)) }
  }

  let address: SocketAddress
  let limits: PeerLimits

  func certificate(_ configuration: TLSConfiguration) async throws -> Found {
    let context = try NIOSSLContext(configuration: configuration)
    let time = limits.handshakeTime
    let proven = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: EventLoopFuture<[UInt8]>.self)
    let bootstrap = ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .connectTimeout(TimeAmount(time))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: context, serverHostname: nil))
          proven.succeed(try HandshakeWatch.add(to: channel, time: time))
        }
      }
    let channel: any Channel
    do {
      channel = try await bootstrap.connect(to: address).get()
    } catch {
      proven.fail(error)
      throw error
    }
    defer { channel.close(promise: nil) }
    do {
      let der = try await proven.futureResult.get().get()
      let end = try NIOSSLCertificate(bytes: der, format: .der).notValidAfter
      let days = (Double(end) - Date().timeIntervalSince1970) / Double(secondsPerDay)
      return Found(der: der, daysLeft: Int64(days.rounded(.down)))
    } catch HandshakeWatch.Failure.tls(let error) {
      throw error
    } catch HandshakeWatch.Failure.timeout {
      throw LinkFailure(.timeout, "the TLS handshake did not end in time")
    } catch HandshakeWatch.Failure.closed {
      throw LinkFailure(.tls, "the peer closed the connection during the TLS handshake: does it know our certificate?")
    }
  }
}
