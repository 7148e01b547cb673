import COSE
import ControlAPI
import Custody
import Foundation
import Testing

extension EndToEnd {
  /// Recalls, redirects and second releases between real daemons.
  @Suite struct RecallTests {
    @Test("F2 The receiver accepted first: the recall is void, and its sender is told at once which event won")
    func f2AcceptedFirst() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let convoy = CommandConvoy(world)
        let release = try await world.releaseArrived()
        try convoy.sign(irq, "accept", release, "--all", "--site", irq.site)
        #expect(try syr.amana("recall", release, "--reason", "road-closed").code == 0)
        let file = "\(world.folder)/recall.amana"
        #expect(try syr.amana("bundle", "export", file, "--to", irq.name).code == 0)
        let heard = try irq.amana("bundle", "import", file)
        #expect(heard.code == 0 && heard.output.contains("\n  flag V7"), "\(heard)")
        let recall = try await irq.newest("recall").statement
        #expect(heard.output.contains("recall of \(syr.name) (\(recall.prefix(16))):"), "\(heard)")
        let answer = try await irq.newest("recall-refused")
        #expect(answer.flags.isEmpty && answer.to == irq.name)
        let late = try irq.amana("agree", try await irq.newest("recall").statement)
        #expect(late.code == 1 && late.errors.contains("V7"), "\(late)")
        try await convoy.bring(from: irq, to: syr)
        #expect(try await syr.newest("recall-refused").statement == answer.statement)
        let custody = try await world.custody(release)
        #expect(custody.syr == custody.irq && custody.syr.allSatisfy { $0.contains("IRQ/justice held") })
        let again = try syr.amana("recall", release)
        #expect(again.code == 1 && again.errors.contains("answered"), "\(again)")
        // The same bundle again tells nothing new.
        let size = try await irq.status().size
        #expect(try irq.amana("bundle", "import", file).code == 0)
        #expect(try await irq.status().size == size)
        for side in [syr, irq] { #expect(try side.amana("audit").code == 0) }
      }
    }

