import COSE
import OpenSSL
import Roster
import Testing

/// Two signed contents of one version are kept as proof that anybody can check.
@Suite struct RosterForkTests {
  let made: TestRoster
  let first: VerifiedRoster

  init() throws {
    made = try TestRoster()
    first = try made.first()
  }

  private func second(_ days: UnixTime, by keys: [PrivateKey]? = nil) throws -> [UInt8] {
    try made.next(first, next: first.body.nextUpdate + days * 86_400).signed(by: keys ?? made.holders).bytes
  }

  @Test func aForkIsProvenToWhoTrustsTheOneBeforeOrOneOfTheTwo() throws {
    let (left, right) = (try second(1), try second(2))
    let fork = try #require(RosterFork(left, right))
    #expect(fork == RosterFork(right, left) && fork.version == 2 && fork.coalition == "Test")
    #expect(fork.digests[0].lexicographicallyPrecedes(fork.digests[1]))
    #expect(fork.isProven(to: first))
    #expect(fork.isProven(to: try VerifiedRoster.verify(left, following: first)))
    #expect(fork.isProven(to: try VerifiedRoster.verify(right, following: first)))
    #expect(!fork.isProven(to: try TestRoster().first()))
    #expect(try RosterFork(decoding: fork.encoded()) == fork)
  }

  @Test func whatTooFewSignedProvesNothing() throws {
    let (good, poor) = (try second(1), try second(2, by: [made.holders[0]]))
    let fork = try #require(RosterFork(good, poor))
    #expect(!fork.isProven(to: first))
    #expect(!fork.isProven(to: try VerifiedRoster.verify(good, following: first)))
    let reversed = try #require(RosterFork(poor, good))
    #expect(!reversed.isProven(to: first))
  }

  @Test func theSameContentSignedTwiceAndOtherVersionsAreNoFork() throws {
    let good = try second(1)
    #expect(RosterFork(good, try second(1)) == nil)
    #expect(RosterFork(good, first.bytes) == nil)
    #expect(RosterFork(good, []) == nil)
    let other = try made.next(first, next: first.body.nextUpdate + 9, coalition: "Other").signed(by: made.holders)
    #expect(RosterFork(good, other.bytes) == nil)
    let exercise = try made.next(first, next: first.body.nextUpdate + 9, exercise: true).signed(by: made.holders)
    #expect(RosterFork(good, exercise.bytes) == nil)
  }

  @Test func aProofHasOneForm() throws {
    let fork = try #require(RosterFork(second(1), second(2)))
    let swapped = CBOR.map(["first": .bytes(fork.second), "second": .bytes(fork.first)]).encoded()
    #expect(throws: DecodeError.self) { try RosterFork(decoding: swapped) }
    let more = CBOR.map(["first": .bytes(fork.first), "second": .bytes(fork.second), "third": 1]).encoded()
    for bytes in [more, [], Array(fork.encoded().dropLast()), fork.encoded() + [0]] {
      #expect(throws: DecodeError.self) { try RosterFork(decoding: bytes) }
    }
  }
}
