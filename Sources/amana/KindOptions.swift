import ArgumentParser
import ControlAPI
import Custody

/// What moves.
struct KindOption: ParsableArguments {
  @Option(
    name: .long,
    help: "What moves: \(kindNames). Default: detainee-transfer, or what the statement says whose lines go.",
    transform: readKind)
  var kind: Kind?
}

let kindNames = Kind.allCases.map(\.rawValue).joined(separator: ", ")

func readKind(_ name: String) throws -> Kind {
  guard let kind = Kind(rawValue: name) else { throw usage(.usageNoneOf, name, kindNames) }
  return kind
}

/// What a site's handover says beside its people.
struct SiteOption: ParsableArguments {
  @Option(
    name: .long, help: "What is said of the site, of a site's handover: a JSON file as `amana template` writes it.")
  var siteBlock: String?

  func read(_ language: Language) throws -> SiteBlock? { try siteBlock.map { try readSiteBlock($0, language) } }
}

/// Whether those who move are free.
struct LibertyOption: ParsableArguments {
  @Option(
    name: .long, help: "detained, restricted or at_liberty. Default: as they were said to be before; things have none.")
  var liberty: String?
}

/// What is said anew of those who go, and of a site.
struct AdditionOptions: ParsableArguments {
  @OptionGroup var kind: KindOption
  @Option(
    name: .long,
    help: "A file, CSV or JSON, that says more of those who go: the column reference and any others of the kind.")
  var adds: String?
  @OptionGroup var reading: ReadingArguments
  @OptionGroup var site: SiteOption

  func validate() throws { try reading.refuse(without: adds, of: "--adds") }

  /// Puts what is said into a request; where something is wrong with the file, all of it is told and nothing is sent.
  func put(into request: inout DraftRequest, handing kindOfSource: String?, _ language: Language) throws {
    request.kind = kind.kind?.rawValue
    request.site = try site.read(language)
    guard let adds else { return }
    let kind = kind.kind ?? kindOfSource.flatMap { Kind(rawValue: $0) } ?? .detaineeTransfer
    let file = try reading.read(adds, kind, isAddition: true, leavesCodes: true)
    printError(file.form.lines(visible(adds), in: language) + file.warningLines(in: language))
    guard file.problems.count == 0 else { throw file.refusal(adds, language) }
    request.put(file)
  }
}

extension DraftRequest {
  /// A file's persons or things, without what is empty.
  mutating func put(_ file: ManifestFile) {
    let entries = file.entries.map { $0.values.filter { !$0.value.isEmpty } }
    if file.kind.row.isOfPersons { persons = entries } else { items = entries }
  }
}

/// Reads what is said of a site; everything wrong with it is told at once.
func readSiteBlock(_ path: String, _ language: Language) throws -> SiteBlock {
  let (block, problems) = try judgeSiteBlock(path, language)
  guard let block, problems.isEmpty else {
    let refused = say(.siteBlockRefused, in: language, visible(path), String(problems.count))
    throw CommandFailure(Exit.usage, lines: block == nil ? problems : problems + [refused])
  }
  return block
}

/// What is said of a site, and everything that is wrong with it; no block where it can't be read as one.
/// - Throws: `CommandFailure` where the file itself can't be read.
func judgeSiteBlock(_ path: String, _ language: Language) throws -> (block: SiteBlock?, problems: [String]) {
  let bytes = try readFile(path, limit: 16 << 20)
  func bad(_ why: String) -> String { say(.siteBlockBad, in: language, visible(path), why) }
  do {
    let block = try StrictJSON.decode(SiteBlockFile.self, from: bytes).block
    return (block, block.problems().map { visible("\($0.field) \($0.problem)") })
  } catch let error as RefusedJSON { return (nil, [bad("\(error)")]) } catch let error as DecodingError {
    return (nil, [bad(shape(of: error))])
  }
}

/// A site block as a template writes it: with explanations that are for people.
private struct SiteBlockFile: StrictlyDecoded {
  static let fields = SiteBlock.fields + ["explanations"]
  static var nested: [String: any StrictlyDecoded.Type] { SiteBlock.nested }
  let block: SiteBlock

  init(from decoder: any Decoder) throws { block = try SiteBlock(from: decoder) }
}

/// Where JSON did not fit.
private func shape(of error: DecodingError) -> String {
  switch error {
  case .keyNotFound(let key, _): key.stringValue
  case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
    // An empty path: the file as a whole is no JSON.
    context.codingPath.isEmpty ? "JSON" : context.codingPath.map(\.stringValue).joined(separator: ".")
  @unknown default: "JSON"
  }
}
