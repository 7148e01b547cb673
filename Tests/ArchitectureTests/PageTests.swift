import Foundation
import Testing

/// What the pages name of the repository is there: files, folders, other pages.
@Suite("What pages name is there") struct PageTests {
  /// Places that a page names and that are not there, each with the page.
  static func missing(of page: String, _ text: String) -> [String] {
    let links = text.matches(of: #/\]\(([^)#\s]+)/#).map { String($0.output.1) }.filter { !$0.contains("://") }
    let besides = URL(filePath: "/" + page).deletingLastPathComponent()
    let named = text.matches(of: #/`((?:Sources|Tests|docs|systemd)/[A-Za-z0-9_\/.+-]+)`/#).map { String($0.output.1) }
    // "NAME-VERSION.json" is a place of some file.
    let wanted = links.map { besides.appending(path: $0).standardized.path } + named.filter { !$0.contains("NAME") }
    return wanted.filter { !FileManager.default.fileExists(atPath: Repository.folder.appending(path: $0).path) }
      .map { "\(page) names \($0)" }
  }

  @Test("Links lead somewhere, and files and folders that are named exist") func places() throws {
    let docs = try FileManager.default.subpathsOfDirectory(atPath: Repository.folder.appending(path: "docs").path)
    let pages =
      ["README.md", "SECURITY.md", "keys/README.md"] + docs.filter { $0.hasSuffix(".md") }.map { "docs/\($0)" }
    #expect(pages.count > 60)
    #expect(try pages.sorted().flatMap { Self.missing(of: $0, try Repository.text($0)) } == [])
  }

  @Test("What is not there is seen") func offences() {
    let text =
      "[a](formats.md), [b](../README.md#c), [d](https://e.example/f), [g](none.md), `docs/codes/NAME-1.json`, "
      + "`Sources/COSE`, `Sources/COSE/None.swift`"
    #expect(
      Self.missing(of: "docs/checks.md", text) == [
        "docs/checks.md names /docs/none.md", "docs/checks.md names Sources/COSE/None.swift",
      ])
  }
}
