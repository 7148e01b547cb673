import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster
import Testing

extension EndToEnd {
  /// An approval counts while its officer may approve: it may lapse before the last one comes.
  @Suite struct LapsedApprovalTests {
    private static let newcomer: UInt64 = 9

    /// Officer 2 has left, and officer 9 has come.
    private func exchanged(_ authority: Authority, _ key: PrivateKey) throws -> Authority {
      let former = try #require(authority.officers.first { $0.number == 2 })
      let record = try #require(former.keys.first)
      let new = try #require(
        KeyRecord(
          purpose: record.purpose, key: key.publicKey, notBefore: record.notBefore, notAfter: record.notAfter))
      let officers = authority.officers.map { officer in
        officer.number == 2
          ? Officer(number: 2, roles: officer.roles, status: .departed, keys: officer.keys) : officer
      }
      return authority.with(
        officers: officers + [Officer(number: Self.newcomer, roles: former.roles, keys: [new])])
    }

    @Test(
      "V14 Whoever has left since counts no more: a fact is not put on record with one officer too few, an intention waits",
      arguments: ["intake", "release"])
    func left(event: String) async throws {
      try await World.run(starts: false) { world in
        let syr = world.syr
        let daemon = try syr.daemon().ready()
        let held = try #require(try await syr.sign(syr.intake(2)).statement)
        let draft = try await syr.draft(
          event == "intake" ? syr.intake(3) : syr.request(event, held, to: world.irq.name))
        let first: DraftView = try decoded(try await syr.approve(draft, 2))
        #expect(first.approvedBy == [2] && first.officersApproved == 1)

        let key = try PrivateKey.generate(.p256)
        let next = try world.next(after: world.firstRoster(), by: [syr, world.irq], version: 2) { authority in
          authority.name.description == syr.name ? try exchanged(authority, key) : authority
        }
        try world.pin(syr, next.bytes, next.digest)
        daemon.command.signal(SIGHUP)
        #expect(try await syr.adopts(2))
        let waiting: DraftView = try await syr.get("/v1/drafts/\(draft.draftID)")
        #expect(waiting.approvedBy.isEmpty && waiting.officersApproved == 0, "\(waiting)")
        // The view of the keys that is sent upon adoption is no matter of this.
        func count() async throws -> Int {
          try await syr.get("/v1/statements?event=\(event)", as: [StatementView].self).count
        }
        let before = try await count()
        let second: DraftView = try decoded(try await syr.approve(draft, 1))
        #expect(second.statement == nil && second.approvedBy == [1] && second.approvalsMissing == 1, "\(second)")
        #expect(try await count() == before, "nothing is signed with one officer")

        let path = syr.officer(Int(Self.newcomer))
        try Data(key.pem()).write(to: URL(filePath: path))
        let signed: DraftView = try decoded(try await syr.hand(syr.approval(draft, path), to: draft))
        let statement = try #require(signed.statement)
        #expect(signed.approvedBy.sorted() == [1, Self.newcomer])
        let shown: StatementView = try await syr.get("/v1/statements/\(statement)")
        #expect(!shown.flags.contains { $0.code == "V14" }, "\(shown.flags)")
        #expect(try await syr.signed(statement).event.approvals.count == 2)
        #expect(try syr.amana("audit").code == 0)
      }
    }

    @Test("V30 A release that waited is not signed once others may have a key that it was sealed to")
    func lostSealKey() async throws {
      try await World.run(starts: false) { world in
        let syr = world.syr
        let daemon = try syr.daemon().ready()
        let held = try #require(try await syr.sign(syr.intake(2)).statement)
        let draft = try await syr.draft(syr.request("release", held, to: world.irq.name))
        #expect(try await syr.approve(draft, 1).status == 200)
        let new = try PrivateKey.generate(.p256).publicKey
        let first = try world.firstRoster()
        let next = try world.next(after: first, by: [syr, world.irq], version: 2) { authority in
          guard authority.name.description == world.irq.name else { return authority }
          let party = try #require(authority.keys.first { $0.purpose == .seal && $0.role == .party })
          let following = try #require(
            KeyRecord(
              purpose: .seal, key: new, notBefore: party.notBefore, notAfter: party.notAfter, role: .party))
          let keys = try authority.keys.map { record in
            record.key == party.key ? try record.revoked(.compromised, from: first.body.issuedAt + 1) : record
          }
          return authority.with(keys: keys + [following])
        }
        try world.pin(syr, next.bytes, next.digest)
        daemon.command.signal(SIGHUP)
        #expect(try await syr.adopts(2))
        let refused = try problem(try await syr.approve(draft, 2))
        #expect(refused.status == 409 && refused.code == "V30", "\(refused)")
        #expect(refused.detail.contains(world.irq.name), "\(refused)")
        #expect(refused.next?.contains("amana discard") == true, "\(refused)")
        #expect(try syr.amana("discard", draft.draftID).code == 0)
        #expect(try await syr.sign(syr.request("release", held, to: world.irq.name)).statement != nil)
        #expect(try syr.amana("audit").code == 0)
      }
    }

    @Test("V15 An approval of a key that others are known to have is not taken, whatever moment it names")
    func backdated() async throws {
      try await World.run(starts: false) { world in
        let syr = world.syr
        let first = try world.firstRoster()
        let start = first.body.issuedAt
        let next = try world.next(after: first, by: [syr, world.irq], version: 2) { authority in
          authority.name.description == syr.name
            ? try authority.revoking(officer: 2, .compromised, from: start + 1) : authority
        }
        _ = try syr.daemon().ready().stop()
        try world.pin(syr, next.bytes, next.digest)
        _ = try syr.daemon().ready()
        #expect(try await syr.status().rosterVersion == 2)
        let draft = try await syr.draft(syr.intake(2))
        let bytes = try #require(decodeHexadecimal(draft.content))
        let early = try Approval.sign(
          draft: bytes, record: Event(decoding: bytes[...]).recordID, issuer: draft.issuer, at: start,
          with: syr.key(syr.officer(2)))
        let refused = try problem(try await syr.hand(ApprovalRequest(approval: hexadecimal(early)), to: draft))
        #expect(refused.status == 403 && refused.code == "V14", "\(refused)")
      }
    }
  }
}
