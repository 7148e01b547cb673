import ArgumentParser
import COSE
import Custody

/// Lists what a bundle holds, without judging it.
struct BundleList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the items of a bundle with their byte offsets; nothing is verified.")
  @Argument(help: "The bundle.") var file: String
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.bundle.list of docs/json.md.") var json = false
  @OptionGroup var speech: Speech

  func run() throws {
    let language = speech.language
    let bytes = try readFile(file, limit: Custody.Bundle.maximumByteCount)
    let index: BundleIndex
    do throws(DecodeError) { index = try BundleIndex(bytes) } catch {
      throw CommandFailure(Exit.usage, say(.bundleUnreadable, in: language, file, "\(error)"))
    }
    if index.isExercise { Screen.beginExercise(in: language) }
    if json { return try printJSON(.bundleList, ["items": index.items]) }
    var table = Table([.headOffset, .headBytes, .headType, .headContent].map { say($0, in: language) })
    for item in index.items { table.add([String(item.offset), String(item.byteCount), item.type, item.detail]) }
    printTable(table, in: language)
  }
}
