import Configuration

/// The settings of a program in force, and where each came from. docs/configuration.md.
public struct Settings: Hashable, Sendable {
  /// A value and its source.
  public struct Effective: Hashable, Sendable {
    public let value: SettingValue
    public let source: SettingSource
  }

  /// By key; one that is absent has a default which depends on the directory.
  public private(set) var effective: [String: Effective]

  public var socketPath: String? { text(of: "socket.path") }
  public var stateDirectory: String? { text(of: "state.directory") }
  public var keysDirectory: String? { text(of: "state.keys-directory") }
  public var logLevel: String { text(of: "log.level") ?? "notice" }
  public var readers: [String] { list("rights.readers") }
  public var operators: [String] { list("rights.operators") }
  public var administrators: [String] { list("rights.administrators") }
  /// "user=number" each.
  public var officers: [String] { list("rights.officers") }
  public var connections: Int { number("limits.connections") }
  public var requestSeconds: Int { number("limits.request-seconds") }
  public var publishSeconds: Int { number("log.publish-seconds") }
  public var publishBatch: Int { number("log.publish-batch") }
  /// nobody, observers or members.
  public var feedWidenTo: String { text(of: "feed.widen-to") ?? "nobody" }
  public var feedWidenAfterSeconds: Int { number("feed.widen-after-seconds") }
  /// on-adoption or never.
  public var rosterSendView: String { text(of: "roster.send-view") ?? "on-adoption" }
  public var overdueScanSeconds: Int { number("overdue.scan-seconds") }
  public var exchangeSocket: String? { text(of: "exchange.socket") }
  /// "name" or "uid:number".
  public var exchangeUser: String { text(of: "exchange.user") ?? "amana-courier" }
  public var gossipSeconds: Int { number("exchange.gossip-seconds") }
  /// How many statements of one peer are kept that concern nobody here.
  public var uncitedLimit: Int { number("exchange.uncited-limit") }
  /// How much must be free for pieces of objects to be taken.
  public var diskFloorMebibytes: Int { number("exchange.disk-floor-mebibytes") }

  /// Each a `FetchURL`.
  public var revocationListURLs: [FetchURL] { list("trust.crl-urls").compactMap { FetchURL($0) } }
  /// Their texts: whose lists are kept.
  public var wantedLists: Set<String> { Set(revocationListURLs.map(\.text)) }
  public var revocationListSeconds: Int { number("trust.crl-seconds") }
  public var timeStampURL: FetchURL? { text(of: "trust.timestamp-url").flatMap { FetchURL($0) } }

  /// Where our log is kept as plain files; nil where it is not.
  public var tilesDirectory: String? { text(of: "tiles.directory") }

  private func list(_ key: String) -> [String] {
    if case .list(let list) = effective[key]?.value { list } else { [] }
  }

  private func number(_ key: String) -> Int {
    number(of: key) ?? 0
  }

  /// The settings after a reload to `new`: what can't change while running stays.
  public func reloaded(to new: Settings, keys: [SettingKey] = SettingKey.all) -> Settings {
    var result = new
    for key in keys where !key.isReloadable { result.effective[key.name] = effective[key.name] }
    return result
  }

  /// The keys whose values differ.
  public func differences(from other: Settings, keys: [SettingKey] = SettingKey.all) -> [SettingKey] {
    keys.filter { effective[$0.name]?.value != other.effective[$0.name]?.value }
  }
}

/// What settings are read from. A flag comes before the environment, the environment before the file, the file before
/// the default.
public struct SettingsSources: Sendable {
  /// The file, and whether it must be there.
  public var file: String
  public var fileIsNamed: Bool
  public var environment: [String: String]
  /// Values by key, with the flag that gave each.
  public var flags: [(flag: String, key: String, value: String)]
  private let keys: [SettingKey]

  /// - Parameter keys: those of one program, which gives the file its name and the variables their prefix.
  public init(
    directory: String, file: String?, environment: [String: String],
    flags: [(flag: String, key: String, value: String)] = [], keys: [SettingKey] = SettingKey.all
  ) {
    let program = keys.first?.program ?? "amanad"
    self.file = file ?? "\(directory)/\(program).json"
    fileIsNamed = file != nil
    self.environment = environment.filter { $0.key.hasPrefix(SettingKey.prefix(program)) }
    self.flags = flags
    self.keys = keys
  }

  /// Reads everything and checks it.
  /// - Throws: `SettingsError` with every mistake at once.
  public func read() throws(SettingsError) -> Settings {
    let parsed = SettingsFile.open(file, mustExist: fileIsNamed, keys: keys)
    var mistakes = unknownFlags() + unknownVariables() + parsed.mistakes
    let variables = EnvironmentVariablesProvider(environmentVariables: environment)
    // A flag's text is read as its variable's would be.
    let flagged = EnvironmentVariablesProvider(
      environmentVariables: Dictionary(
        flags.compactMap { flag in named(flag.key).map { ($0.variable, flag.value) } }
      ) { _, last in last })
    let file = parsed.provider
    var effective: [String: Settings.Effective] = [:]
    for key in keys {
      let flag = flags.last { $0.key == key.name }?.flag ?? key.name
      let line = parsed.entries[key.name]?.line ?? 0
      let sources: [(any ConfigProvider, SettingSource)] = [
        (flagged, .flag(flag)), (variables, .environment(key.variable)), (file, .file(self.file, line: line)),
      ]
      let found = sources.compactMap { Self.look(for: key, in: $0.0, $0.1, &mistakes) }
      effective[key.name] = found.first ?? key.standard.map { Settings.Effective(value: $0, source: .standard) }
    }
    guard mistakes.isEmpty else { throw SettingsError(mistakes: mistakes) }
    return Settings(effective: effective)
  }

  private static func look(
    for key: SettingKey, in provider: any ConfigProvider, _ source: SettingSource, _ mistakes: inout [SettingMistake]
  ) -> Settings.Effective? {
    var problems: [String] = []
    do {
      let result = try provider.value(forKey: AbsoluteConfigKey(key.path), type: key.type)
      guard let content = result.value?.content else { return nil }
      if let value = SettingValue(content) {
        problems = key.problems(value).map(\.detail)
        if problems.isEmpty { return Settings.Effective(value: value, source: source) }
      }
    } catch {
      problems = ["it has the wrong type"]
    }
    mistakes += problems.map { SettingMistake(source: source, key: key.name, detail: $0, allowed: key.allowed) }
    return nil
  }

  private func named(_ name: String) -> SettingKey? { keys.first { $0.name == name } }

  private func unknownFlags() -> [SettingMistake] {
    flags.filter { named($0.key) == nil }.map {
      SettingMistake(
        source: .flag($0.flag), key: $0.key, detail: "there is no such key",
        allowed: keys.map(\.name).joined(separator: ", "))
    }
  }

  private func unknownVariables() -> [SettingMistake] {
    let known = Set(keys.map(\.variable))
    return environment.keys.sorted().filter { !known.contains($0) }.map {
      SettingMistake(
        source: .environment($0), key: nil, detail: "there is no such variable",
        allowed: known.sorted().joined(separator: ", "))
    }
  }
}
