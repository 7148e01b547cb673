import COSE
import OpenSSL
import Roster
import Testing

/// A roster is signed by one holder after another, and nobody else.
@Suite struct RosterProposalTests {
  let made: TestRoster

  init() throws { made = try TestRoster() }

  private func refusal(_ proposal: RosterProposal, _ key: PrivateKey, before old: RosterBody? = nil)
    -> RosterProposal.Refusal?
  {
    do throws(RosterProposal.Refusal) {
      _ = try proposal.holder(of: key.publicKey, before: old)
      return nil
    } catch { return error }
  }

  @Test func signaturesAreAddedOneByOne() throws {
    let body = try made.body()
    var proposal = try RosterProposal(body)
    #expect(proposal.signers(of: body.root).isEmpty)
    #expect(throws: RosterRefusal.self) { try VerifiedRoster.verify(proposal.bytes, pinned: proposal.digest) }
    for (index, key) in made.holders.enumerated() {
      #expect(refusal(proposal, key) == nil)
      proposal = try RosterProposal(decoding: proposal.signed(by: key).bytes)
      #expect(proposal.signers(of: body.root).count == index + 1)
      #expect(refusal(proposal, key) == .signedAlready(holder: "holder-\(index)"))
    }
    #expect(try VerifiedRoster.verify(proposal.bytes, pinned: proposal.digest).body == body)
    #expect(refusal(proposal, made.statement) == .noRootKey)
    #expect(try refusal(proposal, .generate(.p256)) == .noRootKey)
  }

  @Test("A root key that is revoked signs nothing, unless the root before still knows it")
  func revokedKeys() throws {
    let lost = Revocation(reason: .lost, effectiveFrom: TestRoster.issued)
    let holders = try made.root().holders
    let gone = RootHolder(
      holder: "holder-0", keys: [try TestRoster.record(.root, made.holders[0], revoked: [lost])])
    let body = try made.body(
      root: RosterRoot(threshold: 2, emergencyThreshold: 1, holders: [gone] + holders.dropFirst()))
    let proposal = try RosterProposal(body)
    #expect(refusal(proposal, made.holders[0]) == .standing(holder: "holder-0", .revoked(lost)))
    #expect(refusal(proposal, made.holders[0], before: try made.body()) == nil)
  }

  @Test("A holder who has left signs nothing, unless the root before still counts it")
  func departedHolders() throws {
    let holders = try made.root().holders
    let left = RootHolder(holder: holders[0].holder, status: .departed, keys: holders[0].keys)
    let root = RosterRoot(threshold: 2, emergencyThreshold: 1, holders: [left] + holders.dropFirst())
    let proposal = try RosterProposal(made.body(root: root))
    #expect(refusal(proposal, made.holders[0]) == .noRootKey)
    #expect(refusal(proposal, made.holders[0], before: try made.body()) == nil)
    #expect(refusal(proposal, made.holders[1]) == nil)
  }

  @Test("Nothing but the reader of proposals takes a message without signatures")
  func unsigned() throws {
    let bytes = try RosterProposal(made.body()).bytes
    #expect(throws: DecodeError.self) { try Sign(decoding: bytes) }
    #expect(throws: RosterRefusal.self) { try VerifiedRoster.digest(of: bytes) }
  }
}
