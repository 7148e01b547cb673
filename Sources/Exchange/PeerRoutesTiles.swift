import ControlAPI
import Foundation
import TransparencyLog

extension PeerRoutes {
  /// A file of our log as the daemon has put it there; the daemon is not asked.
  func tile(_ file: TilePath, _ epoch: UInt64?) throws(PeerAnswer) -> PeerAnswer {
    guard let directory = tilesDirectory, let epoch = epoch ?? Self.newestEpoch(in: directory),
      let bytes = TileFolder(path: "\(directory)/log/\(epoch)").bytes(of: file)
    else { throw .notFound }
    guard file != .checkpoint else {
      return PeerAnswer(
        status: 200, mediaType: "text/plain; charset=utf-8", body: bytes, further: [("cache-control", "no-cache")])
    }
    // What a path names never changes; to others than this peer it is not to be given out of a shared cache.
    return PeerAnswer(
      status: 200, mediaType: "application/octet-stream", body: bytes,
      further: [("cache-control", "private, max-age=31536000, immutable")])
  }

  private static func newestEpoch(in directory: String) -> UInt64? {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(directory)/log")) ?? []
    return names.compactMap { UInt64($0) }.max()
  }
}
