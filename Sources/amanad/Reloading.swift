import ControlAPI
import Custody
import Logging
import OpenSSL
import ReceiptStore
import Roster
import ServiceLifecycle
import UnixSignals

/// Reads the configuration, the roster, `authority.json`, keys, certificates and revocation lists again on SIGHUP. No request is dropped; a broken file
/// leaves the old one in force and is said aloud.
struct Reloading: Service {
  let signals: UnixSignalsSequence
  let sources: SettingsSources
  let settings: LiveSettings
  let directory: String
  let offices: OfficeInForce
  let sequencer: Sequencer
  let store: ReceiptStore
  let journal: Journal
  let status: StatusLine
  /// Puts what was read into force elsewhere.
  let adopt: @Sendable (Settings) throws -> Void
  /// Follows once the settings and the roster are in force.
  let adopted: @Sendable () async -> Void

  func run() async throws {
    for await _ in signals.cancelOnGracefulShutdown() { await reload() }
  }

  private func reload() async {
    await Systemd.notify(Systemd.reloading)
    let trust = await takeTrust()
    var problems = [trust.problem].compactMap(\.self)
    var done = trust.done ?? "nothing changed"
    do {
      let new = try sources.read()
      try adopt(new)
      let (changed, needRestart) = settings.adopt(new)
      if changed.contains("trust.crl-urls") { try await forgetLists() }
      journal.level = Logger.Level(rawValue: settings.current.logLevel) ?? .notice
      if !changed.isEmpty {
        done = ([trust.done].compactMap(\.self) + ["changed: \(changed.joined(separator: ", "))"]).joined(
          separator: "; ")
      }
      if !needRestart.isEmpty { problems.append("\(needRestart.joined(separator: ", ")) takes effect at a restart") }
    } catch {
      done = "the configuration in force stays"
      problems += (error as? SettingsError)?.mistakes.map(\.description) ?? ["\(error)"]
    }
    if problems.isEmpty {
      Logger.amanad.record(.reloaded, "reloaded; \(done)")
    } else {
      for problem in problems { Logger.amanad.record(.reloadFailed, "reload: \(problem); \(done)") }
    }
    await status.note(problems.first.map { "reload not taken whole: \($0)\(Self.more(problems.count))" })
    await Systemd.notify("READY=1")
    await adopted()
  }

  /// What beside the roster is in force that was not before: a token that had refused its PIN is asked anew too.
  private static func changes(_ new: Office, _ old: Office) -> [String] {
    let keys: [(String, OfficeKeys?, OfficeKeys?)] = [
      ("statement", new.statementKeys, old.statementKeys), ("receipt", new.receiptKeys, old.receiptKeys),
      ("seal", new.sealKeys, old.sealKeys), ("witness", new.witnessKeys, old.witnessKeys),
    ]
    let changed = keys.filter { $0.1?.all.map(\.publicKey) != $0.2?.all.map(\.publicKey) }
    return [
      changed.isEmpty ? nil : "keys taken: \(changed.map(\.0).joined(separator: ", "))",
      new.hasOtherCertificates(than: old) ? "certificates and revocation lists read anew" : nil,
      new.codeBook != old.codeBook ? "code lists read anew" : nil,
    ].compactMap(\.self)
  }

  /// Tries again to open what the former seal keys did not.
  private func openAgain(_ new: Office, _ old: Office) async throws {
    guard new.sealKeys.all.map(\.publicKey) != old.sealKeys.all.map(\.publicKey) else { return }
    await sequencer.completing.forgetUnopened()
    try await Receiving(office: new, store: store, sequencer: sequencer).resume()
  }

  /// Lists of URLs that are wanted no more count no more.
  private func forgetLists() async throws {
    let wanted = settings.current.wantedLists
    try await sequencer.adoptLists { try $0.forgetLists(except: wanted) }
  }

  private static func more(_ count: Int) -> String { count > 1 ? " (and \(count - 1) more, see the journal)" : "" }

  /// Adopts the roster that an administrator has pinned and every version on the way to it, if each follows the one before
  /// by its own rules. What does not follow keeps the one in force.
  private func takeTrust() async -> (problem: String?, done: String?) {
    let old = offices.current
    do {
      let new = try Office.open(directory: directory)
      guard new.hasSameFootingAs(old) else {
        return (
          "authority.json, the checkpoint key or the ML-DSA key has changed, which takes effect at a restart", nil
        )
      }
      var done = Self.changes(new, old)
      if new.roster.digest == old.roster.digest {
        offices.replace(new)
        try await sequencer.submit { registrar in try registrar.judgeWitnessKeys() }
      } else {
        let way = try await RosterWay(directory: directory, store: store).offices(from: old.roster, to: new)
        for office in way { try await sequencer.adopt(office) }
        let (first, last) = (old.roster.body.version + 1, new.roster.body.version)
        done.insert(
          first == last ? "roster version \(last) adopted" : "roster versions \(first) to \(last) adopted", at: 0)
      }
      // What is on record is judged by the lists that are at hand now.
      if new.hasOtherCertificates(than: old) { try await sequencer.adoptLists() }
      offices.current.tellProblemOfChain()
      offices.current.tellProblemsOfCodes()
      try await openAgain(new, old)
      return (nil, done.isEmpty ? nil : done.joined(separator: "; "))
    } catch {
      return ("\(error); roster version \(offices.current.roster.body.version) and the keys in force stay", nil)
    }
  }
}

extension Office {
  /// Whether another office differs in its roster and in keys that may change while it runs.
  fileprivate func hasSameFootingAs(_ other: Office) -> Bool {
    authority.name == other.authority.name && authority.uri == other.authority.uri
      && policy.digest == other.policy.digest && roster.body.exercise == other.roster.body.exercise
      && postQuantumKey?.publicKey == other.postQuantumKey?.publicKey
      && checkpointKey.publicKey == other.checkpointKey.publicKey
  }
}
