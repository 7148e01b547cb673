import ControlAPI
import Foundation
import Testing

/// Two authorities under one roster in a temporary folder, and a third that stays silent unless wanted. Whatever happens, its processes and files are gone afterwards.
struct World {
  let folder: String
  let syr: TestAuthority
  let irq: TestAuthority
  let tur: TestAuthority
  let digest: String
  var logs: String { "\(folder)/logs" }

  struct Setting {
    var twoUsers = false
    var exercise = false
    var starts = true
    /// Whether the third authority's daemon runs too.
    var three = false
    /// Whether each authority has a physician (officer 3), a witness (4), somebody who takes marks (5) and somebody who
    /// protects children (6).
    var approvers = false
    /// Whether the authorities are competent for every kind.
    var allKinds = false
  }

  /// Makes two authorities, starts their daemons unless told otherwise, does the body, and cleans up.
  static func run(_ setting: Setting = Setting(), _ body: (World) async throws -> Void) async throws {
    let folder = try newFolder()
    defer {
      Running.shared.killAll()
      try? FileManager.default.removeItem(atPath: folder)
    }
    let world = try World(folder, setting)
    if setting.starts {
      let daemons = try ([world.syr, world.irq] + (setting.three ? [world.tur] : [])).map { try $0.daemon() }
      for daemon in daemons { _ = try daemon.ready() }
    }
    try await body(world)
  }

  static func run(starts: Bool, _ body: (World) async throws -> Void) async throws {
    try await run(Setting(starts: starts), body)
  }

  /// A short path: a Unix socket's path holds 107 bytes.
  static func newFolder() throws -> String {
    let folder = "/tmp/amana-\(UUID().uuidString.prefix(13))"
    try FileManager.default.createDirectory(atPath: "\(folder)/logs", withIntermediateDirectories: true)
    return folder
  }

  init(_ folder: String, _ setting: Setting) throws {
    let isSpecial = setting.exercise || setting.approvers || setting.allKinds
    let kinds = setting.allKinds ? "all" : "detainee-transfer"
    self.init(
      folder,
      digest: try isSpecial
        ? World.make(folder, exercise: setting.exercise, approvers: setting.approvers, kinds: kinds)
        : Template.shared.get().write(to: folder))
    for authority in [syr, irq, tur] {
      let file = AuthorityFile(authority: authority.name, rosterDigest: digest, twoUsers: setting.twoUsers)
      try JSONEncoder().encode(file).write(to: URL(filePath: "\(authority.folder)/authority.json"))
    }
  }

  /// Of these, who are more than three.
  init(_ folder: String, made: [Made]) throws {
    self.init(folder, digest: try World.make(folder, exercise: false, made))
  }

  private init(_ folder: String, digest: String) {
    self.folder = folder
    self.digest = digest
    syr = TestAuthority(
      name: "SYR/prisons", folder: "\(folder)/syr", logs: "\(folder)/logs", site: "SYR-HSK-01")
    irq = TestAuthority(
      name: "IRQ/justice", folder: "\(folder)/irq", logs: "\(folder)/logs", site: "IRQ-BGD-01")
    tur = TestAuthority(
      name: "TUR/migration", folder: "\(folder)/tur", logs: "\(folder)/logs", site: "TUR-ANK-01")
  }

  /// One that is made: its folder's name, its own, its site and its role.
  struct Made {
    let part: String
    let name: String
    let site: String
    var role = "custodian"
    var postQuantum: String?
    /// A State has an ISO code.
    var isState = true
    /// What its member is called; nil: as the authority.
    var member: String?
  }

  static let three = [
    Made(part: "syr", name: "SYR/prisons", site: "SYR-HSK-01"),
    Made(part: "irq", name: "IRQ/justice", site: "IRQ-BGD-01"),
    Made(part: "tur", name: "TUR/migration", site: "TUR-ANK-01"),
  ]

