import COSE
import ControlAPI
import Custody
import Foundation
import Testing

extension TestAuthority {
  /// Asks for a file of fields of a line.
  func asksToDisclose(_ statement: String, _ line: LineView, _ fields: [String], roster: Bool? = nil) async throws
    -> ControlResponse
  {
    try await send(
      .post, "/v1/statements/\(statement)/disclosures",
      encode(DisclosureRequest(line: line.line, subject: line.subject, fields: fields, roster: roster)))
  }

  /// Such a file.
  func disclosure(_ statement: String, _ line: LineView, _ fields: [String], roster: Bool? = nil) async throws
    -> [UInt8]
  {
    let response = try await asksToDisclose(statement, line, fields, roster: roster)
    guard response.status == 200 else {
      throw Stopped("no disclosure: \(String(decoding: response.body, as: UTF8.self))")
    }
    return response.body
  }
}

extension EndToEnd {
  /// `amana disclose` and what `amana verify` says of its files.
  @Suite struct DisclosureTests {
    private func verify(_ world: World, _ file: String, _ extra: String..., lang: String = "en") throws -> Answer {
      try Command("amana", ["verify", file, "--lang", lang] + extra, logs: world.logs).finished()
    }

    @Test("Two fields of one person are proven offline, in both languages, with what is not; nobody's name goes along")
    func proven() async throws {
      try await World.run { world in
        let release = try await world.releaseArrived(6)
        let (file, roster) = ("\(world.folder)/court.disclosure", "\(world.folder)/roster.cose")
        for side in [world.syr, world.irq] {
          let made = try side.amana(
            "disclose", String(release.prefix(12)), "--line", "HSK-1001", "--fields", "age, sex", "--output", file)
          #expect(made.code == 0 && made.output.contains("the other 23"), "\(made)")
          #expect(made.output.contains("adult") && made.output.contains("male"), "\(made)")
          let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
          #expect(mode == 0o600)
          let bytes = try [UInt8](Data(contentsOf: URL(filePath: file)))
          for secret in ["Abdulsalam", "HSK-", "terrorism-law", "SYR-DEZ-03"] {
            #expect(bytes.firstRange(of: Array(secret.utf8)) == nil, "\(secret)")
          }
          let holds = try verify(world, file, "--roster", roster)
          #expect(holds.code == 0 && holds.output.contains("PROVEN under roster"), "\(holds)")
          for part in [
            "SYR/prisons signed", release, "age", "adult", "male", "receipts hold", "NOT PROVEN", "23 fields",
          ] {
            #expect(holds.output.contains(part), "\(part): \(holds)")
          }
          let arabic = try verify(world, file, "--roster", roster, lang: "ar")
          #expect(arabic.code == 0 && arabic.output.contains("مُثبَت") && arabic.output.contains("غير مُثبَت"))
          #expect(arabic.output.contains("العمر") && arabic.output.contains("بالغ") && arabic.output.contains("ذكر"))
        }
      }
    }

    @Test(
      "Without a roster that is trusted nothing can be told; with one inside, its digest is enough, and another's is not"
    )
    func trust() async throws {
      try await World.run { world in
        let syr = world.syr
        let intake = try await syr.sign(syr.intake(3)).signedID
        let line = try #require(try await syr.lines(intake).first)
        let (bare, whole) = ("\(world.folder)/bare.disclosure", "\(world.folder)/whole.disclosure")
        try Data(try await syr.disclosure(intake, line, ["age"])).write(to: URL(filePath: bare))
        try Data(try await syr.disclosure(intake, line, ["age"], roster: true)).write(to: URL(filePath: whole))
        for answer in [try verify(world, bare), try verify(world, bare, "--roster-digest", world.digest)] {
          #expect(answer.code == 3 && answer.output.contains("CANNOT TELL") && !answer.output.contains("adult"))
        }
        let own = try verify(world, whole)
        #expect(own.code == 3 && own.output.contains(world.digest), "\(own)")
        #expect(try verify(world, whole, "--roster-digest", world.digest).code == 0)
        let other = try verify(world, whole, "--roster-digest", String(repeating: "ab", count: 32))
        #expect(other.code == 1 && other.output.contains("DOES NOT HOLD"), "\(other)")
        #expect(try verify(world, bare, "--roster", "\(world.folder)/roster.cose", "--quiet").output.isEmpty)
      }
    }

