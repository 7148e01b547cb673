import Testing

@Suite("Dependencies are pinned")
struct DependencyTests {
  /// "name version" of every exact pin, as docs/dependencies.lock writes it.
  private static func pins(_ manifest: String) -> [String] {
    manifest.matches(of: /\.package\(\s*url:\s*"[^"]*\/([^"\/]+?)(?:\.git)?",\s*exact:\s*"([^"]+)"/).map {
      "\($0.output.1.lowercased()) \($0.output.2)"
    }.sorted()
  }

  private static func packages(_ manifest: String) -> Int {
    manifest.matches(of: /\.package\(\s*(?:url|path|id|name)/).count
  }

  @Test("Every package is pinned exactly, and dependencies.lock lists the same")
  func exact() throws {
    let manifest = try Repository.text("Package.swift")
    let pins = Self.pins(manifest)
    #expect(pins.count == Self.packages(manifest) && !pins.isEmpty)
    let lock = try Repository.text("docs/dependencies.lock").split(separator: "\n").map { String($0) }
    #expect(pins == lock)
    #expect(Set(pins).count == pins.count)
  }

  @Test(
    "A package that is not pinned exactly is seen",
    arguments: [
      ".package(url: \"https://example.org/a.git\", from: \"1.0.0\")",
      ".package(url: \"https://example.org/a\", branch: \"main\")", ".package(path: \"../a\")",
      ".package(url: \"https://example.org/a\", \"1.0.0\"..<\"2.0.0\")",
    ])
  func offences(source: String) {
    #expect(Self.packages(source) == 1)
    #expect(Self.pins(source) == [])
  }
}
