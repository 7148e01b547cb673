import ControlAPI
import Custody
import Foundation
import OpenSSL
import ReceiptStore
import Roster
import Testing

@testable import amana
@testable import amanad

extension EndToEnd {
  /// What is kept for decades: a folder that verifies by itself, and in which nothing can be changed, added or left out.
  @Suite struct ArchiveTests {
    private struct Verified: Decodable {
      struct Issuer: Decodable {
        let authority: String
        let statements: Int
      }

      struct Stamp: Decodable {
        let number: Int
        let authority: String
        let stands: Bool
      }

      let result: String
      let statements: Int
      let parts: Int
      let authorities: [Issuer]
      let stamps: [Stamp]
      let failures: [String]
    }

    /// SYR's archive of people who were released, accepted, and of what else its log has.
    private func made(_ world: World) async throws -> String {
      let release = try await world.releaseArrived(3)
      try await world.irq.accepts(release, from: world.syr)
      let folder = "\(world.folder)/archive"
      let answer = try world.syr.amana("archive", "make", folder, "--lang", "en")
      #expect(answer.code == 0 && answer.output.contains("statements in"), "\(answer)")
      return folder
    }

    private func verify(_ world: World, _ folder: String, _ rosters: [String], code: Int32 = 0) throws -> Verified {
      let options = rosters.flatMap { ["--roster", $0] }
      let answer = try world.amana(["archive", "verify", folder] + options + ["--json"], code: code)
      return try JSONDecoder().decode(Verified.self, from: Data(answer.output.utf8))
    }

    /// Why a folder does not hold under a roster; nil when it does.
    private func why(_ folder: String, _ world: World) throws -> String? {
      let trust = ArchiveReading.Trust(digest: decodeHexadecimal(world.digest))
      do throws(ArchiveRefusal) {
        let reading = try ArchiveReading(folder, trusting: trust, now: Int64(Date().timeIntervalSince1970))
        return reading.report.result == .holds ? nil : reading.failures.joined(separator: "; ")
      } catch { return error.description }
    }

    private func files(_ folder: String) throws -> [String] {
      try FileManager.default.subpathsOfDirectory(atPath: folder).filter { path in
        let attributes = try? FileManager.default.attributesOfItem(atPath: "\(folder)/\(path)")
        return attributes?[.type] as? FileAttributeType == .typeRegular
      }.sorted()
    }

    @Test("V32 An archive verifies with the roster alone, with no daemon; it shows nobody, and each part is a bundle")
    func whole() async throws {
      try await World.run { world in
        let folder = try await made(world)
        let size = try await world.syr.status().size
        Running.shared.killAll()
        let roster = "\(world.folder)/roster.cose"
        let found = try verify(world, folder, [roster])
        #expect(found.result == "holds" && found.failures.isEmpty && found.parts == 1)
        #expect(UInt64(found.statements) == size, "everything that the log has registered")
        #expect(found.authorities.map(\.authority) == ["IRQ/justice", "SYR/prisons"])
        #expect(found.authorities.reduce(0) { $0 + $1.statements } == found.statements)
        #expect(found.stamps.map(\.authority) == [world.syr.name] && found.stamps.allSatisfy(\.stands))
        let shown = try world.amana(["archive", "verify", folder, "--roster-digest", world.digest, "--lang", "en"])
        #expect(shown.output.hasPrefix("HOLDS: ") && shown.output.contains("stamp 1: SYR/prisons"), "\(shown)")
        #expect(try verify(world, folder, [], code: 3).result == "cannot-tell")
        try world.amana(
          ["archive", "verify", folder, "--roster-digest", String(repeating: "0", count: 64)], code: 1)
        try world.amana(["archive", "verify", "\(world.folder)/logs", "--roster", roster], code: 1)
        try world.amana(["verify", "\(folder)/parts/000001.amana", "--roster", roster])
        try named(folder)
        // The same by no more than what docs/formats.md says of the index.
        let text = try String(contentsOfFile: "\(folder)/INDEX", encoding: .utf8)
        let lines = text.split(separator: "\n").dropFirst(4).map { $0.split(separator: " ").map(String.init) }
        for line in lines {
          let bytes = [UInt8](try Data(contentsOf: URL(filePath: "\(folder)/\(line[2])")))
          #expect(hexadecimal(SHA256.hash(bytes)) == line[0] && String(bytes.count) == line[1])
        }
        let there = Set(try files(folder))
        #expect(Set(lines.map { $0[2] } + ["INDEX", "stamps/000001.cose"]) == there)
      }
    }

