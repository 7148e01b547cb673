import ArgumentParser
import Roster

/// Shows what changes from one roster to another.
struct RosterDiff: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Show what changes between two rosters, like the amendment of a treaty.",
    discussion: """
      Both may be signed, proposed, or texts. Exit code 1 when the second may not follow the first; what is wrong comes \
      after the articles.
      """)

  @Argument(help: "The older one.") var old: String
  @Argument(help: "The newer one.") var new: String
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.roster.diff of docs/json.md.") var json = false
  @OptionGroup var speech: Speech

  func run() throws {
    let language = speech.language
    let (before, after) = (try Self.read(old, language), try Self.read(new, language))
    if before.exercise || after.exercise { Screen.beginExercise(in: language) }
    let articles = RosterArticles(old: before, new: after, language: language)
    let breaks = Self.breaks(before, after).map { sentence($0, in: language) }
    if json {
      try printJSON(
        .rosterDiff,
        Amendment(
          coalition: after.coalition, fromVersion: before.version, toVersion: after.version,
          articles: articles.sentences, breaks: breaks))
    } else {
      articles.show()
      for text in breaks { print(say(.diffBreak, in: language, text)) }
    }
    if !breaks.isEmpty { throw CommandFailure(Exit.doesNotHold) }
  }

  /// A signed or proposed roster, or the text of one.
  private static func read(_ path: String, _ language: Language) throws -> RosterBody {
    let bytes = try readFile(path, limit: RosterDocument.maximumByteCount)
    guard bytes.first == UInt8(ascii: "{") else { return try ProposalFile(path, in: language).proposal.body }
    do { return try RosterDocument(text: bytes).body } catch {
      throw CommandFailure(Exit.usage, say(.rosterTextBad, in: language, path, "\(error)"))
    }
  }

  /// The digests are not compared: a text may not have that of the one before yet.
  private static func breaks(_ old: RosterBody, _ new: RosterBody) -> [RosterBreak] {
    guard sameBytes(old.coalition, new.coalition), old.exercise == new.exercise else { return [.anotherCoalition] }
    if new.version < old.version { return [.rollback(version: new.version, inForce: old.version)] }
    return new.breaks(after: old)
  }

  struct Amendment: Encodable {
    let coalition: String
    let fromVersion: UInt64
    let toVersion: UInt64
    let articles: [String]
    let breaks: [String]

    enum CodingKeys: String, CodingKey {
      case coalition, articles, breaks
      case fromVersion = "from_version"
      case toVersion = "to_version"
    }
  }
}
