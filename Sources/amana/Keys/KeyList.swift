import ArgumentParser
import COSE
import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster

/// Lists an authority's keys: what lies here against what the roster says.
struct KeyList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List an authority's keys: what lies in its directory and what the roster says of it.",
    discussion: """
      A key that the roster lists and that is not here stands with "-": officers, roles and root holders keep theirs. A \
      key that is here and that no roster lists is "not-listed". Exit code 1 when a key of the daemon's is missing, not \
      listed or not valid.
      """)
  @Argument(help: "The authority's directory.") var directory = "/etc/amana"
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.key.list of docs/json.md.") var json = false
  @OptionGroup var speech: Speech

  struct Row: Encodable {
    /// The purpose, with an officer's number or a seal key's role.
    let name: String
    let kid: String?
    /// The file or URI; absent when the key is not here.
    let place: String?
    let term: KeyTerm?
    /// Why the key that is here could not be read.
    let problem: String?

    var standing: String { term?.standing ?? (problem == nil ? "not-listed" : "unreadable") }

    enum CodingKeys: String, CodingKey {
      case name, kid, place, standing, problem
    }

    func encode(to encoder: any Encoder) throws {
      try term?.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(name, forKey: .name)
      try container.encodeIfPresent(kid, forKey: .kid)
      try container.encodeIfPresent(place, forKey: .place)
      try container.encode(standing, forKey: .standing)
      try container.encodeIfPresent(problem, forKey: .problem)
    }
  }

  private struct Report: Encodable {
    let authority: String
    let rosterVersion: UInt64
    let keys: [Row]

    enum CodingKeys: String, CodingKey {
      case authority, keys
      case rosterVersion = "roster_version"
    }
  }

  func run() throws {
    let language = speech.language
    let folder = try AuthorityFolder(directory, language)
    let rows = Self.rows(folder, at: now())
    if json {
      try printJSON(
        .keyList,
        Report(
          authority: folder.authority.name.description, rosterVersion: folder.roster.body.version, keys: rows))
    } else {
      print(say(.keyListHead, in: language, folder.authority.name.description, String(folder.roster.body.version)))
      printTable(Self.table(rows, language), in: language)
    }
    let lacking = Self.lacking(rows, folder)
    guard lacking.isEmpty else {
      throw CommandFailure(
        Exit.doesNotHold, lines: lacking.map { say(.keyLacking, in: language, $0.rawValue) })
    }
  }

  /// The purposes of which no valid key lies where the daemon looks for it. A seal key must be the party's: those of roles
  /// are with their holders.
  private static func lacking(_ rows: [Row], _ folder: AuthorityFolder) -> [KeyPurpose] {
    KeyFolder.needed.filter { purpose in
      let places = [purpose.rawValue, KeyFolder.next(purpose)].map { folder.keys.place($0).text }
      let names = [purpose.rawValue] + (purpose == .seal ? ["seal \(SealRole.party.rawValue)"] : [])
      return !rows.contains { row in
        row.standing == "valid" && names.contains(row.name) && row.place.map { places.contains($0) } == true
      }
    }
  }

  private static func rows(_ folder: AuthorityFolder, at now: Int64) -> [Row] {
    var found: [(place: String, name: String, key: PublicKey?, problem: String?)] = []
    let names = KeyFolder.purposes.flatMap { [$0.rawValue, KeyFolder.next($0)] } + folder.keys.formers(.seal)
    for name in names where folder.keys.place(name).isThere {
      let place = folder.keys.place(name).text
      do { found.append((place, name, try folder.keys.key(name).publicKey, nil)) } catch {
        found.append((place, name, nil, error.description))
      }
    }
    for path in others(folder) where !found.contains(where: { $0.place == path }) {
      let name = URL(filePath: path).deletingPathExtension().lastPathComponent
      do {
        let key = try PrivateKey(uri: KeyURI(path), secret: nil) { try readFile($0, limit: $1) }
        found.append((path, name, key.publicKey, nil))
      } catch { found.append((path, name, nil, "\(error)")) }
    }
    let here = found.map { item in
      let known = item.key.flatMap { key in folder.records.first { $0.record.key == key } }
      return Row(
        name: known?.name ?? item.name, kid: item.key?.thumbprint.map(hexadecimal), place: item.place,
        term: known.map { KeyTerm($0.record, at: now) }, problem: item.problem)
    }
    let elsewhere = folder.records.filter { item in !found.contains { $0.key == item.record.key } }.map {
      Row(name: $0.name, kid: hexadecimal($0.record.kid), place: nil, term: KeyTerm($0.record, at: now), problem: nil)
    }
    return here + elsewhere
  }

  /// Further PEM files of private keys that `amana init` makes or a rotation leaves.
  private static func others(_ folder: AuthorityFolder) -> [String] {
    ["keys", "officers", "roles", "root"].flatMap { part -> [String] in
      let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder.directory)/\(part)")) ?? []
      return names.filter { $0.hasSuffix(".pem") }.sorted().map { "\(folder.directory)/\(part)/\($0)" }
    }
  }

  private static func table(_ rows: [Row], _ language: Language) -> Table {
    var table = Table(
      [.headPurpose, .headKey, .headStanding, .headUntil, .headDaysLeft, .headPlace].map { say($0, in: language) })
    for row in rows {
      table.add([
        row.name, row.kid.map { String($0.prefix(16)) } ?? "-", word(row.standing, in: language),
        row.term.map { String(localTime($0.notAfter).prefix(10)) } ?? "-", row.term.map { String($0.daysLeft) } ?? "-",
        row.problem ?? row.place ?? "-",
      ])
    }
    return table
  }
}
