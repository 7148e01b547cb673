extension ObjectStore {
  /// Forgets an object that no statement came to commit to.
  public func remove(_ id: [UInt8]) async throws { try await change { try $0.destroy(id) } }
}
