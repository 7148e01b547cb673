import ArgumentParser
import COSE
import Custody

/// Judges the file of a code list before root holders name it in a roster.
struct CodesCheck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check the file of a code list: its form, its texts, and that it takes nothing back.",
    discussion: """
      A file has one form, that of `jq -S .`, so that one list has one digest. A later version keeps every code of the one \
      before, and deprecates none that a rule hangs on (docs/codes.md). Prints how a roster names it.

      Exit codes: 0 it holds; 1 it does not; 2 it cannot be read.
      """)
  @Argument(help: "The file.") var file: String
  @Option(
    name: .long, help: "The file of the version before. Default: the newest earlier one that is part of this program.")
  var after: String?
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.codes.check of docs/json.md.") var json = false
  @OptionGroup var speech: Speech

  func run() throws {
    let language = speech.language
    let bytes = try readFile(file, limit: CodeList.maximumByteCount)
    let list: CodeList
    do throws(DecodeError) { list = try CodeList(decoding: bytes) } catch {
      return try finish(nil, ["\(error)"], language)
    }
    let before = try after.map { try Self.read($0, language) } ?? Self.predecessor(of: list)
    try finish(list, (before.map(list.problems(after:)) ?? []) + list.brokenRules, language)
  }

  /// Nobody changes what has been published, so a version that is part of this program must be just that.
  private static func predecessor(of list: CodeList) -> CodeList? {
    let known = CodeList.embedded.filter { $0.name == list.name }
    if let same = known.first(where: { $0.version == list.version }) { return same == list ? nil : same }
    return known.last { $0.version < list.version }
  }

  private func finish(_ list: CodeList?, _ problems: [String], _ language: Language) throws {
    if json {
      try printJSON(.codesCheck, CodesCheckView(file: file, list: list, problems: problems))
    } else {
      for problem in problems { print(say(.codesFail, in: language, visible(file), problem)) }
      if let list, problems.isEmpty {
        print(
          say(
            .codesHold, in: language, visible(file), list.name, String(list.version), String(list.codes.count)))
        print(say(.codesNamed, in: language, list.name, list.reference.description))
      }
    }
    if !problems.isEmpty { throw CommandFailure(Exit.doesNotHold, lines: []) }
  }

  /// A list that a file must hold.
  static func read(_ path: String, _ language: Language) throws -> CodeList {
    do { return try CodeList(decoding: readFile(path, limit: CodeList.maximumByteCount)) } catch let error
      as DecodeError
    {
      throw CommandFailure(Exit.usage, say(.codesFail, in: language, visible(path), "\(error)"))
    }
  }
}

/// Writes lists as files: those of this program, or those that came in a bundle.
struct CodesExport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write code lists as files NAME-VERSION.json: those of this program, or of a bundle.",
    discussion: """
      Put a file into codes/ of an authority's directory and reload amanad to judge by it, where the roster names its digest. \
      A file that is there already is never overwritten. Nothing is written of a bundle with a list that none of its rosters \
      names, or with two lists of one name and version.
      """)
  @Argument(help: "The folder to write to; it must be there.") var folder: String
  @Option(name: .long, help: "Write the lists that this bundle carries.") var bundle: String?
  @OptionGroup var speech: Speech

  func run() throws {
    let language = speech.language
    let lists = try bundle.map { try Self.lists(of: $0, language) } ?? CodeList.embedded
    let paths = lists.map { "\(folder)/\($0.name)-\($0.version).json" }
    for path in paths { try refuseExisting(path, in: language) }
    for (list, path) in zip(lists, paths) { try writeFile(path, list.encoded()) }
    print(say(.codesExported, in: language, visible(folder), String(lists.count)))
  }

  private static func lists(of path: String, _ language: Language) throws -> [CodeList] {
    let bytes = try readFile(path, limit: Custody.Bundle.maximumByteCount)
    let bundle: Custody.Bundle
    do throws(DecodeError) { bundle = try Custody.Bundle(decoding: bytes) } catch {
      throw CommandFailure(Exit.usage, say(.bundleUnreadable, in: language, visible(path), "\(error)"))
    }
    if bundle.exercise { Screen.beginExercise(in: language) }
    guard !bundle.codeLists.isEmpty else {
      throw CommandFailure(Exit.doesNotHold, say(.codesNone, in: language, visible(path)))
    }
    let problems = bundle.codeListProblems
    guard problems.isEmpty else {
      let lines = problems.map { say(.codesFail, in: language, visible(path), foreign($0, in: language)) }
      throw CommandFailure(Exit.doesNotHold, lines: lines)
    }
    return bundle.codeLists.map(\.value).reduce(into: [CodeList]()) { if !$0.contains($1) { $0.append($1) } }
  }
}