    @Test(
      "A file whose value, line or statement was altered does not hold, and the reason is said in the reader's words")
    func altered() async throws {
      try await World.run { world in
        let syr = world.syr
        let intake = try await syr.sign(syr.intake(3)).signedID
        let other = try await syr.sign(syr.intake(3)).signedID
        let line = try #require(try await syr.lines(intake).first)
        let bytes = try await syr.disclosure(intake, line, ["unaccompanied"])
        let signed = try await syr.signed(other).message.bytes
        let roster = "\(world.folder)/roster.cose"
        let cases: [(name: String, english: String, arabic: String, change: (inout CBORMap) -> Void)] = [
          (
            "value", "value or salt of field 7", "ملحه",
            { map in
              guard var shown = map["disclosed"]?.array, var field = shown.last?.array else { return }
              field[2] = .bool(!(field[2].bool ?? false))
              shown[shown.count - 1] = .array(field)
              map["disclosed"] = .array(shown)
            }
          ),
          (
            "line", "it is of line \(line.line)", "هو من السطر",
            { $0["leaf_index"] = .unsigned(UInt64((line.line + 1) % 16)) }
          ),
          ("statement", "another record", "سجل غير سجل البيان", { $0["statement"] = .bytes(signed) }),
          ("schema", "no schema person-9", "غير معروف", { $0["schema"] = "person-9" }),
          ("format", "amana-disclosure-9", "amana-disclosure-9", { $0["format"] = "amana-disclosure-9" }),
          ("cut", "truncated", "truncated", { $0["inclusion_path"] = 1 }),
        ]
        for (name, english, arabic, change) in cases {
          var map = try #require(try CBOR.decode(bytes).map)
          change(&map)
          let altered = name == "cut" ? Array(bytes.dropLast()) : CBOR.map(map).encoded()
          let file = "\(world.folder)/\(name).disclosure"
          try Data(altered).write(to: URL(filePath: file))
          let answer = try verify(world, file, "--roster", roster)
          // What a later version may read is not said to be wrong.
          let code: Int32 = ["schema", "format"].contains(name) ? 3 : 1
          #expect(answer.code == code && answer.output.contains(english), "\(name): \(answer)")
          let inArabic = try verify(world, file, "--roster", roster, lang: "ar")
          #expect(inArabic.code == code && inArabic.output.contains(arabic), "\(name): \(inArabic)")
        }
      }
    }

