import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster
import Testing

@testable import Exchange

@Suite("curl as a peer")
struct CurlTests {
  private struct Answer {
    let code: Int32
    let status: Int
    let head: String
    let body: [UInt8]
  }

  /// Runs curl with a peer's certificate and key.
  private func curl(_ station: Station, _ identity: TestIdentity, _ folder: String, _ arguments: [String]) async throws
    -> Answer
  {
    let own = try identity.files(in: folder)
    let theirs = try station.identity.files(in: folder)
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/curl")
    let (head, body) = ("\(folder)/\(UUID().uuidString).head", "\(folder)/\(UUID().uuidString).body")
    process.arguments =
      [
        "-sS", "--max-time", "20", "--cert", own.certificate, "--key", own.key, "--cacert", theirs.certificate,
        // The name in the certificate is the authority's; where it is reached says nothing of who it is.
        "--insecure", "--tlsv1.3", "-D", head, "-o", body,
      ] + arguments
    process.standardError = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
      process.terminationHandler = { _ in continuation.resume() }
      do { try process.run() } catch { continuation.resume(throwing: error) }
    }
    let text = (try? String(contentsOfFile: head, encoding: .utf8)) ?? ""
    let last = text.components(separatedBy: "\r\n").last { $0.hasPrefix("HTTP/1.1 ") }
    return Answer(
      code: process.terminationStatus, status: last.flatMap { Int($0.dropFirst(9).prefix(3)) } ?? 0, head: text,
      body: [UInt8]((try? Data(contentsOf: URL(filePath: body))) ?? Data()))
  }

  @Test("It registers a statement, fetches the receipt and the keys, and sends an object")
  func asPeer() async throws {
    let friend = try TestIdentity("SYR/prisons")
    let statement = [UInt8](repeating: 7, count: 2 << 20)
    let object = [UInt8](repeating: 8, count: 1000)
    try await Station.run(TestIdentity("IRQ/justice")) { station in
      try await station.know([friend.peer()])
      try await withFolder { folder in
        let file = "\(folder)/statement.cose"
        try Data(statement).write(to: URL(filePath: file))
        // Over a megabyte it asks with Expect: 100-continue.
        let made = try await curl(
          station, friend, folder,
          ["-H", "content-type: application/cose", "--data-binary", "@\(file)", "\(station.url)/entries"])
        #expect(made.code == 0 && made.status == 201, "\(made)")
        #expect(made.body == FakeDaemon.receipt(FakeDaemon.entry(statement)))
        let path = "/entries/\(Base64URL.encode(FakeDaemon.entry(statement)))"
        #expect(made.head.lowercased().contains("location: \(path.lowercased())"))
        let receipt = try await curl(station, friend, folder, ["\(station.url)\(path)"])
        #expect(receipt.status == 200 && receipt.body == made.body)
        let keys = try await curl(station, friend, folder, ["\(station.url)/.well-known/scitt-keys"])
        #expect(keys.status == 200 && keys.head.lowercased().contains("content-type: application/cbor"))
        station.daemon.with { $0.wanted[SHA256.hash(object)] = object.count }
        let piece = "\(folder)/object"
        try Data(object).write(to: URL(filePath: piece))
        let url = "\(station.url)/objects/\(hexadecimal(SHA256.hash(object)))"
        let put = try await curl(
          station, friend, folder,
          ["-T", piece, "-H", "content-type: application/octet-stream", "-H", "upload-offset: 0", url])
        #expect(put.status == 204 && put.head.lowercased().contains("upload-complete: ?1"))
        let head = try await curl(station, friend, folder, ["-I", url])
        #expect(head.status == 200 && head.head.lowercased().contains("upload-offset: 1000"))
      }
    }
  }

  @Test("It follows the redirects of the older drafts")
  func legacy() async throws {
    let friend = try TestIdentity("SYR/prisons")
    try await Station.run(TestIdentity("IRQ/justice"), adjust: Adjust { $0.legacyRedirects = true }) { station in
      try await station.know([friend.peer()])
      try await withFolder { folder in
        let file = "\(folder)/statement.cose"
        try Data([1, 2, 3]).write(to: URL(filePath: file))
        let made = try await curl(
          station, friend, folder,
          ["-L", "-H", "content-type: application/cose", "--data-binary", "@\(file)", "\(station.url)/entries"])
        #expect(made.code == 0 && made.status == 200 && made.head.contains("HTTP/1.1 303"), "\(made)")
        #expect(made.body == FakeDaemon.receipt(FakeDaemon.entry([1, 2, 3])))
      }
    }
  }

  @Test("With a certificate that is no peer's it gets no answer")
  func asStranger() async throws {
    try await Station.run(TestIdentity("IRQ/justice")) { station in
      try await station.know([try TestIdentity("SYR/prisons").peer()])
      try await withFolder { folder in
        let answer = try await curl(
          station, try TestIdentity("SYR/prisons"), folder, ["\(station.url)/checkpoint"])
        #expect(answer.code != 0 && answer.status == 0 && answer.body.isEmpty, "\(answer)")
      }
    }
  }
}
