import Foundation
import Testing

@testable import amana

/// Files that hold what few may read.
@Suite("Files that are written") struct NewFileTests {
  private func inFolder(_ work: (String) throws -> Void) throws {
    let folder = "\(NSTemporaryDirectory())/amana-files-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try work(folder)
  }

  private func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder)
  }

  @Test("What is only passed on has no name from the first byte on, so that nothing is left of it whatever happens")
  func unnamed() throws {
    try inFolder { folder in
      let file = try NewFile.unnamed(in: folder)
      #expect(try names(folder) == [], "nobody finds it, and no crash leaves it")
      try file.write(Array("in clear".utf8))
      try file.handle.seek(toOffset: 0)
      #expect(try file.handle.readToEnd() == Data("in clear".utf8))
      file.discard()
      #expect(try names(folder) == [])
    }
  }

  @Test("What is kept is its owner's alone, stands there whole, and never in the place of another")
  func kept() throws {
    try inFolder { folder in
      let path = "\(folder)/opened"
      let file = try NewFile(path)
      try file.write([1, 2, 3])
      #expect(!FileManager.default.fileExists(atPath: path))
      try file.keep()
      #expect(try names(folder) == ["opened"])
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber
      #expect(mode?.intValue == 0o600)
      #expect(throws: CommandFailure.self) { _ = try NewFile(path) }
      #expect(try Data(contentsOf: URL(filePath: path)) == Data([1, 2, 3]))
    }
  }
}
