import COSE
import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster
import TestSupport
import Testing

@testable import amana

extension EndToEnd {
  /// docs/json.md says what `--json` prints, no more and no less.
  @Suite struct JSONShapeTests {
    @Test("Every type that is printed has its section, and every section is printed")
    func sections() throws {
      #expect(try Set(DocumentedShapes().fields.keys) == Set(DocumentType.allCases.map(\.rawValue)))
    }

    /// Printed beside ML-DSA signatures where they can't be verified, that is where none can be made: PostQuantumTests looks,
    /// on both machines of Tests/Debian13/dual.sh.
    private static let elsewhere = "statements[].unverified"
    /// Printed of a log that was restored: RestoreTests looks.
    private static let restored: Set = [
      "amana.ask.who restored", "amana.ask.who known", "amana.ask.chain restored", "amana.ask.chain known",
      "amana.ask.unresolved unresolved[].restored",
    ]

    @Test("Every field that is printed is documented, and every documented one is printed")
    func fields() async throws {
      let documents = try await Story().documents
      for (type, fields) in try DocumentedShapes().fields {
        let shapes = try documents.filter { $0.type == type }.map { try PrintedShape($0.json) }
        #expect(!shapes.isEmpty, "nothing of the type \(type) was printed")
        var seen: Set<String> = []
        for object in shapes.flatMap(\.objects) {
          let known = fields.filter { $0.parent == object.path }
          let keys = Set(object.keys.map { object.path.isEmpty ? $0 : "\(object.path).\($0)" })
          #expect(keys.subtracting(known.map(\.path)) == [], "\(type) prints what is not documented")
          let required = Set(known.filter { !$0.isOptional }.map(\.path))
          #expect(required.subtracting(keys) == [], "\(type) lacks what is documented")
          seen.formUnion(keys)
        }
        let unprinted = Set(fields.map(\.path)).subtracting(seen).filter {
          !$0.hasSuffix(Self.elsewhere) && !Self.restored.contains("\(type) \($0)")
        }
        #expect(unprinted == [], "\(type) documents what nothing here prints")
      }
    }
  }
}

/// Documents of every type, with every optional field at least once: a convoy half answered, a contested chain, an alarm.
struct Story {
  struct Printed {
    let type: String
    let json: String
  }

  private(set) var documents: [Printed] = []

  init() async throws {
    var documents: [Printed] = []
    try await World.run(World.Setting(allKinds: true)) { world in documents = try await Self.tell(world) }
    self.documents = documents
  }

  /// What a partner signed with stock OpenSSL and a key that the roster lists.
  private static func foreign(_ world: World, _ intake: String) async throws -> [String] {
    let signed = try await world.syr.signed(intake)
    let pki = try TestPKI()
    try pki.root("root")
    try pki.issue("signer", by: "root", pem: world.syr.key("\(world.syr.folder)/keys/statement.pem").pem())
    try pki.tool.write("event.cbor", Array(signed.message.payload ?? []))
    try pki.tool.run([
      "cms", "-sign", "-binary", "-nodetach", "-in", "event.cbor", "-signer", "signer.pem", "-inkey", "signer.key",
      "-outform", "DER", "-out", "event.p7s",
    ])
    let path = "\(world.folder)/event.p7s"
    try Data(pki.tool.read("event.p7s")).write(to: URL(filePath: path))
    return ["verify", "--cms", path, "--roster", "\(world.folder)/roster.cose"]
  }

  /// Somebody is in hospital on the road, and a death in custody waits for the physician.
  private static func befall(_ side: TestAuthority, _ release: String, _ line: Int, _ held: String) async throws {
    var hospital = side.request("incident", release)
    (hospital.incident, hospital.lines) = ("hospital", [line])
    _ = try await side.draft(hospital)
    var death = side.request("incident", held)
    (death.incident, death.lines) = ("death", [try await side.lines(held)[0].line])
    _ = try await side.draft(death)
  }

