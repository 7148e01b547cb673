import ControlAPI
import Custody
import Foundation
import Roster
import Testing

extension EndToEnd {
  /// Drafted and approved where no daemon is, and brought on a stick.
  @Suite struct OfflineTests {
    @Test("Without a daemon an intake is drafted and approved by two officers; brought twice it has one effect")
    func intake() async throws {
      try await World.run(starts: false) { world in
        let (laptop, syr) = (try Laptop(world, world.syr), world.syr)
        let drafted = try laptop.intake(3, ["--occurred-at", ago(hours: 2), "--time-source", "manual"])
        #expect(drafted.output.contains("nothing is signed yet") && drafted.output.contains("waits for 2 officers"))
        let bytes = try laptop.bytes("intake.draft")
        for name in ["Abdulsalam", "محمد", "HSK-1001"].map({ Array($0.utf8) }) {
          #expect(!bytes.indices.contains { bytes[$0...].starts(with: name) }, "the stick shows nobody")
        }
        let bare = try laptop.show("intake.draft")
        #expect(
          bare.approvalsMissing == 2 && bare.approvedBy.isEmpty && bare.mayApprove == [1, 2] && bare.lines == 3)
        let first = try laptop.approve("intake.draft", syr.officer(2))
        #expect(first.output.contains(syr.site) && first.output.contains("officer 2 has approved"), "\(first)")
        // What is signed is shown: that the clock was set by hand, that people are detained, where they came from.
        for text in ["clock set by hand", "liberty", "detained", "detainee-transfer", "direct"] {
          #expect(first.output.contains(text), "\(text): \(first)")
        }
        let half = try laptop.show("intake.draft")
        #expect(half.approvedBy == [2] && half.approvalsMissing == 1 && half.mayApprove == [1])
        let second = try laptop.approve("intake.draft", syr.officer(1))
        #expect(second.output.contains("amana import"), "\(second)")
        let file = try laptop.decoded("intake.draft")

        _ = try syr.daemon().ready()
        let once = try laptop.bring("intake.draft")
        let statement = try #require(once.statement)
        #expect(once.left.isEmpty && once.approvedBy.sorted() == [1, 2] && once.draftID == file.id.uuid)
        #expect(try await syr.status().size == 4)
        #expect(try laptop.bring("intake.draft").statement == statement)
        #expect(try await syr.status().size == 4)
        #expect(try await syr.custodians(statement) == ["SYR/prisons held"])
        // What was registered is what was approved, byte for byte, and the laptop's clock stands in it.
        let signed = try await syr.signed(statement)
        #expect(signed.event.encoded(includingApprovals: false) == file.eventBytes)
        #expect(signed.event.approvals == file.approvals && signed.event.occurred.source == .manual)
        #expect(
          try await syr.lines(statement).compactMap(\.reference).sorted() == ["HSK-1001", "HSK-1002", "HSK-1003"])
        #expect(try syr.amana("audit").code == 0)
        // It goes on like any other.
        #expect(try await syr.draft(syr.request("release", statement, to: world.irq.name)).lines == 3)
      }
    }

    @Test("From a kit a release and its acceptance are drafted and approved without a daemon, and custody moves")
    func handover() async throws {
      try await World.run(starts: false) { world in
        let (syr, irq) = (world.syr, world.irq)
        let (here, there) = (try Laptop(world, syr), try Laptop(world, irq))
        let first = try syr.daemon().ready()
        let intake = try #require(try await syr.sign(syr.intake(4)).statement)
        try here.fetchKit()
        #expect(
          try world.amana(["verify", here.file("kit.amana"), "--roster", "\(world.folder)/roster.cose"]).code == 0)
        first.crash()
        let release = ["release", intake, "--to", irq.name, "--lines", "HSK-1001,HSK-1002,HSK-1003"]
        let needed = try here.draft(release, to: "none.draft", code: 2)
        #expect(needed.errors.contains("--kit") && !FileManager.default.fileExists(atPath: here.file("none.draft")))
        let drafted = try here.draft(release, to: "release.draft", kit: "kit.amana")
        #expect(drafted.output.contains("the kit says how things stood") && !drafted.output.contains("KIT"))
        try outdated(here, release)
        try here.approve("release.draft")
        _ = try syr.daemon().ready()
        let released = try #require(try here.bring("release.draft").statement)
        #expect(try await syr.phases(released) == ["released"])

        let second = try irq.daemon().ready()
        let arrived = try await irq.take(syr.bundle(to: irq)).statements
        #expect(arrived.contains { $0.statement == released && $0.result == "registered" && $0.failings.isEmpty })
        let opened = try await irq.lines(released)
        #expect(opened.compactMap(\.reference).sorted() == ["HSK-1001", "HSK-1002", "HSK-1003"])
        try there.fetchKit()
        second.crash()
        try there.draft(
          ["accept", released, "--all", "--except", "HSK-1002", "--site", irq.site], to: "accept.draft",
          kit: "kit.amana")
        try there.draft(["missing", released, "--lines", "HSK-1002"], to: "missing.draft", kit: "kit.amana")
        for name in ["accept.draft", "missing.draft"] { try there.approve(name) }
        _ = try irq.daemon().ready()
        for name in ["accept.draft", "missing.draft"] { #expect(try there.bring(name).statement != nil) }
        _ = try await syr.take(irq.bundle(to: syr))
        let (atSYR, atIRQ) = try await world.custody(released)
        #expect(atSYR == atIRQ)
        #expect(atSYR.count { $0.hasSuffix("IRQ/justice held") } == 2)
        #expect(atSYR.count { $0.hasSuffix("SYR/prisons missing") } == 1)
        #expect(try syr.amana("audit").code == 0 && irq.amana("audit").code == 0)
      }
    }

    /// Nobody drafts from a kit of last week without being told.
    private func outdated(_ laptop: Laptop, _ release: [String]) throws {
      var kit = try laptop.bytes("kit.amana")
      let said = Array("created".utf8) + [0x78, 25]
      let start = try #require(kit.indices.first { kit[$0...].starts(with: said) }) + said.count
      for (hours, word) in [(24.0 * 9, "THE KIT IS OLD: 9 days"), (-48, "CLOCK IS WRONG")] {
        kit.replaceSubrange(start..<start + 25, with: Array(ago(hours: hours).utf8))
        try laptop.write(kit, to: "other.amana")
        let told = try laptop.draft(release, to: "from\(hours).draft", kit: "other.amana")
        #expect(told.output.contains(word), "\(told)")
      }
    }

    @Test("A head that has moved since is refused, the line is named with what to do, and nothing is kept or lost")
    func staleHead() async throws {
      try await World.run { world in
        let (syr, laptop) = (world.syr, try Laptop(world, world.syr))
        let intake = try #require(try await syr.sign(syr.intake(3)).statement)
        try laptop.fetchKit()
        try laptop.draft(["release", intake, "--to", world.irq.name], to: "release.draft", kit: "kit.amana")
        try laptop.approve("release.draft")
        var other = syr.request("release", intake, to: world.irq.name)
        other.lines = [try #require(try await syr.lines(intake).first { $0.reference == "HSK-1002" }).line]
        _ = try await syr.sign(other)
        let (size, bytes) = (try await syr.status().size, try laptop.bytes("release.draft"))
        let refused = try problem(try await laptop.hand(bytes))
        #expect(refused.status == 409 && ["V2", "V3"].contains(refused.code), "\(refused)")
        #expect(refused.failings?.allSatisfy { $0.detail.contains("HSK-1002") } == true, "\(refused)")
        #expect(refused.next?.contains("amana kit") == true)
        // A refusal that names people is a read of them, by whichever door it comes.
        #expect(try problem(try await syr.post(syr.request("release", intake, to: world.irq.name))).status == 409)
        let reads: [ReadView] = try await syr.get("/v1/reads")
        for operation in ["importDraft", "createDraft"] {
          #expect(reads.contains { $0.operation == operation && $0.statement == intake }, "\(operation): \(reads)")
        }
        let answer = try syr.amana("import", laptop.file("release.draft"))
        #expect(answer.code == 1 && answer.errors.contains("HSK-1002") && answer.errors.contains("amana kit"))
        #expect(try await syr.status().size == size)
        #expect(try await syr.get("/v1/drafts", as: [DraftView].self).isEmpty)
        #expect(try laptop.bytes("release.draft") == bytes)
        // A new kit knows it.
        try laptop.fetchKit("new.amana")
        let again = try laptop.draft(
          ["release", intake, "--to", world.irq.name], to: "again.draft", kit: "new.amana", code: 1)
        #expect(again.errors.contains("HSK-1002"))
        try laptop.draft(
          ["release", intake, "--to", world.irq.name, "--lines", "HSK-1001,HSK-1003"], to: "rest.draft",
          kit: "new.amana")
        try laptop.approve("rest.draft")
        #expect(try laptop.bring("rest.draft").statement != nil)
      }
    }

    @Test("A wrong officer, the same officer twice and a tampered byte are refused, on the laptop and by the daemon")
    func refused() async throws {
      try await World.run { world in
        let (syr, laptop) = (world.syr, try Laptop(world, world.syr))
        try laptop.intake()
        try laptop.approve("intake.draft", syr.officer(1))
        let bytes = try laptop.bytes("intake.draft")
        let foreign = try laptop.approve("intake.draft", world.irq.officer(1), code: 1)
        #expect(foreign.errors.contains("no officer's of SYR/prisons"), "\(foreign)")
        let twice = try laptop.approve("intake.draft", syr.officer(1), code: 1)
        #expect(twice.errors.contains("officer 1") && twice.errors.contains("another officer"))
        #expect(try laptop.bytes("intake.draft") == bytes, "the file is as it was")
        // A hostile client writes what the command does not.
        var file = try laptop.decoded("intake.draft")
        let isNew = try file.add(
          approval: Approval.sign(
            draft: file.eventBytes, record: file.event.recordID, issuer: file.authority.uri,
            at: Int64(Date().timeIntervalSince1970), with: syr.key(world.irq.officer(2))))
        #expect(isNew)
        let wrong = try problem(try await laptop.hand(file.encoded()))
        #expect(wrong.status == 403 && wrong.code == "V14", "\(wrong)")
        try laptop.approve("intake.draft", syr.officer(2))
        let whole = try laptop.bytes("intake.draft")
        let event = try #require(whole.indices.first { whole[$0...].starts(with: file.eventBytes) })
        // In an approval, in the event, in what is sealed, in the number of lines.
        for index in [whole.count - 1, event + 40, whole.count - 3000] {
          var changed = whole
          changed[index] ^= 1
          let problem = try problem(try await laptop.hand(changed))
          #expect([403, 422].contains(problem.status), "\(index): \(problem)")
          try laptop.write(changed, to: "changed.draft")
          let answer = try syr.amana("import", laptop.file("changed.draft"))
          #expect(answer.code == 1 && answer.errors.contains("not to be relied on"), "\(index): \(answer)")
        }
        let (lines, other) = (Array("lines".utf8) + [3], Array("lines".utf8) + [4])
        let at = try #require(whole.indices.first { whole[$0...].starts(with: lines) })
        let miscounted = Array(whole[..<at]) + other + whole[(at + other.count)...]
        #expect(try problem(try await laptop.hand(miscounted)).code == "content")
        // Nobody is shown a number of lines that is not the one they sign.
        try laptop.write(
          Array(whole[..<at]) + Array("lines".utf8) + [12] + whole[(at + other.count)...], to: "grown.draft")
        let grown = try laptop.approve("grown.draft", syr.officer(1), code: 1)
        #expect(grown.errors.contains("12 lines") && !grown.output.contains("approving"), "\(grown)")
        #expect(try problem(try await laptop.hand(whole.dropLast(20))).status == 422)
        #expect(try await syr.status().size == 3)
        #expect(try await syr.get("/v1/drafts", as: [DraftView].self).isEmpty)
        let elsewhere = try problem(
          try await world.irq.client.send(
            .post, "/v1/draft-files", body: whole, contentType: DraftFile.mediaType))
        #expect(elsewhere.code == "other-authority" && elsewhere.next?.contains("SYR/prisons") == true)
        #expect(try laptop.bring("intake.draft").statement != nil)
      }
    }

    @Test("What lacks an approval waits at the daemon like any draft, and a file with more approvals goes on with it")
    func waiting() async throws {
      try await World.run { world in
        let (syr, laptop) = (world.syr, try Laptop(world, world.syr))
        try laptop.intake()
        try laptop.intake(2, to: "other.draft")
        let bare = try laptop.bring("intake.draft")
        #expect(bare.statement == nil && bare.approvalsMissing == 2 && bare.left.isEmpty)
        try laptop.approve("intake.draft", syr.officer(1))
        #expect(try laptop.bring("intake.draft").approvedBy == [1])
        let waiting: DraftView = try await syr.get("/v1/drafts/\(bare.draftID)")
        let online: DraftView = try decoded(try await syr.approve(waiting, 2))
        #expect(online.statement != nil && online.approvedBy.sorted() == [1, 2])
        #expect(try laptop.bring("intake.draft").statement == online.statement)
        // A draft that was discarded here stays so.
        let other = try laptop.bring("other.draft")
        #expect(try syr.amana("discard", other.draftID).code == 0)
        #expect(try problem(try await laptop.hand(laptop.bytes("other.draft"))).status == 410)
      }
    }

    @Test("With two users required, one login hands in one approval of a file, and the second waits for its officer's")
    func twoUsers() async throws {
      try await World.run(World.Setting(twoUsers: true)) { world in
        let (syr, laptop) = (world.syr, try Laptop(world, world.syr))
        try laptop.intake()
        try laptop.approve("intake.draft")
        let report = try laptop.bring("intake.draft", code: 1)
        #expect(report.statement == nil && report.approvedBy.count == 1 && report.left.count == 1)
        #expect(report.left.first?.contains("same local user") == true)
        #expect(try laptop.bring("intake.draft", code: 1) == report, "the same login again adds nothing")
        let screen = try syr.amana("import", laptop.file("intake.draft"))
        #expect(screen.code == 1 && screen.output.contains("NOT TAKEN"), "\(screen)")
        #expect(try await syr.status().size == 3)
      }
    }

    @Test(
      "With two users required, an officer who is no operator hands in their own approval", .enabled(if: geteuid() == 0)
    )
    func twoRealUsers() async throws {
      try await World.run(World.Setting(twoUsers: true, starts: false)) { world in
        let (syr, laptop) = (world.syr, try Laptop(world, world.syr))
        try laptop.intake()
        try laptop.approve("intake.draft")
        _ = try syr.daemon(environment: ["AMANAD_RIGHTS_OFFICERS": "uid:0=1,uid:65534=2"]).ready()
        try syr.openToAll()
        let report = try laptop.bring("intake.draft", code: 1)
        #expect(report.approvedBy == [1] && report.left.count == 1 && report.left[0].hasPrefix("officer 2 as officer"))
        let file = try laptop.decoded("intake.draft")
        for (bytes, officer) in try file.approvals.map({ ($0, file.verified(try Approval(decoding: $0))) }) {
          guard case .success(let verified) = officer, verified.officer == 2 else { continue }
          let body = try syr.encode(ApprovalRequest(approval: hexadecimal(bytes)))
          let answer = try RawClient(syr, world.logs).talk(
            rawPost("/v1/drafts/\(file.id.uuid)/approvals", body), asUser: 65534)
          #expect(answer.hasPrefix("HTTP/1.1 200"), "\(answer)")
        }
        #expect(try await syr.status().size == 4)
        #expect(try laptop.bring("intake.draft").statement != nil)
      }
    }

    @Test("A fact may rely on a roster that this log has left behind, an intention on the one in force alone")
    func rosterMoved() async throws {
      try await World.run(starts: false) { world in
        let (syr, laptop) = (world.syr, try Laptop(world, world.syr))
        let before = try syr.daemon().ready()
        let held = try #require(try await syr.sign(syr.intake(2)).statement)
        try laptop.fetchKit()
        before.crash()
        try laptop.draft(["release", held, "--to", world.irq.name], to: "release.draft", kit: "kit.amana")
        try laptop.intake()
        for name in ["release.draft", "intake.draft"] { try laptop.approve(name) }
        let next = try world.next(after: world.firstRoster(), by: [world.syr, world.irq], version: 2)
        try world.pin(syr, next.bytes, next.digest)
        _ = try syr.daemon().ready()
        #expect(try await syr.status().rosterVersion == 2)
        let refused = try problem(try await laptop.hand(laptop.bytes("release.draft")))
        #expect(refused.code == "V11" && refused.detail.contains("version 1") && refused.next?.contains("kit") == true)
        #expect(try laptop.bring("intake.draft").statement != nil)
      }
    }

    @Test("A line that was corrected since the kit was written is not handed over as it was")
    func corrected() async throws {
      try await World.run { world in
        let (syr, laptop) = (world.syr, try Laptop(world, world.syr))
        let intake = try #require(try await syr.sign(syr.intake(2)).statement)
        try laptop.fetchKit()
        for (name, lines) in [("both.draft", "HSK-1001,HSK-1002"), ("second.draft", "HSK-1002")] {
          try laptop.draft(
            ["release", intake, "--to", world.irq.name, "--lines", lines], to: name, kit: "kit.amana")
          try laptop.approve(name)
        }
        var correction = syr.request("corrected", intake)
        (correction.reason, correction.set) = ("correction", ["language": "ckb-Arab"])
        correction.lines = [try #require(try await syr.lines(intake).first { $0.reference == "HSK-1001" }).line]
        _ = try await syr.sign(correction)
        let refused = try problem(try await laptop.hand(laptop.bytes("both.draft")))
        #expect(refused.code == "conflict" && refused.detail.contains("HSK-1001: language"), "\(refused)")
        #expect(try laptop.bring("second.draft").statement != nil, "what was not corrected goes")
      }
    }

    @Test("What paper came first for waits for two witnesses on the laptop too")
    func paper() async throws {
      try await World.run(World.Setting(starts: false, approvers: true)) { world in
        let laptop = try Laptop(world, world.syr)
        try laptop.write(Array("scan".utf8), to: "scan.pdf")
        try laptop.intake(1, ["--paper-form", "F-17", "--paper-scan", laptop.file("scan.pdf")])
        let shown = try laptop.show("intake.draft")
        #expect(shown.approvalsMissing == 4, "two officers and two witnesses")
        let file = try laptop.decoded("intake.draft")
        #expect(file.roles == [.witness, .witness] && file.event.lateEntry?.form == "F-17")
      }
    }
  }
}
