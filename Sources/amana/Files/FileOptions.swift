import ArgumentParser

/// Options of the commands that read a file of persons.
struct FileOptions: ParsableArguments {
  @Argument(help: "The file: CSV or JSON.") var file: String

  @Option(name: .long, help: "Its encoding. Default: found out, and said.")
  var encoding: TextEncoding?

  @Option(name: .long, help: "What stands between its values. Default: found out from the header, and said.")
  var delimiter: Delimiter?

  @Option(name: .long, help: "Whether 03/04/2019 is in April (dmy) or in March (mdy). Default: as other dates show.")
  var dateOrder: DateOrder?

  /// Reads the file; what is wrong in it stands in the answer.
  func read() throws -> ManifestFile {
    let bytes = try readFile(file, limit: ManifestFile.maximumByteCount)
    return ManifestFile(bytes, ReadingOptions(encoding: encoding, delimiter: delimiter, dateOrder: dateOrder))
  }
}
