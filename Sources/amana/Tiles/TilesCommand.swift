import ArgumentParser

/// The log as plain files.
struct TilesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tiles", abstract: "The log as plain files (C2SP tlog-tiles): write them, verify them.",
    subcommands: [TilesExport.self, TilesVerify.self])
}
