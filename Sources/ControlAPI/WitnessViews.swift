extension StatusView {
  /// How far the log is cosigned by the witnesses that the roster names for it.
  public struct Witnesses: Codable, Hashable, Sendable {
    /// How many are named; 0 where nobody is.
    public var named: Int
    /// How many of them must cosign a checkpoint.
    public var quorum: UInt64
    /// How many have cosigned the newest one.
    public var cosigned: Int
    /// The size of the newest one that enough have cosigned; 0 while there is none.
    public var size: UInt64
    /// When the last of those did, in seconds since 1970; 0 while there is none.
    public var at: Int64

    public init(named: Int, quorum: UInt64, cosigned: Int, size: UInt64, at: Int64) {
      self.named = named
      self.quorum = quorum
      self.cosigned = cosigned
      self.size = size
      self.at = at
    }

    /// Nobody is named.
    public static let none = Witnesses(named: 0, quorum: 0, cosigned: 0, size: 0, at: 0)
  }
}
