import ArgumentParser
import Custody

/// How a file of persons or things is read, where that should not be found out.
struct ReadingArguments: ParsableArguments {
  @Option(name: .long, help: "Its encoding. Default: found out, and said.")
  var encoding: TextEncoding?

  @Option(name: .long, help: "What stands between its values. Default: found out from the header, and said.")
  var delimiter: Delimiter?

  @Option(name: .long, help: "Whether 03/04/2019 is in April (dmy) or in March (mdy). Default: as other dates show.")
  var dateOrder: DateOrder?

  /// Says that these options go with a file, where none is named.
  func refuse(without file: String?, of option: String) throws {
    guard file == nil, encoding != nil || delimiter != nil || dateOrder != nil else { return }
    throw usage(.usageGoesWith, "--encoding, --delimiter, --date-order", option)
  }

  /// Reads a file; what is wrong in it stands in the answer.
  func read(_ file: String, _ kind: Kind, isAddition: Bool = false, leavesCodes: Bool = false) throws -> ManifestFile {
    ManifestFile(
      try readFile(file, limit: ManifestFile.maximumByteCount),
      ReadingOptions(
        kind: kind, isAddition: isAddition, leavesCodes: leavesCodes, encoding: encoding, delimiter: delimiter,
        dateOrder: dateOrder))
  }
}

/// Options of the commands that read a file of persons or things.
struct FileOptions: ParsableArguments {
  @Argument(help: "The file: CSV or JSON.") var file: String
  @OptionGroup var reading: ReadingArguments

  func read(_ kind: Kind, isAddition: Bool = false, leavesCodes: Bool = false) throws -> ManifestFile {
    try reading.read(file, kind, isAddition: isAddition, leavesCodes: leavesCodes)
  }
}
