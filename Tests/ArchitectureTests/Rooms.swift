/// One room and what it may import: the rooms of its row of architecture.md, and modules from outside.
struct Room: Sendable {
  let name: String
  let imports: [String]
  let outside: Set<String>

  init(_ name: String, _ imports: [String], outside: Set<String> = []) {
    self.name = name
    self.imports = imports
    self.outside = outside
  }
}

/// The table of rooms (architecture.md). A row may import what it names and what that imports in turn.
enum Rooms {
  static let all: [Room] = [
    Room("COpenSSL", []),
    Room("OpenSSL", ["COpenSSL"], outside: ["Synchronization"]),
    Room("COSE", ["OpenSSL"]),
    Room("TransparencyLog", ["COSE"]),
    Room("Roster", ["COSE"]),
    Room("Custody", ["TransparencyLog", "Roster"], outside: ["Synchronization"]),
    Room("ReceiptStore", ["Custody"], outside: ["Dispatch", "Foundation", "GRDB", "Synchronization"]),
    Room("ControlAPI", ["Custody"], outside: ["Configuration", "Foundation", "NIOCore", "NIOHTTP1", "NIOPosix"]),
    Room(
      "Exchange", ["ControlAPI"],
      outside: [
        "AsyncHTTPClient", "Foundation", "HTTPTypes", "HummingbirdCore", "Logging", "NIOCore", "NIOExtras", "NIOHTTP1",
        "NIOHTTPTypesHTTP1", "NIOPosix", "NIOSSL", "NIOTLS", "ServiceLifecycle", "Synchronization",
      ]),
    Room(
      "amanad", ["ReceiptStore", "ControlAPI"],
      outside: [
        "ArgumentParser", "Foundation", "Glibc", "HTTPTypes", "Hummingbird", "HummingbirdCore", "Logging", "NIOCore",
        "NIOExtras", "NIOHTTP1", "NIOHTTPTypesHTTP1", "NIOPosix", "ServiceLifecycle", "Synchronization", "UnixSignals",
      ]),
    Room(
      "amana-courier", ["Exchange"],
      outside: [
        "ArgumentParser", "Foundation", "Logging", "NIOCore", "NIOPosix", "ServiceLifecycle", "Synchronization",
        "UnixSignals",
      ]),
    Room("amana", ["ControlAPI"], outside: ["ArgumentParser", "Foundation", "Glibc", "Synchronization"]),
  ]

  static let pure: Set<String> = ["OpenSSL", "COSE", "TransparencyLog", "Roster", "Custody"]

  static func room(_ name: String) -> Room? { all.first { $0.name == name } }

  /// The rooms that a room may import. Only OpenSSL imports COpenSSL.
  static func reachable(from name: String) -> Set<String> {
    guard let room = room(name) else { return [] }
    let found = room.imports.reduce(into: Set(room.imports)) { $0.formUnion(reachable(from: $1)) }
    return name == "OpenSSL" ? found : found.subtracting(["COpenSSL"])
  }

  /// Everything a file imports that its room may not, each in a sentence.
  static func problems(_ file: SourceFile) -> [String] {
    guard let room = room(file.room) else { return ["\(file.path): no room \(file.room) stands in the table"] }
    let allowed = reachable(from: room.name).union(room.outside).union([room.name])
    return imports(file.code).filter { !allowed.contains($0) }.map {
      "\(file.path): \(room.name) must not import \($0)"
    }
  }

  /// The modules that source imports: `public import struct COSE.CBOR` is COSE, `@testable import X; import Y` both.
  static func imports(_ code: String) -> [String] {
    let pattern = /(?:^|[\s;])import\s+(?:(?:struct|class|enum|protocol|typealias|func|let|var)\s+)?([A-Za-z_]\w*)/
    return code.matches(of: pattern).map { String($0.output.1) }
  }
}