    @Test("A certificate of who holds a person is approved by two, disclosed to a family, and read as a sentence")
    func certificate() async throws {
      try await World.run { world in
        let syr = world.syr
        let release = try await world.releaseArrived(3)
        let drafted = try syr.amana("certificate", release, "--line", "HSK-1002")
        #expect(drafted.code == 0 && drafted.output.contains("amana disclose"), "\(drafted)")
        #expect(drafted.output.contains("amana timestamp request"), "nobody else gives it a receipt: \(drafted)")
        // The number of the release's line is not that of the certificate's: the hint means whichever it is.
        #expect(drafted.output.contains("--line line:0-15 "), "\(drafted)")
        let open = try await syr.get("/v1/drafts", as: [DraftView].self)
        let draft = try #require(open.first { $0.event == "certificate" })
        #expect(draft.lines == 1 && draft.officersNeeded == 2)
        for officer in 1...2 { #expect(try await syr.approve(draft, officer).status == 200) }
        let file = "\(world.folder)/family.disclosure"
        let made = try syr.amana(
          "disclose", draft.recordID, "--line", "line:0-15", "--fields", "custodian,phase,released_to,as_of",
          "--output",
          file)
        #expect(made.code == 0 && made.output.contains("amana timestamp request"), "\(made)")
        let says = try verify(world, file, "--roster", "\(world.folder)/roster.cose")
        for part in [
          "CERTIFICATE: SYR/prisons certifies", "syr.example/custody/log/1", "handed over, not yet answered for",
          "handed over to IRQ/justice and not set free", "NOT PROVEN",
          "officers who approved it: 2",
        ] {
          #expect(says.code == 0 && says.output.contains(part), "\(part): \(says)")
        }
        let arabic = try verify(world, file, "--roster", "\(world.folder)/roster.cose", lang: "ar")
        #expect(arabic.code == 0 && arabic.output.contains("شهادة: تشهد"), "\(arabic)")
        // It moves nobody, and the other side hears nothing of it.
        #expect(try await syr.phases(release) == ["released"])
        _ = try await world.irq.take(syr.bundle(to: world.irq))
        let theirs = try await world.irq.get("/v1/statements?event=certificate", as: [StatementView].self)
        #expect(theirs.isEmpty)
        var wrong = syr.request("certificate", release)
        #expect(try problem(try await syr.post(wrong)).code == "invalid-value")
        wrong = syr.request("certificate", release)
        wrong.lines = [0, 1]
        #expect(try problem(try await syr.post(wrong)).code == "invalid-value")
      }
    }

    @Test("What is not there to be shown is refused by name, and nothing is written")
    func refused() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let intake = try await syr.sign(syr.intake(3)).signedID
        let lines = try await syr.lines(intake)
        func code(_ response: ControlResponse) throws -> String { try problem(response).code }
        #expect(try await code(syr.asksToDisclose(intake, lines[0], ["colour"])) == "invalid-value")
        #expect(try await code(syr.asksToDisclose(intake, lines[0], ["age", "age"])) == "invalid-value")
        var slip = lines[0]
        slip.line = lines[1].line
        #expect(try await code(syr.asksToDisclose(intake, slip, ["age"])) == "invalid-value")
        let opened = try await syr.newest("log-opened").statement
        #expect(try await code(syr.asksToDisclose(opened, lines[0], ["age"])) == "no-lines")
        // An envelope whose lines have not come.
        let release = try await syr.sign(syr.request("release", intake, to: irq.name))
        let record = try await syr.send(.get, "/v1/bundle?record=\(release.recordID)")
        _ = try await irq.take(SealedPieces(record.body).bytes([.release], payloads: []))
        let late = try await irq.asksToDisclose(try #require(release.statement), lines[0], ["age"])
        #expect(try code(late) == "content-missing")
        let reads = try await syr.get("/v1/reads?user=\(geteuid())", as: [ReadView].self)
        #expect(!reads.isEmpty && !reads.contains { $0.operation == "discloseFields" })
        let file = "\(world.folder)/none.disclosure"
        for (line, fields, code) in [
          ("HSK-1001,HSK-1002", "age", Int32(2)), ("HSK-9", "age", 2), ("HSK-1001", "age,age", 2), ("HSK-1001", ",", 2),
          ("HSK-1001", "colour", 1),
        ] {
          let answer = try syr.amana("disclose", intake, "--line", line, "--fields", fields, "--output", file)
          #expect(answer.code == code, "\(line) \(fields): \(answer)")
          #expect(!FileManager.default.fileExists(atPath: file))
        }
      }
    }
  }

  /// Who may disclose, as other local users of this machine.
  @Suite(.enabled(if: geteuid() == 0)) struct DisclosureRightTests {
    @Test("Only who may read persons may disclose, and each disclosure is on record")
    func rights() async throws {
      try await World.run(starts: false) { world in
        let syr = world.syr
        _ = try syr.daemon(environment: [
          "AMANAD_RIGHTS_READERS": "uid:4001", "AMANAD_RIGHTS_OPERATORS": "uid:4002",
          "AMANAD_RIGHTS_OFFICERS": "uid:4003=1", "AMANAD_RIGHTS_ADMINISTRATORS": "uid:4004",
        ]).ready()
        let intake = try await syr.sign(syr.intake(2)).signedID
        let line = try #require(try await syr.lines(intake).first)
        try syr.openToAll()
        let body = try syr.encode(DisclosureRequest(line: line.line, subject: line.subject, fields: ["age"]))
        let ask = RawRequest.http(
          "POST", "/v1/statements/\(intake)/disclosures", ["content-type: application/json"], body: body)
        let raw = RawClient(syr, world.logs)
        for (user, status) in [(4001, 403), (4002, 200), (4003, 200), (4004, 403), (4005, 403)] {
          #expect(try raw.batch([ask], asUser: user).map(\.status) == [status], "\(user)")
        }
        let reads = try await syr.get("/v1/reads?statement=\(intake)", as: [ReadView].self)
          .filter { $0.operation == "discloseFields" }
        #expect(reads.map(\.user) == [4002, 4003])
      }
    }
  }
}
