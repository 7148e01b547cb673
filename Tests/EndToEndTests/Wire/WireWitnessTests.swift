import COSE
import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster
import Testing
import TransparencyLog

extension EndToEnd {
  @Suite("Cosignatures by wire")
  struct WireWitnessTests {
    /// Each of three is witnessed by the other two.
    private static func witnessed(_ quorum: UInt64) -> Loopback.Setting {
      Loopback.Setting(
        members: 3,
        prepare: { wire in
          let names = try wire.members.map { try $0.authorityName }
          let first = try VerifiedRoster.verify(
            [UInt8](Data(contentsOf: URL(filePath: "\(wire.folder)/roster.cose"))),
            pinned: try #require(decodeHexadecimal(wire.digest)))
          let old = first.body
          let body = RosterBody(
            coalition: old.coalition, exercise: old.exercise, version: 2, previous: first.digest,
            issuedAt: old.issuedAt + 1, nextUpdate: old.nextUpdate, root: old.root, members: old.members,
            authorities: old.authorities.map { authority in
              authority.with(
                witnessing: Witnessing(witnesses: names.filter { $0 != authority.name }, quorum: quorum))
            })
          let bytes = try body.signed(by: wire.members.map { try $0.key("\($0.folder)/root/root.pem") }).bytes
          let digest = hexadecimal(SHA256.hash(body.encoded()))
          for member in wire.members {
            try Data(bytes).write(to: URL(filePath: "\(member.folder)/roster.cose"))
            let file = AuthorityFile(authority: member.name, rosterDigest: digest, twoUsers: false)
            try JSONEncoder().encode(file).write(to: URL(filePath: "\(member.folder)/authority.json"))
          }
        })
    }

    private func witnesses(in note: [UInt8], of wire: Loopback) throws -> Set<String> {
      let signed = try SignedCheckpoint(decoding: note)
      return Set(
        try wire.members.filter { member in
          let key = try member.key("\(member.folder)/keys/witness.pem").publicKey
          let name = "\(member.name.prefix(3).lowercased()).example/custody/witness"
          return signed.cosignatureTime(name: name, key: key) != nil
        }.map(\.name))
    }

    @Test("A checkpoint gets its quorum: by status, by the note that is served, and by what a bundle carries")
    func quorum() async throws {
      try await Loopback.run(Self.witnessed(2)) { wire in
        for _ in 0..<3 { _ = try await wire.syr.sign(wire.syr.intake(2)) }
        let size = try await wire.syr.status().size
        let done = try await becomes {
          let status = try await wire.syr.status()
          return status.witnesses.cosigned == 2 && status.witnesses.size == size
        }
        let status = try await wire.syr.status()
        #expect(done, "\(status.witnesses)")
        #expect(status.witnesses.named == 2 && status.witnesses.quorum == 2 && status.witnesses.at > 0)
        let others = Set([wire.members[1].name, wire.members[2].name])
        let note = try await wire.syr.send(.get, "/v1/checkpoint").body
        #expect(try witnesses(in: note, of: wire) == others)
        #expect(try SignedCheckpoint(decoding: note).checkpoint.size == size)
        let served = try await ExchangeClient(wire.syr).ask(.getCheckpoint).body
        #expect(served == note)
        // Whoever follows this log sees who has cosigned it, and the witness serves what it cosigned.
        for witness in wire.members.dropFirst() {
          let kept = try await WitnessClient(witness).newest("syr.example/custody/log/1")
          #expect(kept?.checkpoint.size == size)
        }
        let seen = try await becomes {
          let answer = try await wire.irq.send(.get, "/v1/checkpoint?log=\(wire.syr.name)")
          return try answer.status == 200 && witnesses(in: answer.body, of: wire) == others
        }
        #expect(seen)
        let shown = try wire.syr.amana("status", "--lang", "en").output
        #expect(shown.contains("2 of 2 have cosigned the newest checkpoint, and 2 must"), "\(shown)")
        #expect(shown.contains("the newest checkpoint that enough have cosigned: \(size)"), "\(shown)")
        for member in wire.members { #expect(try await member.status().alarms.isEmpty) }
        try wire.audit()
      }
    }

    @Test("A witness that was away is asked again, from what it knows, and the quorum does without it meanwhile")
    func away() async throws {
      try await Loopback.run(Self.witnessed(1)) { wire in
        wire.couriers[2].crash()
        _ = try await wire.syr.sign(wire.syr.intake(2))
        let size = try await wire.syr.status().size
        let enough = try await becomes { try await wire.syr.status().witnesses.size == size }
        #expect(enough)
        let meanwhile = try await wire.syr.status().witnesses
        #expect(meanwhile.cosigned == 1 && meanwhile.named == 2)
        try wire.startCourier(2)
        _ = try wire.couriers[2].ready()
        // Its absence has made the pauses between two questions longer.
        let both = try await becomes(within: 120) { try await wire.syr.status().witnesses.cosigned == 2 }
        #expect(both)
      }
    }
  }
}