  /// A road with a stop in the releaser's own place, whose release names no carrier; and who may go on from its end.
  private static func travel(_ side: TestAuthority, _ release: String) async throws {
    var stop = side.request("stopover", release, hours: 2)
    (stop.siteID, stop.pcode, stop.host) = (side.site, "SY080006", side.name)
    let stopped = try await side.draft(stop).statement
    var lodged = side.request("lodged", stopped, hours: 1)
    lodged.libertyStatus = "at_liberty"
    _ = try await side.draft(lodged)
    var change = side.request("carrier-changed", release)
    change.carrier = side.name
    _ = try await side.draft(change)
    var consent = side.request("onward-consent", release)
    (consent.consent, consent.to, consent.conditions) = ("given", "TUR/migration", ["monitoring"])
    consent.until = ago(hours: -24)
    _ = try await side.draft(consent)
  }

  /// What is corrected, linked and protested, and entered from paper.
  private static func speak(of held: String, _ side: TestAuthority) async throws {
    let lines = try await side.lines(held).map(\.line)
    var correction = side.request("corrected", held)
    (correction.reason, correction.set, correction.lines) = ("correction", ["language": "ckb-Arab"], [lines[1]])
    _ = try await side.sign(correction)
    var link = side.request("same-as", held)
    (link.lines, link.other, link.otherLines, link.linkBasis) = ([lines[1]], held, [lines[2]], "document")
    _ = try await side.sign(link)
    var protest = side.request("under-protest", held)
    (protest.reason, protest.lines) = ("other", [lines[1]])
    protest.lateEntry = DraftRequest.LateEntry(form: "F-1", scanDigest: String(repeating: "ab", count: 32))
    protest.without = ["witness"]
    _ = try await side.draft(protest)
  }

  /// What is kept from a State, held, and erased: a bundle of the latter.
  private static func erase(_ side: TestAuthority) async throws -> [UInt8] {
    var kept = side.intake(2)
    kept.withheldFrom = ["TUR": "risk-to-person"]
    var hold = side.request("observed", try await side.sign(kept).statement)
    (hold.reason, hold.hold) = ("court-order", true)
    _ = try await side.draft(hold)
    let gone = try await side.sign(side.intake(2))
    var erasure = side.request("erased", gone.statement)
    erasure.reason = "mistake"
    _ = try await side.sign(erasure)
    return try await side.send(.get, "/v1/bundle?record=\(gone.recordID)").body
  }

