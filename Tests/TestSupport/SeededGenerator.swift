import Foundation

/// SplitMix64: random test data that a printed seed brings back. AMANA_SEED chooses the seed.
public struct SeededGenerator: RandomNumberGenerator {
  public let seed: UInt64
  private var state: UInt64

  public init(seed: UInt64) {
    self.seed = seed
    state = seed
  }

  /// The seed of AMANA_SEED or a fresh one, printed in one line with the name of the test.
  public init(named name: String) {
    let chosen = ProcessInfo.processInfo.environment["AMANA_SEED"].flatMap { UInt64($0) }
    self.init(seed: chosen ?? UInt64.random(in: 0...UInt64.max))
    print("SEED \(name): AMANA_SEED=\(seed)")
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  public mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) } }
}
