import ControlAPI
import Exchange
import Foundation
import OpenSSL
import Roster

/// A transport key and certificate made for one test.
struct TestIdentity: Sendable {
  let name: AuthorityName
  let certificate: [UInt8]
  let certificatePEM: [UInt8]
  let keyPEM: [UInt8]

  static let irq = AuthorityName("IRQ/justice")
  static let syr = AuthorityName("SYR/prisons")

  /// - Parameter days: from when until when it is valid, counted from now.
  init(_ name: String, days: ClosedRange<Int64> = -1...90) throws {
    let key = try PrivateKey.generate(.p256)
    let now = Int64(Date().timeIntervalSince1970)
    let made = try Certificate.selfSigned(
      key: key, commonName: name, notBefore: now + days.lowerBound * 86400, notAfter: now + days.upperBound * 86400)
    guard let name = AuthorityName(name) else { throw Stopped("\(name) is no name") }
    self.name = name
    certificate = made.der
    certificatePEM = try made.pem()
    keyPEM = try key.pem()
  }

  var transport: TransportIdentity {
    get throws { try TransportIdentity(certificatePEM: certificatePEM, keyPEM: keyPEM) }
  }

  func peer(url: String? = nil) -> ExchangePeer {
    ExchangePeer(authority: name, url: url, certificates: [certificate])
  }

  /// Certificate and key as files.
  func files(in folder: String) throws -> (certificate: String, key: String) {
    let base = "\(folder)/\(UUID().uuidString)"
    try Data(certificatePEM).write(to: URL(filePath: "\(base).crt"))
    try Data(keyPEM).write(to: URL(filePath: "\(base).key"))
    return ("\(base).crt", "\(base).key")
  }
}

/// A test cannot go on.
struct Stopped: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// Looks again until it holds or a generous deadline passes.
func eventually(_ what: String, within seconds: Int = 60, _ holds: () async throws -> Bool) async throws {
  // Tries are counted, not time: where a thousand tests share two cores a try comes seldom, and so does what it waits for.
  for _ in 0..<seconds * 50 {
    if try await holds() { return }
    try await Task.sleep(for: .milliseconds(20))
  }
  throw Stopped("in \(seconds * 50) tries it never came to this: \(what)")
}

/// A folder that goes with the test; short, since a socket's path is.
func withFolder<Value>(_ body: (String) async throws -> Value) async throws -> Value {
  let path = "/tmp/ax-\(UUID().uuidString.prefix(8))"
  try FileManager.default.createDirectory(
    atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  defer { try? FileManager.default.removeItem(atPath: path) }
  return try await body(path)
}
