import Testing

/// A place in Sources where a forbidden construct stands with good reason.
struct Exception {
  let path: String
  let construct: String
  let count: Int
  let reason: String
}

@Suite("Nothing traps, nothing is unsafe outside OpenSSL")
struct ConstructTests {
  /// What stops the process.
  private static var trapping: [(name: String, pattern: Regex<Substring>)] {
    [
      ("try!", /\btry!/), ("as!", /\bas!/), ("fatalError", /\bfatalError\b/),
      ("precondition", /\bprecondition(?:Failure)?\b/), ("assert", /\bassert(?:ionFailure)?\b/),
      ("force unwrap", /(?:[A-Za-z0-9_`\)\]\}>"]|\?)!(?![=A-Za-z0-9_\(])/), ("force unwrap", /[\w\)\]]!\(/),
      ("exit", /\b(?:exit|abort|_exit)\(/),
    ]
  }

  private static let exceptions = [
    Exception(
      path: "Sources/OpenSSL/Digest.swift", construct: "precondition", count: 1,
      reason: "without SHA-256 in libcrypto nothing else works, and a digest that is not one must never be used"),
    Exception(
      path: "Sources/amana/Amana.swift", construct: "exit", count: 2,
      reason: "the command ends here with the exit code that its manual promises"),
    Exception(
      path: "Sources/amana-courier/AmanaCourier.swift", construct: "exit", count: 2,
      reason: "the command ends here with the exit code that its page promises"),
    Exception(
      path: "Sources/amana/Exchange/Watch.swift", construct: "exit", count: 2,
      reason: "what follows events ends at once, with code 0, when nobody wants to know more"),
  ]

  private static func found(_ file: SourceFile) -> [(construct: String, place: String)] {
    trapping.flatMap { name, pattern in file.places(of: pattern).map { (name, $0) } }.filter {
      !($0.0.hasPrefix("force") && ($0.1.hasSuffix("try!") || $0.1.hasSuffix("as!")))
    }
  }

  @Test("Sources trap nowhere but where the list says")
  func trapping() throws {
    var unused = Self.exceptions
    for file in try Repository.sources.get() {
      var rest = Self.found(file)
      for exception in Self.exceptions where exception.path == file.path {
        #expect(rest.filter { $0.construct == exception.construct }.count == exception.count, "\(exception.reason)")
        rest.removeAll { $0.construct == exception.construct }
        unused.removeAll { $0.path == exception.path }
      }
      #expect(rest.map(\.place) == [])
    }
    #expect(unused.map(\.path) == [], "exceptions that nothing needs any more")
  }

  @Test(
    "Each construct is found",
    arguments: [
      "try! go()", "let a = b as! C", "fatalError()", "preconditionFailure(\"x\")", "precondition(a == b)", "a.b!.c()",
      "list[0]!", "f()!", "var x: String!", "\"\\(name!)\"", "assert(x)", "f!()", "exit(1)", "let x = a! + b", "a?.b!",
    ])
  func offences(source: String) {
    #expect(!Self.found(SourceFile(path: "Sources/COSE/MadeUp.swift", text: source)).isEmpty)
  }

  @Test(
    "What only looks like one is not",
    arguments: [
      "a != b", "!a", "if !f() { }", "a && !b", "// fatalError()", "\"done! try! as!\"", "/* f()! */", "x = !y",
      "#\"a! \\(b!)\"#", "\"\"\"\n  Stop!\n  \"\"\"", "(!a, !b)", "try? f()", "[!a]", "f(!a)",
    ])
  func innocent(source: String) {
    #expect(Self.found(SourceFile(path: "Sources/COSE/MadeUp.swift", text: source)).map(\.place) == [])
  }

  /// Files outside Sources/OpenSSL that need `unsafe`, each with its reason. None do.
  private static let unsafeExceptions: [String: String] = [:]

  @Test("unsafe stands only in Sources/OpenSSL, and stands there")
  func unsafeOnlyInOpenSSL() throws {
    let pattern = /\bunsafe\b/
    let users = try Repository.sources.get().filter { !$0.places(of: pattern).isEmpty }
    #expect(users.contains { $0.room == "OpenSSL" })
    let outside = users.filter { $0.room != "OpenSSL" && Self.unsafeExceptions[$0.path] == nil }
    #expect(outside.flatMap { $0.places(of: pattern) } == [])
    #expect(Self.unsafeExceptions.keys.filter { path in !users.contains { $0.path == path } } == [])
    #expect(!SourceFile(path: "x", text: "nonisolated(unsafe) var a = 1").places(of: pattern).isEmpty)
  }

  @Test("Every target that we write is built with strict memory safety and warnings as errors")
  func settings() throws {
    let manifest = try Repository.text("Package.swift")
    let targets = manifest.matches(of: /\.(?:target|executableTarget|testTarget)\(/).count
    #expect(manifest.matches(of: /swiftSettings: strict/).count == targets)
    #expect(manifest.contains(".treatAllWarnings(as: .error)") && manifest.contains(".strictMemorySafety()"))
    #expect(!manifest.contains("unsafeFlags"))
  }
}
