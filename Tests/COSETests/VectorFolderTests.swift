import TestSupport
import Testing

/// No folder of the conformance vectors is passed over in silence.
@Suite struct VectorFolderTests {
  /// Folders whose files are run, each by the tests of its room.
  private static let run: Set = ["cbor", "cose-wg", "merkle", "ml-dsa", "rfc9942", "scitt-cose", "wycheproof"]

  @Test func everyFolderIsRun() throws {
    guard Vectors.folder != nil else { return Vectors.announce("vector folders") }
    let files = try Vectors.files("").map(\.name).filter { $0.contains("/") }
    let folders = Dictionary(grouping: files) { String($0.prefix { $0 != "/" }) }
    #expect(Set(folders.keys) == Self.run)
  }
}
