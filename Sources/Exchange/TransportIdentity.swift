import NIOSSL

/// Our transport key and certificate, and what TLS is with them: 1.3 only, a certificate from either side, trust in the
/// roster's certificates alone. Names are not checked: a certificate is pinned whole, and links change addresses.
public struct TransportIdentity: Sendable {
  let certificates: [NIOSSLCertificate]
  private let key: NIOSSLPrivateKey
  /// DER.
  let certificate: [UInt8]

  /// - Throws: `CourierError` in a sentence, without what the files hold.
  public init(certificatePEM: [UInt8], keyPEM: [UInt8]) throws {
    do { certificates = try NIOSSLCertificate.fromPEMBytes(certificatePEM) } catch {
      throw CourierError("the transport certificate is no certificate in PEM")
    }
    do { key = try NIOSSLPrivateKey(bytes: keyPEM, format: .pem) } catch {
      throw CourierError("the transport key is no private key in PEM without a passphrase")
    }
    guard let first = certificates.first else { throw CourierError("the transport certificate's file is empty") }
    certificate = try first.toDERBytes()
    do { _ = try serverContext(trusting: []) } catch {
      throw CourierError("the transport key is not the one in the transport certificate: \(error)")
    }
  }

  /// Whether it shows the same certificate as another.
  func isSame(as other: TransportIdentity) -> Bool { certificates == other.certificates && key == other.key }

  private static func roots(_ peers: [[UInt8]]) -> NIOSSLTrustRoots {
    .certificates(peers.compactMap { try? NIOSSLCertificate(bytes: $0, format: .der) })
  }

  func serverContext(trusting peers: [[UInt8]]) throws -> NIOSSLContext {
    var configuration = TLSConfiguration.makeServerConfigurationWithMTLS(
      certificateChain: certificates.map { .certificate($0) }, privateKey: .privateKey(key),
      trustRoots: Self.roots(peers))
    configuration.minimumTLSVersion = .tlsv13
    return try NIOSSLContext(configuration: configuration)
  }

  func clientConfiguration(trusting peers: [[UInt8]]) -> TLSConfiguration {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv13
    configuration.certificateVerification = .noHostnameVerification
    configuration.trustRoots = Self.roots(peers)
    configuration.certificateChain = certificates.map { .certificate($0) }
    configuration.privateKey = .privateKey(key)
    return configuration
  }
}

/// The courier cannot start or go on: a sentence for its operator.
public struct CourierError: Error, Sendable, CustomStringConvertible {
  public let description: String
  init(_ description: String) { self.description = description }
}
