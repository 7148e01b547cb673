import Custody
import Foundation
import TestSupport
import Testing

/// Random histories of several logs, after every step of which a simple model of custody.md must say the same as the code
/// about whoever a log has heard of. AMANA_HISTORIES says how many; AMANA_SEED brings a run back.
@Suite("The code against a simple model")
struct SimpleModelTests {
  /// What went wrong, and the story until then.
  struct Failure {
    let what: String
    let story: [String]
  }

  private static let deeds = 30

  /// Lives through a history; nil when model and code agree all along.
  static func failure(of deeds: [UInt64], seed: UInt64, isTold: Bool = false) throws -> Failure? {
    try failure(in: ModelledWorld(seed: seed, isTold: isTold), deeds)
  }

  static func failure(in world: ModelledWorld, _ deeds: [UInt64]) throws -> Failure? {
    do {
      try world.intake(by: 0)
      for deed in deeds { try world.act(by: deed) }
      try world.converge()
      return nil
    } catch let disagreement as Disagreement {
      return Failure(what: disagreement.description, story: world.story)
    }
  }

  static func deeds(of seed: UInt64) -> [UInt64] {
    var random = SeededGenerator(seed: seed ^ 0x5eed)
    return (0..<Self.deeds).map { _ in random.next() }
  }

  /// Leaves out whatever deeds are not needed to fail.
  static func shrunk(_ deeds: [UInt64], seed: UInt64) throws -> (deeds: [UInt64], Failure?) {
    var (deeds, width) = (deeds, max(1, deeds.count / 2))
    while true {
      var start = 0
      while start < deeds.count {
        let fewer = Array(deeds[..<start] + deeds[min(start + width, deeds.count)...])
        if try failure(of: fewer, seed: seed) != nil { deeds = fewer } else { start += width }
      }
      if width == 1 { return (deeds, try failure(of: deeds, seed: seed, isTold: true)) }
      width = max(1, width / 2)
    }
  }

  /// One history after another until one fails, which is shrunk and told.
  private static func failing(among seeds: [UInt64]) throws -> String? {
    for seed in seeds where !Task.isCancelled {
      guard try failure(of: deeds(of: seed), seed: seed) != nil else { continue }
      let (least, failure) = try shrunk(deeds(of: seed), seed: seed)
      return """
        seed \(seed), \(least.count) of \(Self.deeds) deeds: \(failure?.what ?? "")
        \(failure?.story.joined(separator: "\n") ?? "")
        """
    }
    return nil
  }

  @Test("V1, V7: whatever happens, in whatever order it is heard, both say who holds whom")
  func histories() async throws {
    let environment = ProcessInfo.processInfo.environment
    let count = environment["AMANA_HISTORIES"].flatMap { Int($0) } ?? 300
    var seeds = SeededGenerator(named: "simple model")
    let drawn = (0..<count).map { _ in seeds.next() }
    let lanes = max(1, min(ProcessInfo.processInfo.activeProcessorCount, count / 100))
    let began = ContinuousClock.now
    try await withThrowingTaskGroup(of: String?.self) { group in
      for lane in 0..<lanes {
        let part = stride(from: lane, to: count, by: lanes).map { drawn[$0] }
        group.addTask { try Self.failing(among: part) }
      }
      for try await found in group {
        guard let found else { continue }
        Issue.record("\(found)")
        group.cancelAll()
      }
    }
    print("HISTORIES \(count) in \(ContinuousClock.now - began)")
  }
}
