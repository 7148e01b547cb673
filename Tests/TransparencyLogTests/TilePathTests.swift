import OpenSSL
import TestSupport
import Testing
import TransparencyLog

/// Paths and files of C2SP tlog-tiles.
@Suite("Tiles as files") struct TilePathTests {
  @Test func pathsReadBackAsTheyAreWritten() {
    let paths: [(String, TilePath)] = [
      ("checkpoint", .checkpoint),
      ("tile/0/000", .hashes(TileAddress(level: 0, index: 0), width: 256)),
      ("tile/0/000.p/1", .hashes(TileAddress(level: 0, index: 0), width: 1)),
      ("tile/63/x001/x234/067.p/255", .hashes(TileAddress(level: 63, index: 1_234_067), width: 255)),
      ("tile/entries/x273/000", .entries(index: 273_000, width: 256)),
      ("tile/entries/999.p/17", .entries(index: 999, width: 17)),
    ]
    for (text, path) in paths {
      #expect(TilePath(text) == path, "\(text)")
      #expect(path.text == text)
    }
  }

  @Test(arguments: [
    "", "/checkpoint", "checkpoint/", "tile", "tile/", "tile/0", "tile/0/", "tile/0/0", "tile/0/00", "tile/0/0000",
    "tile/00/000", "tile/64/000", "tile/-1/000", "tile/0/000.p", "tile/0/000.p/", "tile/0/000.p/0", "tile/0/000.p/256",
    "tile/0/000.p/01", "tile/0/000.p/1/", "tile/0/x000/000", "tile/0/001/000", "tile/0/x1/000", "tile/0/X001/000",
    "tile/0/../000", "tile/0/x00a/000", "tile/entries/", "tile/entries/000.p/1000", "tile/Entries/000", "tile/0/٠٠٠",
    "tile/0/x999/x999/x999/x999/x999/x999/x999/999", "tile/0/x018/x446/x744/x073/x709/x551/616", "tile/0/000.p/1.p/1",
    "tile/0/+01",
  ])
  func everyOtherTextNamesNothing(_ text: String) { #expect(TilePath(text) == nil) }

  /// 70,000 leaves are the specification's own example.
  @Test func theFilesOfATreeAreThoseOfTheSpecification() {
    let files = TilePath.added(from: 0, to: 70_000)
    func count(_ matches: (TilePath) -> Bool) -> Int { files.count(where: matches) }
    #expect(count { if case .hashes(let tile, 256) = $0 { tile.level == 0 } else { false } } == 273)
    #expect(files.contains(.hashes(TileAddress(level: 0, index: 273), width: 112)))
    #expect(count { if case .hashes(let tile, 256) = $0 { tile.level == 1 } else { false } } == 1)
    #expect(files.contains(.hashes(TileAddress(level: 1, index: 1), width: 17)))
    #expect(files.contains(.hashes(TileAddress(level: 2, index: 0), width: 1)))
    #expect(count { if case .entries = $0 { true } else { false } } == 274)
    #expect(files.count == 274 * 2 + 2 + 1)
    let full = TilePath.added(from: 0, to: 256)
    #expect(
      full == [
        .entries(index: 0, width: 256), .hashes(TileAddress(level: 0, index: 0), width: 256),
        .hashes(TileAddress(level: 1, index: 0), width: 1),
      ])
    for (old, new) in [(5, 5), (6, 5), (0, 0)] as [(UInt64, UInt64)] {
      #expect(TilePath.added(from: old, to: new).isEmpty)
    }
  }

  /// Files of a tree as a log would write them.
  private func content(of file: TilePath, _ entries: [LogEntry], _ tiles: MemoryTiles) throws -> [UInt8] {
    switch file {
    case .checkpoint: []
    case .entries(let index, let width):
      TileContent.bytes(of: Array(entries[(Int(index) * 256)..<(Int(index) * 256 + width)]))
    case .hashes(let address, let width): TileContent.bytes(of: tiles.hashes(of: address).prefix(width))
    }
  }

  private func entries(_ count: Int) -> [LogEntry] {
    (0..<count).compactMap { LogEntry(SHA256.hash(Array("entry \($0)".utf8))) }
  }

  /// Whoever takes the files of one size after another has the tree of each, and files of a tree are of no other.
  @Test func whatIsFetchedInPartsIsTheWholeTree() throws {
    let entries = entries(1400)
    let tiles = MemoryTiles(entries.map(\.leafHash))
    let reader = TileReader(source: tiles)
    var known = TileWriter()
    for size: UInt64 in [0, 1, 2, 255, 256, 257, 512, 700, 700, 1023, 1400] {
      let checkpoint = Checkpoint(origin: "a/log/1", size: size, root: try #require(try reader.root(size: size)))
      var verifier = TileVerifier(continuing: known)
      for file in TilePath.added(from: known.size, to: size) {
        let bytes = try content(of: file, entries, tiles)
        #expect(bytes.count == file.byteCount)
        try verifier.take(file, bytes)
      }
      known = try verifier.finish(checkpoint)
      #expect(known.size == size)
      let other = Checkpoint(origin: "a/log/1", size: size, root: TreeHash.leaf([1]))
      #expect(throws: TileVerifier.Refusal.root) { try verifier.finish(other) }
    }
  }

  @Test func aByteThatIsNotTheLogsIsRefusedInEveryFile() throws {
    let entries = entries(600)
    let tiles = MemoryTiles(entries.map(\.leafHash))
    let root = try #require(try TileReader(source: tiles).root(size: 600))
    let checkpoint = Checkpoint(origin: "a/log/1", size: 600, root: root)
    let files = TilePath.added(from: 0, to: 600)
    #expect(files.count == 7)
    for changed in files {
      var verifier = TileVerifier()
      #expect(throws: TileVerifier.Refusal.self, "\(changed.text)") {
        for file in files {
          var bytes = try content(of: file, entries, tiles)
          if file == changed { bytes[bytes.count / 2] ^= 1 }
          try verifier.take(file, bytes)
        }
        _ = try verifier.finish(checkpoint)
      }
      for length in [0, 1, -1] {
        var bytes = try content(of: changed, entries, tiles)
        bytes = length == 0 ? [] : length > 0 ? bytes + [0] : Array(bytes.dropLast())
        var verifier = TileVerifier()
        #expect(throws: TileVerifier.Refusal.form(changed)) { try verifier.take(changed, bytes) }
      }
    }
  }

  /// A log that takes back leaves, and one that leaves a tile out.
  @Test func aTreeThatShrinksAndAMissingTileAreRefused() throws {
    let entries = entries(300)
    let tiles = MemoryTiles(entries.map(\.leafHash))
    var verifier = TileVerifier()
    for file in TilePath.added(from: 0, to: 300) { try verifier.take(file, content(of: file, entries, tiles)) }
    let root = try #require(try TileReader(source: tiles).root(size: 300))
    let known = try verifier.finish(Checkpoint(origin: "a", size: 300, root: root))
    var again = TileVerifier(continuing: known)
    let shrunk = TilePath.entries(index: 1, width: 10)
    #expect(throws: TileVerifier.Refusal.root) { try again.take(shrunk, try content(of: shrunk, entries, tiles)) }
    var holed = TileVerifier()
    for file in TilePath.added(from: 0, to: 300).dropLast() {
      try holed.take(file, content(of: file, entries, tiles))
    }
    #expect(throws: TileVerifier.Refusal.root) { try holed.finish(Checkpoint(origin: "a", size: 300, root: root)) }
  }
}