    /// Nobody's reference or name is in any file, and people are told what it is in both languages.
    private func named(_ folder: String) throws {
      for file in try files(folder) {
        let bytes = try Data(contentsOf: URL(filePath: "\(folder)/\(file)"))
        for secret in ["HSK-1001", "HSK-1002"] { #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(file)") }
      }
      let english = try String(contentsOfFile: "\(folder)/README.txt", encoding: .utf8)
      #expect(english.contains("SYR/prisons") && english.contains("amana archive verify FOLDER"))
      let arabic = try String(contentsOfFile: "\(folder)/README.ar.txt", encoding: .utf8)
      #expect(arabic.contains("amana archive verify FOLDER") && arabic.contains("كيف يُتحقق منه"))
    }

    @Test("Each file changed, cut, lengthened, taken away or exchanged is found out")
    func tampered() async throws {
      try await World.run { world in
        let folder = try await made(world)
        Running.shared.killAll()
        #expect(try why(folder, world) == nil)
        let all = try files(folder)
        #expect(all.count > 10 && Set(all.map { $0.prefix { $0 != "/" } }).count == 8, "\(all)")
        for (file, other) in zip(all, all.dropFirst() + all.prefix(1)) {
          let url = URL(filePath: "\(folder)/\(file)")
          let good = try Data(contentsOf: url)
          var flipped = good
          flipped[flipped.count / 2] ^= 1
          let others = try Data(contentsOf: URL(filePath: "\(folder)/\(other)"))
          for bad in [flipped, good.dropLast(), good + Data([0x0a]), others, Data()] {
            try bad.write(to: url)
            #expect(try why(folder, world) != nil, "\(file) with \(bad.count) bytes for \(good.count)")
          }
          try FileManager.default.removeItem(at: url)
          #expect(try why(folder, world) != nil, "without \(file)")
          try good.write(to: url)
        }
        #expect(try why(folder, world) == nil)
        // By the command.
        let readMe = "\(folder)/README.txt"
        try "Nobody was moved.\n".write(toFile: readMe, atomically: true, encoding: .utf8)
        let answer = try world.amana(
          ["archive", "verify", folder, "--roster", "\(world.folder)/roster.cose", "--lang", "en"], code: 1)
        #expect(answer.errors.contains("DOES NOT HOLD: README.txt has"), "\(answer)")
        // Who writes the index anew has no key for its stamp.
        let (index, _) = try ArchiveFolder(path: folder).index()
        let text = [UInt8](try Data(contentsOf: URL(filePath: readMe)))
        let forged = try ArchiveIndex(
          authority: index.authority, since: index.since, until: index.until,
          files: index.files.map { $0.path == "README.txt" ? ArchiveIndex.File(path: $0.path, text) : $0 })
        try Data(forged.encoded()).write(to: URL(filePath: "\(folder)/INDEX"))
        #expect(try why(folder, world)?.contains("was not made over this INDEX") == true)
      }
    }

    @Test("Links, further folders, devices, hidden, huge and further files are refused, and nothing of them is read")
    func hostile() async throws {
      try await World.run { world in
        let folder = try await made(world)
        Running.shared.killAll()
        let manager = FileManager.default
        for extra in ["extra.txt", ".hidden", "parts/000002.amana", "parts/.hidden", "stamps/000003.cose", "codes/x"] {
          try Data("x".utf8).write(to: URL(filePath: "\(folder)/\(extra)"))
          let refused = try why(folder, world)
          #expect(refused?.contains(extra) == true, "\(extra): \(refused ?? "holds")")
          try manager.removeItem(atPath: "\(folder)/\(extra)")
        }
        for inner in ["more", "parts/more", "parts/000002.amana"] {
          try manager.createDirectory(atPath: "\(folder)/\(inner)", withIntermediateDirectories: false)
          #expect(try why(folder, world)?.contains("\(inner) is no plain file") == true, "\(inner)")
          try manager.removeItem(atPath: "\(folder)/\(inner)")
        }
        // A link to the very same bytes is none of the archive's.
        let part = "\(folder)/parts/000001.amana"
        try manager.moveItem(atPath: part, toPath: "\(world.folder)/aside")
        try manager.createSymbolicLink(atPath: part, withDestinationPath: "\(world.folder)/aside")
        #expect(try why(folder, world)?.contains("is no plain file") == true)
        try manager.removeItem(atPath: part)
        // Nobody waits for what never comes.
        let pipe = try Command("mkfifo", [part], logs: world.logs).finished()
        #expect(pipe.code == 0, "\(pipe)")
        #expect(try why(folder, world)?.contains("is no plain file") == true)
        try manager.removeItem(atPath: part)
        try Data().write(to: URL(filePath: part))
        let handle = try FileHandle(forWritingTo: URL(filePath: part))
        try handle.truncate(atOffset: 1 << 34)
        try handle.close()
        #expect(try why(folder, world)?.contains("has 17179869184 bytes") == true)
        try manager.removeItem(atPath: part)
        try manager.moveItem(atPath: "\(world.folder)/aside", toPath: part)
        #expect(try why(folder, world) == nil)
        try manager.moveItem(atPath: "\(folder)/parts", toPath: "\(world.folder)/parts")
        try manager.createSymbolicLink(atPath: "\(folder)/parts", withDestinationPath: "\(world.folder)/parts")
        #expect(try why(folder, world)?.contains("parts is no plain file") == true)
      }
    }

    @Test("V32 Another member stamps it, and after a rotation its own authority again: old and new rosters verify it")
    func stampedAgain() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let folder = try await made(world)
        let old = "\(world.folder)/old"
        try FileManager.default.copyItem(atPath: folder, toPath: old)
        let second = try irq.amana("archive", "stamp", folder, "--lang", "en")
        #expect(second.code == 0 && second.output.contains("stamp 2, IRQ/justice"), "\(second)")
        // Its key is retired, and a new one listed.
        let key = try PrivateKey.generate(.p256)
        let roster = try world.next(after: world.firstRoster(), by: [syr, irq], version: 2) { authority in
          authority.name.description == syr.name ? try authority.retired(replacedBy: key.publicKey) : authority
        }
        Running.shared.killAll()
        try Data(key.pem()).write(to: URL(filePath: "\(syr.folder)/keys/statement.pem"))
        for side in [syr, irq] { try world.pin(side, roster.bytes, roster.digest) }
        for side in [syr, irq] { _ = try side.daemon().ready() }
        let third = try syr.amana("archive", "stamp", folder, "--lang", "en")
        #expect(third.code == 0 && third.output.contains("stamp 3, SYR/prisons"), "\(third)")
        Running.shared.killAll()
        let (first, next) = ("\(world.folder)/roster.cose", "\(world.folder)/next.cose")
        try Data(roster.bytes).write(to: URL(filePath: next))
        for trusted in [first, next] {
          let found = try verify(world, folder, [trusted])
          #expect(found.result == "holds" && found.stamps.map(\.number) == [1, 2, 3], "\(found)")
          #expect(!found.stamps.contains { !$0.stands }, "\(found)")
        }
        // The copy that nobody stamped since: its rosters lead to the next one, which its reader brings.
        #expect(try verify(world, old, [next]).result == "holds")
        #expect(try verify(world, old, [first]).result == "holds")
        // A stamp of one is none of the other, and the order counts.
        let stamps = "\(folder)/stamps"
        try FileManager.default.removeItem(atPath: "\(stamps)/000002.cose")
        #expect(try why(folder, world)?.contains("000003.cose is not in INDEX") == true)
        try FileManager.default.moveItem(atPath: "\(stamps)/000003.cose", toPath: "\(stamps)/000002.cose")
        #expect(try why(folder, world)?.contains("was not made over this INDEX and the stamps before it") == true)
      }
    }

