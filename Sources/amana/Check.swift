import ArgumentParser
import Custody

/// Says what a file of persons or things is taken for and everything that is wrong with it; needs no daemon.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check a file of persons or things before an intake or a handover, without a daemon.",
    discussion: """
      Says what the file is taken for (encoding, delimiter, dates, digits), everything wrong with row, column and remedy, \
      and what somebody should look at. Nothing is sent and no name is printed, but a value that is wrong. \
      docs/manifest.md describes the columns.

      Exit codes: 0 nothing is wrong (there may be warnings); 1 something is wrong in the file or in the site block; 2 wrong \
      usage, or a file cannot be read or is too large.
      """)

  @OptionGroup var options: FileOptions
  @OptionGroup var kind: KindOption
  @ArgumentParser.Flag(
    name: .long, help: "It only adds to lines that are here, for offer, release or redirect: reference and any others.")
  var adds = false
  @OptionGroup var siteBlock: SiteOption

  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.check of docs/json.md.") var json = false

  @OptionGroup var speech: Speech

  func run() throws {
    let language = speech.language
    let file = try options.read(kind.kind ?? .detaineeTransfer, isAddition: adds)
    let site = try siteProblems(of: file.kind, language)
    if json {
      try printJSON(.check, CheckReport(options.file, file, site, language))
    } else {
      printLines(file, site, language)
    }
    if file.problems.count > 0 || site?.isEmpty == false { throw CommandFailure(Exit.doesNotHold, lines: []) }
  }

  /// What is wrong with the site block; nil where none is named.
  private func siteProblems(of kind: Kind, _ language: Language) throws -> [String]? {
    guard let path = siteBlock.siteBlock else { return nil }
    let problems = try judgeSiteBlock(path, language).problems
    // Another kind's draft would be refused with it.
    return problems + (kind.row.rules.contains(.site) ? [] : [say(.templateOnlySite, in: language)])
  }

  private func printLines(_ file: ManifestFile, _ site: [String]?, _ language: Language) {
    var lines = file.form.lines(visible(options.file), in: language)
    lines += file.problems.list.map { $0.line(in: language, isJSON: file.isJSON) }
    lines += file.warningLines(in: language)
    if file.form.table != nil { lines.append(Totals(file.entries, of: file.kind).line(in: language)) }
    let (wrong, warned) = (String(file.problems.count), String(file.warnings.count))
    lines.append(say(.fileChecked, in: language, visible(options.file), wrong, warned))
    if let site, let path = siteBlock.siteBlock {
      lines += site + [say(.fileChecked, in: language, visible(path), String(site.count), "0")]
    }
    print(lines.joined(separator: "\n"))
  }
}

extension ManifestFile {
  /// What somebody should look at, one line each.
  func warningLines(in language: Language) -> [String] {
    warnings.list.map { say(.fileWarning, in: language, $0.line(in: language, isJSON: isJSON)) }
  }

  /// The failure that a command ends with when the file is not sent.
  func refusal(_ path: String, _ language: Language) -> CommandFailure {
    let lines = problems.list.map { $0.line(in: language, isJSON: isJSON) }
    return CommandFailure(
      Exit.usage, lines: lines + [say(.fileRefused, in: language, visible(path), String(problems.count))])
  }
}
