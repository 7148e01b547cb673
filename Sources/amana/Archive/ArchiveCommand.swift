import ArgumentParser

/// What was recorded in a period, to be kept for decades.
struct ArchiveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "archive",
    abstract: "What was recorded in a period as one folder: write it, stamp it again, verify it.",
    subcommands: [ArchiveMake.self, ArchiveStampCommand.self, ArchiveVerify.self])
}
