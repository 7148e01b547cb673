import ControlAPI
import Foundation
import Testing

extension EndToEnd {
  /// amanad.json, AMANAD_… and flags; `amana config`.
  @Suite struct ConfigTests {
    /// A file, and for each mistake what its sentence must contain.
    struct Case: Sendable, CustomStringConvertible {
      let text: String
      let wanted: [[String]]
      init(_ text: String, _ wanted: [String]...) {
        self.text = text
        self.wanted = wanted
      }
      var description: String { text }
    }

    static let cases = [
      Case(
        #"{"log": {"level": "loud"}}"#,
        ["line 1: log.level", "\"loud\" is not allowed", "allowed: debug, info, notice, warning, error"]),
      Case("{\n\"log\": {\n\"level\": 3}}", ["line 3: log.level: 3 is not allowed", "allowed: debug"]),
      Case(
        "{\"limits\": {\n\"connections\": 0,\n\"request-seconds\": \"many\"}}",
        ["line 2: limits.connections: 0 is out of range", "a whole number from 1 to 16384"],
        ["line 3: limits.request-seconds: \"many\" is not allowed", "a whole number from 1 to 3600"]),
      Case(#"{"limits": {"connections": 1.5}}"#, ["line 1: limits.connections: 1.5 is not allowed"]),
      Case(#"{"limits": {"connections": 99999999999999999999}}"#, ["99999999999999999999 is not allowed"]),
      Case(#"{"limits": {"connections": null}}"#, ["limits.connections: null is not allowed"]),
      Case("{\n\"loging\": {}\n}", ["line 2: loging: there is no such key", "socket, state, log, rights"]),
      Case(
        "{\"log\": {\"level\": \"info\",\n\"file\": \"x\"}}",
        ["line 2: log.file: there is no such key", "allowed: level"]),
      Case(#"{"log.level": "info"}"#, ["log.level: there is no such key"]),
      Case(
        "{\"log\": {\"level\": \"info\",\n\n\"level\": \"debug\"}}",
        ["line 3: log.level: it stands in line 1 already"]),
      Case(#"{"log": "info"}"#, ["log: it is \"info\" and must be an object", "allowed: level"]),
      Case(
        "{\"rights\": {\"readers\": [\"alice\",\n\"@staff\",\n\"bob smith\",\n7]}}",
        ["line 4: rights.readers: 7 is not"]),
      Case(
        "{\"rights\": {\"readers\": [\"alice\",\n\"bob smith\"]}}",
        ["line 2: rights.readers: \"bob smith\" is no user and no group", "a list of local users"]),
      Case(
        "{\"rights\": {\"officers\": [\"alice=1\",\n\"bob\",\n\"alice=2\",\n\"=3\"]}}",
        ["line 2: rights.officers: \"bob\" is not user=number"],
        ["line 3: rights.officers: user alice stands here twice"],
        ["line 4: rights.officers: \"=3\" is not user=number"]),
      Case(#"{"socket": {"path": ""}}"#, ["socket.path: a path must not be empty"]),
      Case(
        "{\"socket\": {\"path\": \"/\(String(repeating: "x", count: 200))\"}}",
        ["socket.path: the path has 201 bytes", "at most 103 bytes"]),
      Case("[]", ["line 1: it is a list and must be an object"]),
      Case("", ["line 1: it is no JSON: a value is missing"]),
      Case("{\n\"log\": {\n}", ["line 3: it is no JSON: a comma or } is missing"]),
      Case("{\"log\": {}} x", ["it is no JSON: something follows"]),
      Case("{\"log\": {\"level\": \"a\nb\"}}", ["line 1: it is no JSON: a line break or control character"]),
      Case("\u{feff}{}", ["line 1: it is no JSON: it begins with a byte order mark"]),
      Case("{\"log\": {\"level\": \"\\ud800\"}}", ["it is no JSON: half a surrogate pair"]),
      Case(String(repeating: "[", count: 5000), ["it is no JSON: it nests deeper than 8 levels"]),
      Case("{'log': {}}", ["line 1: it is no JSON: a key in quotation marks is missing"]),
      Case("// a comment\n{}", ["line 1: it is no JSON: no value begins like this"]),
    ]

    @Test("Every mistake is named with key, line and allowed values, and amanad says the same", arguments: cases)
    func mistakes(example: Case) async throws {
      let folder = try World.newFolder()
      defer { try? FileManager.default.removeItem(atPath: folder) }
      try example.text.write(toFile: "\(folder)/amanad.json", atomically: true, encoding: .utf8)
      let answers = try [
        Command("amana", ["config", "check", "--directory", folder], logs: "\(folder)/logs").finished(),
        Command("amanad", ["--directory", folder], logs: "\(folder)/logs").finished(),
      ]
      for answer in answers {
        let lines = answer.errors.split(separator: "\n").filter { $0.contains("\(folder)/amanad.json line ") }
        #expect(answer.code == 1 && lines.count == example.wanted.count, "\(answer)")
        for (line, wanted) in zip(lines, example.wanted) {
          for part in wanted { #expect(line.contains(part), "\(line)") }
        }
      }
      #expect(
        answers[0].errors.contains("DOES NOT HOLD") && answers[0].errors.contains("mistakes: \(example.wanted.count)"))
      #expect(answers[1].errors.contains("cannot go on: mistakes in the configuration: \(example.wanted.count)"))
    }

    @Test("Mistakes of flags, environment and file are told at once; not UTF-8 and no file are told")
    func everySource() throws {
      let folder = try World.newFolder()
      defer { try? FileManager.default.removeItem(atPath: folder) }
      let file = "\(folder)/other.json"
      func amanad(_ arguments: [String], _ environment: [String: String] = [:]) throws -> Answer {
        try Command(
          "amanad", ["--directory", folder, "--config", file] + arguments, environment: environment,
          logs: "\(folder)/logs"
        ).finished()
      }
      #expect(try amanad([]).errors.contains("\(file): it is missing or not readable"))
      try Data([0x7b, 0xff, 0x7d]).write(to: URL(filePath: file))
      #expect(try amanad([]).errors.contains("it is not UTF-8"))
      try #"{"log": {"level": "x"}}"#.write(toFile: file, atomically: true, encoding: .utf8)
      let answer = try amanad(
        ["--set", "limits.connections=x", "--set", "no.such=1", "--log-level", "y"],
        ["AMANAD_OVERDUE_SCAN_SECONDS": "-1", "AMANAD_SPEED": "1"])
      for part in [
        "flag --set: limits.connections: it has the wrong type; allowed: a whole number from 1 to 16384",
        "flag --set: no.such: there is no such key", "flag --log-level: log.level: \"y\" is not allowed",
        "environment AMANAD_OVERDUE_SCAN_SECONDS: overdue.scan-seconds: -1 is out of range",
        "environment AMANAD_SPEED: there is no such variable", "\(file) line 1: log.level: \"x\" is not allowed",
        "mistakes in the configuration: 6",
      ] { #expect(answer.errors.contains(part), "\(part): \(answer)") }
      #expect(answer.code == 1)
      #expect(try amanad(["--set", "log.level"]).code == 64)
    }

    @Test("A flag comes before the environment, the environment before the file, the file before the default")
    func precedence() throws {
      let flag = ("--log-level", "log.level", "error")
      let folder = try World.newFolder()
      defer { try? FileManager.default.removeItem(atPath: folder) }
      func read(_ environment: [String: String], _ flags: [(flag: String, key: String, value: String)]) throws
        -> Settings
      {
        try SettingsSources(directory: folder, file: nil, environment: environment, flags: flags).read()
      }
      #expect(try read([:], []).logLevel == "notice")
      #expect(try read([:], []).readers == ["@amana-readers"])
      #expect(try read([:], []).officers == [])
      let text =
        "{\"log\": {\n\"level\": \"info\"}, \"rights\": {\"officers\": [\"alice=1\", \"uid:1002=7\"], \"readers\": []}}"
      try text.write(toFile: "\(folder)/amanad.json", atomically: true, encoding: .utf8)
      let file = try read([:], [])
      #expect(file.logLevel == "info" && file.officers == ["alice=1", "uid:1002=7"] && file.readers == [])
      #expect(file.effective["log.level"]?.source == .file("\(folder)/amanad.json", line: 2))
      let environment = ["AMANAD_LOG_LEVEL": "debug", "AMANAD_RIGHTS_READERS": "bob, @staff", "AMANA_LANG": "en"]
      let variables = try read(environment, [])
      #expect(variables.logLevel == "debug" && variables.readers == ["bob", "@staff"])
      #expect(variables.effective["log.level"]?.source == .environment("AMANAD_LOG_LEVEL"))
      let flagged = try read(environment, [flag])
      #expect(flagged.logLevel == "error" && flagged.effective["log.level"]?.source == .flag("--log-level"))
      #expect(flagged.connections == 512 && flagged.effective["limits.connections"]?.source == .standard)
      let shown = try Command(
        "amana", ["config", "show", "--directory", folder], environment: environment, logs: "\(folder)/logs"
      ).finished()
      #expect(shown.output.contains("log.level = debug  (environment AMANAD_LOG_LEVEL)"), "\(shown)")
      #expect(
        shown.output.contains("rights.officers = alice=1, uid:1002=7  (\(folder)/amanad.json line 2)"), "\(shown)")
      #expect(shown.output.contains("socket.path = DIRECTORY/control.sock  (default)"), "\(shown)")
      let checked = try Command("amana", ["config", "check", "--directory", folder], logs: "\(folder)/logs").finished()
      #expect(checked.code == 0 && checked.output.contains("HOLDS"), "\(checked)")
    }

    @Test("docs/configuration.md and amanad --help hold the table of keys")
    func documented() throws {
      let folder = try World.newFolder()
      defer { try? FileManager.default.removeItem(atPath: folder) }
      let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
      let text = try String(contentsOf: root.appending(path: "docs/configuration.md"), encoding: .utf8)
      #expect(text.contains(SettingKey.markdown), "\(SettingKey.markdown)")
      let help = try Command("amanad", ["--help"], logs: "\(folder)/logs").finished().output
      for key in SettingKey.all {
        #expect(help.contains("\(key.name) (") && text.contains(key.variable), "\(key.name)")
      }
    }
  }
}