  private static func tell(_ world: World) async throws -> [Printed] {
    let (syr, irq, folder) = (world.syr, world.irq, world.folder)
    // Late, so that it is flagged.
    let intake = try await syr.sign(syr.intake(6, hours: 300)).signedID
    let release = try await syr.sign(syr.request("release", intake, to: irq.name, hours: 8)).signedID
    let honest = try await syr.bundle(to: irq, clear: true)
    _ = try await irq.take(honest)
    let archived = try [
      (syr, ["archive", "make", "\(folder)/archive"]), (irq, ["archive", "stamp", "\(folder)/archive"]),
    ]
    .map { side, arguments in try side.start(arguments + ["--json"]).finished() }
    // An offer that IRQ has not answered.
    _ = try await syr.sign(syr.request("offer", try await syr.sign(syr.intake(2)).statement, to: irq.name))
    _ = try await irq.take(try await syr.bundle(to: irq))
    let lines = try await irq.lines(release).map(\.line)
    let answered = try await irq.sign(irq.outcome(release, "accepted", Array(lines.prefix(2)))).draftID
    // A release of which IRQ has the envelope alone.
    let late = try await syr.sign(
      syr.request("release", try await syr.sign(syr.intake(2)).statement, to: irq.name))
    let record = try await syr.send(.get, "/v1/bundle?record=\(late.recordID)")
    _ = try await irq.take(SealedPieces(record.body).bytes([.release], payloads: []))
    let forged = try Forgery(syr, honest).release { $0.acceptBy = OffsetTime(ago(hours: -9)) }
    func file(_ name: String, _ bytes: [UInt8]) throws -> String {
      try Data(bytes).write(to: URL(filePath: "\(folder)/\(name)"))
      return "\(folder)/\(name)"
    }
    let (good, bad) = (try file("good.amana", honest), try file("bad.amana", forged))
    let broken = try file("broken.amana", honest.dropLast())
    let key = "\(syr.folder)/keys/receipt.pem"
    let unlisted = try file("unlisted.amana", Forgery(syr, honest).release(key: key) { _ in })
    var waiting = irq.request("offer", release, to: syr.name)
    waiting.officers = 2
    waiting.lines = Array(lines.prefix(2))
    waiting.persons = try await irq.lines(release).filter { lines.prefix(2).contains($0.line) }
      .compactMap(\.reference).map(Persons.crossing)
    let held = try await syr.sign(syr.intake(6)).signedID
    var second = syr.request("release", held, to: irq.name)
    second.acceptBy = ago(hours: -24)
    let draft = try await syr.draft(second)
    _ = try await syr.approve(draft, 1)
    _ = try await syr.draft(syr.intake(3, hours: 300))
    var things = syr.request("intake", hours: 2)
    (things.kind, things.items) = (Kind.propertyHandover.rawValue, [Things.item(1), Things.item(2)])
    let taken = try await syr.sign(things).signedID
    try await befall(syr, release, lines.last ?? 0, held)
    try await travel(syr, release)
    var inquiry = syr.request("inquiry", held, to: irq.name)
    (inquiry.inquirer, inquiry.acceptBy) = ("family", ago(hours: -24))
    _ = try await syr.draft(inquiry)
    try await speak(of: held, syr)
    let erased = try file("erased.amana", try await erase(syr))
    let roster = "\(folder)/roster.cose"
    let report = try MadeReport(world)
    let asked: [(TestAuthority, [String])] = [
      (syr, ["bundle", "import", bad]), (syr, ["status"]), (irq, ["bundle", "import", bad]), (irq, ["status"]),
      (syr, ["show"]), (irq, ["show"]), (irq, ["show", release, "--lines"]), (syr, ["show", release, "--lines"]),
      (syr, ["inquiries"]), (syr, ["duties"]), (syr, ["show", held, "--lines"]), (syr, ["show", taken, "--lines"]),
      (syr, ["look-alikes", intake, held]), (syr, ["drafts"]), (syr, ["tiles", "export", "\(folder)/tiles"]),
      (irq, ["drafts", answered]),
      (syr, ["receipt", release, "--out", "\(folder)/receipt.cose"]),
      (syr, ["receipt", release, "--out", "\(folder)/whole.cose", "--transparent"]), (syr, ["audit"]),
      (syr, ["roster", "show"]),
      (syr, ["report", "sign", report.file]), (syr, ["transit", "show", release]), (syr, ["consent", "show", release]),
      (
        syr, ["disclose", release, "--line", "HSK-1001", "--fields", "age", "--output", "\(folder)/one.disclosure"]
      ),
    ]
    var printed =
      try archived + asked.map { side, arguments in try side.start(arguments + ["--json"]).finished() }
    // Both releases of the same people: the second is flagged line by line.
    let both = try file("both.amana", try await irq.bundle(to: syr, clear: true))
    var people = Persons.list(4)
    (people[0]["born"], people[1]["sex"], people[2]["reference"]) = ("٢٣/٠٣/١٩٨٧", "m", "hsk-1001")
    people[3]["name_arabic"] = people[0]["name_arabic"]?.replacing("ا", with: "أ")
    let table = try file("people.csv", Array(Persons.csv(people).utf8))
    let packed = try file("things.json", JSONEncoder().encode([Things.item(1)]).map { $0 })
    let block = try file("block.json", Array("{}".utf8))
    let pdf = try file("people.pdf", Array("%PDF-1.7".utf8))
    let settings = try file("good.json", Array(#"{"log": {"level": "info"}}"#.utf8))
    let wrong = try file("wrong.json", Array(#"{"log": {"level": "loud"}} x"#.utf8))
    let list = try file("list.json", NextCodes.reasons.encoded())
    let noList = try file("no-list.json", Array(NextCodes.reasons.encoded().dropLast()))
    let unknown = try file("unknown.json", Array(#"{"speed": 1}"#.utf8))
    for arguments in [
      ["check", table], ["check", pdf], ["check", table, "--kind", "site-handover", "--site-block", block],
      ["check", packed, "--kind", "property-handover"],
      ["config", "show", "--config", settings], ["config", "check", "--config", wrong],
      ["config", "check", "--config", unknown], ["config", "check", "--config", settings],
      try await Self.foreign(world, intake), ["verify", unlisted, both, "--roster", roster], ["bundle", "list", good],
      ["checks"], ["codes"], ["codes", "--file", list], ["codes", "check", list], ["codes", "check", noList],
      ["verify", good, "--roster", roster], ["verify", good], ["verify", broken],
      ["verify", erased, "--roster", roster],
      ["verify", bad, good, "\(folder)/whole.cose", "\(folder)/one.disclosure", "--roster", roster],
      ["roster", "show", roster], ["verify", report.signature, "--roster", roster],
      ["roster", "verify", roster], ["roster", "verify", roster, "--digest", world.digest],
      ["roster", "diff", roster, roster], ["roster", "view", "--roster", roster],
      ["tiles", "verify", "\(folder)/tiles", "--roster", roster],
      ["archive", "verify", "\(folder)/archive", "--roster", roster], ["archive", "verify", "\(folder)/archive"],
    ] {
      printed.append(try Command("amana", arguments + ["--json"], logs: world.logs).finished())
    }
    printed += try forks(world, honest, forged)
    let laptop = try Laptop(world, syr)
    // Late, so that it is flagged.
    try laptop.intake(2, to: "intake.draft", ["--occurred-at", ago(hours: 300)])
    try laptop.approve("intake.draft")
    for command in ["show", "import"] {
      printed.append(try syr.amana(command, laptop.file("intake.draft"), "--json"))
    }
    printed += try await exchanging(world)
    printed += try keys(world)
    printed += try await keyViews(world)
    // Last: it changes a stored statement.
    printed += try await questions(world)
    return try printed.map { answer in
      struct Frame: Decodable { let type: String }
      guard let frame = try? JSONDecoder().decode(Frame.self, from: Data(answer.output.utf8)) else {
        throw Stopped("no document: \(answer)")
      }
      if let samples = ProcessInfo.processInfo.environment["AMANA_JSON_SAMPLES"] {
        try answer.output.write(
          toFile: "\(samples)/\(frame.type)-\(UUID().uuidString.prefix(4)).json", atomically: true, encoding: .utf8)
      }
      return Printed(type: frame.type, json: answer.output)
    }
  }
}

extension Story {
  /// Keys of every standing: listed, not listed, unreadable, of an officer and of a role, rotated.
  private static func keys(_ world: World) throws -> [Answer] {
    let (folder, roster) = (world.syr.folder, ["--roster", "\(world.folder)/roster.cose"])
    let secret = "\(world.folder)/secret"
    try "correct horse".write(toFile: secret, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: secret)
    func kid(_ path: String) throws -> String {
      hexadecimal(try world.syr.key("\(folder)/\(path)").publicKey.thumbprint ?? [])
    }
    let officer = try kid("officers/officer-1.pem")
    return try [
      ["generate", "--purpose", "witness", "--store", "\(folder)/keys/other.pem"],
      ["generate", "--purpose", "officer", "--store", "\(folder)/keys/locked.pem", "--passphrase-file", secret],
      ["rotate", "receipt", "--directory", folder], ["list", folder], ["show", officer] + roster,
      ["show", officer, "--roster", try revoked(world)],
      ["show", "\(folder)/roles/medical.pem"] + roster, ["show", "\(folder)/keys/other.pem"] + roster,
      ["revoke", officer, "--reason", "lost", "--directory", folder],
      ["prove", "\(folder)/keys/receipt.pem", "--challenge", String(repeating: "5a", count: 16)] + roster,
      ["prove", "\(folder)/keys/transport.pem", "--certificate", "\(folder)/keys/transport.crt"],
    ].map { try Command("amana", ["key"] + $0 + ["--json"], logs: world.logs).finished() }
  }

  /// A roster in which every officer's key took over from another and was lost.
  private static func revoked(_ world: World) throws -> String {
    let roster = try world.otherRoster { authority in
      authority.with(
        officers: try authority.officers.map { officer in
          try officer.with {
            try $0.revoked(.lost, from: $0.notBefore + 1, replaces: [UInt8](repeating: 7, count: 32))
          }
        })
    }
    let file = "\(world.folder)/revoked.cose"
    try Data(roster.bytes).write(to: URL(filePath: file))
    return file
  }
}