  /// Makes keys, introductions and a roster with the command, and pins it.
  static func make(
    _ folder: String, exercise: Bool, _ all: [Made] = three, policy: String = "classical", approvers: Bool = false,
    kinds: String = "detainee-transfer"
  ) throws -> String {
    let offices = approvers ? ["medical", "witness", "person", "child-protection"].flatMap { ["--approver", $0] } : []
    func amana(_ arguments: [String]) throws -> Answer {
      let answer = try Command("amana", arguments, logs: "\(folder)/logs").finished()
      guard answer.code == 0 else { throw Stopped("amana \(arguments): \(answer)") }
      return answer
    }
    var roster = ["init", "roster", "\(folder)/roster.cose", "--coalition", "Test"] + (exercise ? ["--exercise"] : [])
    for made in all {
      let (part, name) = (made.part, made.name)
      let competence: [String] = made.role == "custodian" ? ["--kinds", kinds] : []
      _ = try amana(
        [
          "init", "authority", "--role", made.role, "\(folder)/\(part)", "--name", name, "--uri",
          "https://\(part).example/custody",
          "--sites", made.site, "--name-en", name, "--name-ar", "جهة", "--member-en", made.member ?? name,
          "--member-ar", "عضو",
        ] + competence + (made.isState ? ["--iso3", part.uppercased()] : [])
          + (made.postQuantum.map { ["--post-quantum", $0] } ?? []) + offices)
      roster += ["--introduction", "\(folder)/\(part)/introduction.json"]
      roster += ["--root-key", "\(folder)/\(part)/root/root.pem"]
    }
    let digest = try amana(roster).lines.last?.filter { $0 != " " } ?? ""
    for (part, name) in all.map({ ($0.part, $0.name) }) {
      _ = try amana([
        "init", "trust", "\(folder)/\(part)", "--name", name, "--roster", "\(folder)/roster.cose", "--digest", digest,
        "--one-user", "--post-quantum", policy,
      ])
    }
    return digest
  }
}

extension World {
  /// Runs `amana` on files, whatever it answers.
  func command(_ arguments: [String], environment: [String: String] = [:]) throws -> Answer {
    try Command("amana", arguments, environment: environment, logs: logs).finished()
  }

  /// Runs `amana` on files and expects an exit code.
  @discardableResult
  func amana(_ arguments: [String], code: Int32 = 0, sourceLocation: SourceLocation = #_sourceLocation) throws -> Answer
  {
    let answer = try command(arguments)
    #expect(answer.code == code, "\(arguments): \(answer)", sourceLocation: sourceLocation)
    return answer
  }

  /// Five members under one roster, all their daemons running; the last is an observer when asked for.
  static func runFive(observer: Bool = false, _ body: ([TestAuthority]) async throws -> Void) async throws {
    let more = [
      Made(part: "jor", name: "JOR/justice", site: "JOR-AMM-01"),
      Made(part: "eve", name: "EVE/watch", site: "EVE-XXX-01", role: observer ? "observer" : "custodian"),
    ]
    try await run(three + more, body)
  }

  /// Members under one roster, all their daemons running.
  static func run(_ all: [Made], _ body: ([TestAuthority]) async throws -> Void) async throws {
    let folder = try newFolder()
    defer {
      Running.shared.killAll()
      try? FileManager.default.removeItem(atPath: folder)
    }
    _ = try make(folder, exercise: false, all)
    let members = all.map {
      TestAuthority(name: $0.name, folder: "\(folder)/\($0.part)", logs: "\(folder)/logs", site: $0.site)
    }
    for daemon in try members.map({ try $0.daemon() }) { _ = try daemon.ready() }
    try await body(members)
  }

  /// A bundle of people of another coalition, whose daemon runs only meanwhile, and that coalition's roster.
  static func foreignBundle(exercise: Bool) async throws -> (bytes: [UInt8], roster: [UInt8]) {
    let folder = try newFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    _ = try make(folder, exercise: exercise)
    let syr = TestAuthority(name: "SYR/prisons", folder: "\(folder)/syr", logs: "\(folder)/logs", site: "SYR-HSK-01")
    let irq = TestAuthority(name: "IRQ/justice", folder: "\(folder)/irq", logs: "\(folder)/logs", site: "IRQ-BGD-01")
    let daemon = try syr.daemon().ready()
    defer { daemon.crash() }
    let intake = try await syr.sign(syr.intake(3))
    _ = try await syr.draft(syr.request("offer", intake.statement, to: irq.name))
    #expect(try syr.amana("status").output.contains("EXERCISE") == exercise)
    return (try await syr.bundle(to: irq), [UInt8](try Data(contentsOf: URL(filePath: "\(folder)/roster.cose"))))
  }
}

/// What `amana init` wrote once, kept in memory and written again for each test.
struct Template {
  let digest: String
  let files: [String: Data]

  static let shared = Result { try Template() }

  init() throws {
    let folder = try World.newFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    digest = try World.make(folder, exercise: false)
    var files: [String: Data] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder) where !path.hasPrefix("logs") {
      files[path] = FileManager.default.contents(atPath: "\(folder)/\(path)")
    }
    self.files = files
  }

  func write(to folder: String) throws -> String {
    for (path, content) in files {
      let url = URL(filePath: "\(folder)/\(path)")
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try content.write(to: url)
    }
    return digest
  }
}
