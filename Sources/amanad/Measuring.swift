import ControlAPI
import Foundation
import OpenSSL
import ReceiptStore
import Roster

/// What is measured only when somebody asks.
struct Measuring {
  let office: Office
  let store: ReceiptStore

  private static let started = Date().timeIntervalSince1970.rounded()

  /// Everything, as GET /v1/metrics answers it.
  func text() async throws -> [UInt8] {
    Array(Metrics.shared.text(with: try await record() + trust() + process()).utf8)
  }

  private func record() async throws -> [(Metrics.Series, Double)] {
    try await store.read { reader in
      let now = currentTime()
      return try reader.undelivered().flatMap { waiting -> [(Metrics.Series, Double)] in
        let peer = ["peer", waiting.peer.description]
        return [
          (.init(.undelivered, peer), Double(waiting.open + waiting.refused)),
          (.init(.undeliveredAge, peer), Double(max(0, now - waiting.oldestSince))),
        ]
      } + [
        (.init(.incomplete), Double(try reader.incompleteCount())), (.init(.logEntries), Double(try reader.size())),
        (.init(.alarms), Double(try reader.alarms().count)),
        (.init(.drafts), Double(try reader.openDraftCount())),
        (.init(.overdue), Double(try reader.overdue(at: now))),
      ]
    }
  }

  private func trust() -> [(Metrics.Series, Double)] {
    let now = currentTime()
    // Of two keys of one purpose the one that ends last counts: it is the one that still signs.
    let ends = Dictionary(office.authority.keys.map { ($0.purpose, $0.notAfter) }, uniquingKeysWith: max)
    let certificates = office.authority.keys.compactMap { $0.certificate?.notAfter }.max()
    let certificate = certificates.map { [(Metrics.Series(.certificateExpiry), Double($0 - now))] } ?? []
    return certificate + ends.map { (.init(.keyExpiry, ["purpose", $0.rawValue]), Double($1 - now)) } + [
      (.init(.rosterNextUpdate), Double(office.roster.body.nextUpdate)),
      (.init(.build, ["version", amanaVersion, "openssl", openSSLVersion()]), 1),
    ]
  }

  private func process() -> [(Metrics.Series, Double)] {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let resident = status.firstMatch(of: /VmRSS:\s+([0-9]+) kB/).flatMap { Double($0.output.1) } ?? 0
    let descriptors = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
    return [
      (.init(.started), Self.started), (.init(.memory), resident * 1024), (.init(.descriptors), Double(descriptors)),
    ]
  }
}