    @Test("V15 What a key signed that others had is found out in an archive too, which can be stamped all the same")
    func doubted() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let folder = try await made(world)
        let key = try PrivateKey.generate(.p256)
        let since = Int64(Date().timeIntervalSince1970) - 3600
        let roster = try world.next(after: world.firstRoster(), by: [syr, irq], version: 2) { authority in
          authority.name.description == syr.name
            ? try authority.exposed(from: since, replacedBy: key.publicKey) : authority
        }
        Running.shared.killAll()
        try Data(key.pem()).write(to: URL(filePath: "\(syr.folder)/keys/statement.pem"))
        try world.pin(syr, roster.bytes, roster.digest)
        _ = try syr.daemon().ready()
        let again = try syr.amana("archive", "stamp", folder, "--lang", "en")
        #expect(again.code == 0 && again.output.contains("stamp 2, SYR/prisons"), "\(again)")
        let found = try verify(world, folder, ["\(world.folder)/roster.cose"], code: 1)
        #expect(found.result == "does-not-hold" && found.failures.contains { $0.contains("V15") }, "\(found)")
        #expect(found.stamps.map(\.stands) == [false, true], "\(found)")
      }
    }

    @Test("What was changed is not stamped; a time stamp's request is written, and what is no answer is not kept")
    func notStamped() async throws {
      try await World.run { world in
        let syr = world.syr
        let folder = try await made(world)
        let request = "\(world.folder)/request.tsq"
        let asked = try syr.amana("archive", "stamp", folder, "--request", request)
        #expect(asked.code == 0 && FileManager.default.fileExists(atPath: request), "\(asked)")
        let kept = try syr.amana("archive", "stamp", folder, "--token", request)
        #expect(kept.code == 2, "\(kept)")
        try Data("Nobody was moved.".utf8).write(to: URL(filePath: "\(folder)/README.txt"))
        let refused = try syr.amana("archive", "stamp", folder)
        #expect(refused.code == 1 && refused.errors.contains("README.txt"), "\(refused)")
        #expect(try files(folder).filter { $0.hasPrefix("stamps/") } == ["stamps/000001.cose"])
        // The daemon signs over nothing but an index and stamps in their order.
        for covers in ["[]", #"[{"path":"README.txt","digest":"00"}]"#, #"[{"path":"INDEX","digest":"00"}]"#] {
          let answer = try await syr.send(
            .post, "/v1/archive/stamps", Array(#"{"roster_version":1,"covers":\#(covers)}"#.utf8))
          #expect(answer.status == 422 || answer.status == 400, "\(covers): \(answer.status)")
        }
      }
    }

    @Test("A folder that exists stays as it is; of a period in which nothing was registered there is none")
    func written() async throws {
      try await World.run { world in
        let (syr, folder) = (world.syr, "\(world.folder)/archive")
        let nothing = try syr.amana(
          "archive", "make", folder, "--since", "2099-01-01T00:00:00+03:00", "--until", "2099-02-01T00:00:00+03:00",
          "--lang", "en")
        #expect(nothing.code == 1 && nothing.errors.contains("nothing was registered"), "\(nothing)")
        let turned = try syr.amana(
          "archive", "make", folder, "--since", "2099-02-01T00:00:00+03:00", "--until", "2099-01-01T00:00:00+03:00")
        #expect(turned.code == 1 && turned.errors.contains("until"), "\(turned)")
        #expect(try syr.amana("archive", "make", folder, "--since", "yesterday").code == 2)
        let left = try FileManager.default.contentsOfDirectory(atPath: world.folder)
        #expect(!left.contains("archive") && !left.contains { $0.hasPrefix(".amana-") }, "\(left)")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        #expect(try syr.amana("archive", "make", folder).code == 2)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        // Of a period: what it builds on comes along.
        let intake = try await syr.sign(syr.intake(2)).signedID
        let since = OffsetTime(unix: Int64(Date().timeIntervalSince1970) + 1).text
        try await Task.sleep(for: .milliseconds(1100))
        let offer = try await syr.sign(syr.request("offer", intake, to: world.irq.name)).signedID
        let period = try syr.amana("archive", "make", "\(folder)-2", "--since", since, "--json")
        #expect(period.code == 0, "\(period)")
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: "\(folder)-2/parts/000001.amana")))
        let bundle = try Custody.Bundle(decoding: bytes)
        #expect(bundle.statements.map(\.value.id.description) == [intake, offer])
        #expect(try verify(world, "\(folder)-2", ["\(world.folder)/roster.cose"]).result == "holds")
      }
    }

    @Test(
      "A large log becomes many parts, each of which holds by itself, and together they have everything once or more")
    func parts() async throws {
      try await World.run { world in
        let release = try await world.releaseArrived(3)
        try await world.irq.accepts(release, from: world.syr)
        let size = try await world.syr.status().size
        Running.shared.killAll()
        let store = try ReceiptStore(path: world.syr.store)
        let office = try Office.open(directory: world.syr.folder)
        // So small that a part has one statement, and of what it builds on the envelopes alone.
        for (limit, count) in [(64 << 20, 2), (1000, 1000), (64 << 20, 3)] {
          var archiving = Archiving(office: office, store: store)
          (archiving.limit, archiving.count) = (limit, count)
          var next: UInt64? = 0
          var (found, parts): (Set<StatementID>, Int) = ([], 0)
          while let from = next {
            let part = try await archiving.part(Archiving.Span(from: from))
            let bundle = try Custody.Bundle(decoding: part.bytes)
            let report = BundleVerifier().verify(
              bundle, pinned: office.roster.digest, now: Int64(Date().timeIntervalSince1970))
            #expect(report.holds, "\(report.failures) \(report.lines.compactMap(\.refusal))")
            found.formUnion(bundle.statements.map(\.value.id))
            parts += 1
            next = part.next
          }
          #expect(UInt64(found.count) == size && parts >= (limit == 1000 ? Int(size) : Int(size) / count), "\(parts)")
        }
      }
    }
  }
}