    @Test("F2 The other way round: agreed to the recall first, so the acceptance is refused and told what won")
    func f2RecalledFirst() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let convoy = CommandConvoy(world)
        let release = try await world.releaseArrived()
        #expect(try syr.amana("recall", release).code == 0)
        try await convoy.bring(from: syr, to: irq)
        let agreed = try irq.amana("agree", try await irq.newest("recall").statement)
        #expect(agreed.code == 0, "\(agreed)")
        let lines = try await irq.lines(release).map(\.line)
        let late = try problem(try await irq.post(irq.outcome(release, "accepted", lines)))
        let winner = try await irq.newest("recall-agreed").statement
        #expect(late.status == 409 && late.code == "V7" && late.detail.contains("recalled"), "\(late)")
        #expect(late.detail.contains(winner))
        try await convoy.bring(from: irq, to: syr)
        let custody = try await world.custody(release)
        #expect(custody.syr == custody.irq && custody.syr.allSatisfy { $0.contains("SYR/prisons held") })
        // One command releases them again.
        try convoy.sign(syr, "release", release, "--to", irq.name)
        try await convoy.bring(from: syr, to: irq)
        let second = try await irq.newest("release").statement
        #expect(second != release)
        try convoy.sign(irq, "accept", second, "--all", "--site", irq.site)
        for side in [syr, irq] { #expect(try side.amana("audit").code == 0) }
      }
    }

    @Test("A recall overtakes its release: agreed to unseen, and the release is answered when it comes")
    func overtakes() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let intake = try await syr.sign(syr.intake())
        let release = try await syr.sign(syr.request("release", intake.statement, to: irq.name, hours: 8))
        let recall = try await syr.sign(syr.request("recall", release.statement))
        let whole = try Custody.Bundle(decoding: try await syr.bundle(to: irq))
        var writer = BundleWriter(exercise: false, created: whole.created, clear: true)
        for item in whole.rosters { writer.roster(item.value) }
        for item in whole.statements where item.value.event.type == .recall {
          writer.statement(item.value.message.bytes)
          writer.content(whole.content(of: item.value), of: item.value.id)
          for digest in item.value.event.sealed.map(\.ciphertextDigest) {
            writer.sealed(digest, try #require(whole.sealed[digest]))
          }
        }
        #expect(try await irq.take(writer.bytes).statements.map(\.result) == ["registered"])
        let agreed = try await irq.sign(irq.request("recall-agreed", recall.statement))
        #expect(agreed.lines == 12)
        _ = try await irq.take(try await syr.bundle(to: irq))
        _ = try await syr.take(try await irq.bundle(to: syr))
        let custody = try await world.custody(release.signedID)
        #expect(custody.syr == custody.irq && custody.syr.count == 12)
        #expect(custody.syr.allSatisfy { $0.contains("SYR/prisons held") })
        let lines = try await irq.lines(release.signedID).map(\.line)
        #expect(try problem(try await irq.post(irq.outcome(release.signedID, "accepted", lines))).code == "V7")
        for side in [syr, irq] { #expect(try side.amana("audit").code == 0) }
      }
    }

    @Test("F4 A refused line goes to another receiver by a redirect, once that one has agreed")
    func redirect() async throws {
      try await World.run(World.Setting(three: true)) { world in
        let (syr, irq, tur) = (world.syr, world.irq, world.tur)
        let convoy = CommandConvoy(world)
        let release = try await world.releaseArrived()
        let someone = try #require(try await irq.lines(release).first?.reference)
        try convoy.sign(irq, "refuse", release, "--lines", someone, "--reason", "no-capacity")
        try convoy.sign(irq, "accept", release, "--all", "--site", irq.site)
        try await convoy.bring(from: irq, to: syr)
        // What is said to TUR in the offer is what goes with them: nothing that was said of IRQ does.
        let border = try await convoy.border(syr, release, only: someone)
        #expect(try syr.amana("offer", release, "--to", tur.name, "--lines", someone, "--adds", border).code == 0)
        let unasked = try syr.amana("redirect", release, "--agreement", "00000000")
        #expect(unasked.code == 1, "\(unasked)")
        try await convoy.bring(from: syr, to: tur)
        #expect(try tur.amana("agree", try await tur.newest("offer").statement).code == 0)
        try await convoy.bring(from: tur, to: syr)
        let agreement = try await syr.newest("offer-agreed").statement
        let taken = try await syr.lines(release).filter { $0.answer == "accepted" }
        let all = try syr.amana("redirect", release, "--agreement", agreement, "--lines", "\(taken[0].line)")
        #expect(all.code == 1, "a line that was accepted is not redirected: \(all)")
        // The new receiver agreed to what it was offered; another kind is not passed over in silence.
        let other = try syr.amana(
          "redirect", release, "--agreement", agreement, "--kind", "third-country-repatriation")
        #expect(other.code == 1 && other.errors.contains("agreed to detainee-transfer, and not to"), "\(other)")
        try convoy.sign(syr, "redirect", release, "--agreement", agreement, "--kind", "detainee-transfer")
        try await convoy.bring(from: syr, to: tur)
        let redirected = try await tur.newest("redirect")
        #expect(redirected.lines == 1 && redirected.to == tur.name && redirected.flags.isEmpty, "\(redirected)")
        try convoy.sign(tur, "accept", redirected.statement, "--all", "--site", tur.site)
        try await convoy.bring(from: tur, to: syr)
        let held = try await syr.lines(release)
        #expect(held.count { $0.custodian == tur.name } == 1 && held.count { $0.custodian == irq.name } == 11)
        for side in [syr, irq, tur] { #expect(try side.amana("audit").code == 0) }
      }
    }

    @Test("F4 F7 A late bus after missing is a new release citing the answer; nothing is ever deleted")
    func lateBus() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let convoy = CommandConvoy(world)
        let release = try await world.releaseArrived()
        try convoy.sign(irq, "missing", release, "--all")
        try await convoy.bring(from: irq, to: syr)
        let sizes = [try await syr.status().size, try await irq.status().size]
        try convoy.sign(syr, "release", release, "--to", irq.name)
        try await convoy.bring(from: syr, to: irq)
        let second = try await irq.newest("release").statement
        try convoy.sign(irq, "accept", second, "--all", "--site", irq.site)
        let after = [try await syr.status().size, try await irq.status().size]
        #expect(after[0] > sizes[0] && after[1] > sizes[1])
        #expect(try await irq.lines(second).allSatisfy { $0.custodian == irq.name })
      }
    }
  }
}
