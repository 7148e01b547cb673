import ArgumentParser
import Foundation
import Roster

/// Writes the text of the first roster.
struct RosterInit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Write the text of roster version 1 from introductions.",
    discussion: """
      The text is for people to read and change: its fields as JSON, one a line. `amana roster propose` makes of it what \
      root holders sign. `amana init roster` does both at once for a demonstration. Nothing is overwritten.
      """)

  @Argument(help: "The text to write, e.g. roster.json.") var file: String
  @OptionGroup var first: FirstVersion
  @OptionGroup var speech: Speech

  /// What a first roster is made of.
  struct FirstVersion: ParsableArguments {
    @Option(name: .long, help: "The coalition's name.") var coalition: String
    @Option(name: .long, help: "An authority's introduction.json; repeat for each.") var introduction: [String]
    @Option(name: .long, help: "How many root holders must sign; more than half. Default: the least that is.")
    var threshold: UInt64?
    @Option(name: .long, help: "How many root holders are enough for an emergency revocation.")
    var emergencyThreshold: UInt64 = 1
    @Option(name: .long, help: "Days until the roster must be renewed.") var days: Int64 = 365
    @ArgumentParser.Flag(name: .long, help: "A roster for exercises only.") var exercise = false

    func validate() throws {
      guard (1...3650).contains(days) else { throw usage(.usageBetween, "--days", "1", "3650") }
    }

    func body(in language: Language) throws -> RosterBody {
      try RosterAuthor(introductions: introduction.map { try Introduction.read($0, in: language) }, days: days).body(
        coalition: coalition, threshold: threshold, emergencyThreshold: emergencyThreshold, exercise: exercise)
    }
  }

  func run() throws {
    let body = try first.body(in: speech.language)
    if body.exercise { Screen.beginExercise(in: speech.language) }
    try refuseExisting(file, in: speech.language)
    try writeFile(file, try RosterDocument(body).text())
    print(
      say(.rosterTextWritten, in: speech.language, file, String(body.authorities.count), String(body.members.count)))
    print(say(.rosterProposeNext, in: speech.language, file))
  }
}
