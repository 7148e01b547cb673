public import Foundation

/// Objects of which something is here and not all.
extension ObjectStore {
  /// How many bytes are kept of each.
  public func parts() async throws -> [[UInt8]: UInt64] { try await change { try $0.parts() } }

  /// Forgets those that nobody has gone on with since.
  /// - Returns: their ids.
  public func forgetParts(untouchedSince date: Date) async throws -> [[UInt8]] {
    try await change { try $0.discardParts(untouchedSince: date) }
  }

  /// How much room the file system has left for us; nil when it does not say.
  public func freeByteCount() async throws -> UInt64? { try await change { $0.freeByteCount() } }
}
