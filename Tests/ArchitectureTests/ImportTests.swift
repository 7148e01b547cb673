import Testing

@Suite("Rooms import in one direction")
struct ImportTests {
  @Test("Every file imports only what its room may")
  func sources() throws {
    let files = try Repository.sources.get()
    #expect(files.count > 100)
    #expect(files.flatMap(Rooms.problems) == [])
  }

  @Test("Every room stands in the table, in the folder and in Package.swift")
  func rooms() throws {
    let manifest = try Repository.text("Package.swift")
    let folders = Set(try Repository.sources.get().map(\.room))
    #expect(folders.union(["COpenSSL"]) == Set(Rooms.all.map(\.name)))
    for room in Rooms.all { #expect(manifest.contains("name: \"\(room.name)\""), "\(room.name)") }
  }

  @Test("The table itself keeps the rules")
  func table() {
    for room in Rooms.all {
      let reachable = Rooms.reachable(from: room.name)
      #expect(!reachable.contains(room.name), "\(room.name) reaches itself")
      #expect(reachable.contains("COpenSSL") == (room.name == "OpenSSL"))
      #expect(room.outside.contains("GRDB") == (room.name == "ReceiptStore"))
      // Synchronization is the toolchain's own and does no I/O.
      if Rooms.pure.contains(room.name) { #expect(room.outside.isSubset(of: ["Synchronization"])) }
    }
    let network: Set = ["NIOSSL", "AsyncHTTPClient", "NIOHTTP2", "NIOTransportServices"]
    #expect(Rooms.room("amanad")?.outside.isDisjoint(with: network) == true)
    #expect(!Rooms.reachable(from: "amana").contains("ReceiptStore"))
    #expect(!Rooms.reachable(from: "ControlAPI").contains("ReceiptStore"))
    #expect(!Rooms.reachable(from: "amana-courier").contains("ReceiptStore"))
  }

  @Test(
    "An import that the table forbids is found",
    arguments: [
      ("COSE", "import COpenSSL"), ("COSE", "import Foundation"), ("Custody", "public import GRDB"),
      ("Roster", "internal import NIOCore"), ("TransparencyLog", "import Roster"), ("OpenSSL", "import COSE"),
      ("Custody", "@preconcurrency import struct Foundation.Date"), ("ControlAPI", "import ReceiptStore"),
      ("amana", "import GRDB"), ("amana", "@testable import ReceiptStore"), ("amanad", "import NIOSSL"),
      ("amanad", "import AsyncHTTPClient"), ("amana-courier", "import ReceiptStore"),
      ("ReceiptStore", "import ControlAPI"), ("Elsewhere", "import COSE"), ("Roster", "import COSE; import Custody"),
      ("COSE", "/* a */ import\n  GRDB"),
    ])
  func offences(room: String, source: String) {
    #expect(Rooms.problems(SourceFile(path: "Sources/\(room)/MadeUp.swift", text: source)).count == 1)
  }

  @Test(
    "What is allowed, or only spoken of, is no offence",
    arguments: [
      ("OpenSSL", "import COpenSSL"), ("Custody", "public import COSE\nimport OpenSSL"),
      ("ReceiptStore", "import GRDB\nimport Foundation"), ("amanad", "import ReceiptStore"),
      ("COSE", "// import Foundation\n/* import GRDB */ let text = \"import NIOCore\""),
      ("Roster", "let important = reimport(Foundation)"),
    ])
  func allowed(room: String, source: String) {
    #expect(Rooms.problems(SourceFile(path: "Sources/\(room)/MadeUp.swift", text: source)) == [])
  }
}
