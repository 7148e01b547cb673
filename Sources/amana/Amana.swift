import ArgumentParser
import ControlAPI
import Foundation

/// The command: a client of amanad like any other, and an offline verifier that needs no daemon.
struct Amana: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "amana",
    abstract: "Signs what authorities hand over, verifies what partners attest, keeps receipts.",
    discussion: """
      Exit codes: 0 it holds or is done; 1 it does not hold or was refused; 2 wrong usage or unreadable input; \
      3 cannot tell (no daemon, or no roster to trust).

      The daemon's socket is --socket, else $AMANA_SOCKET, else /run/amana/control.sock. Language: --lang, else \
      $AMANA_LANG, else $LC_ALL, $LC_MESSAGES, $LANG; en and ar.
      """,
    version: amanaVersion,
    subcommands: [
      Init.self, Intake.self, Offer.self, Agree.self, Decline.self, Release.self, Approve.self, Discard.self,
      Accept.self, Refuse.self, Missing.self, Ended.self, Incident.self, ReleaseToLiberty.self, Close.self, Recall.self,
      Redirect.self, Dispute.self, Resolve.self, Status.self,
      Show.self, DraftsCommand.self, BundleCommand.self, Verify.self, ReceiptCommand.self, AuditCommand.self,
      ChecksCommand.self, CodesCommand.self, RosterCommand.self, KeyCommand.self, Check.self, Template.self,
      ConfigCommand.self, PeerCommand.self, OutboxCommand.self, InboxCommand.self, Watch.self, MessageCommand.self,
      Open.self, Disclose.self, CertificateCommand.self, TimestampCommand.self, Import.self, TransitCommand.self,
      ReturnCommand.self, ConsentCommand.self, Inquire.self, AnswerInquiry.self, InquiriesCommand.self, SameAs.self,
      NotSameAs.self, Protest.self, Correct.self, AskCommand.self, KitCommand.self, Notified.self, DutiesCommand.self,
      Observed.self, Erase.self, Hold.self, LookAlikesCommand.self, TilesCommand.self, ProveFork.self,
      ArchiveCommand.self, ReportCommand.self,
    ])
}

/// The exit codes of the command.
enum Exit {
  static let doesNotHold: Int32 = 1
  static let usage: Int32 = 2
  static let cannotTell: Int32 = 3
}

/// A command that ends with an exit code and a sentence for people.
struct CommandFailure: Error {
  let code: Int32
  let lines: [String]
  /// What the daemon answered, where it did.
  var problem: Problem?

  init(_ code: Int32, _ lines: String...) {
    self.code = code
    self.lines = lines
  }

  init(_ code: Int32, lines: [String]) {
    self.code = code
    self.lines = lines
  }
}

@main
enum Main {
  static func main() async {
    Screen.open()
    let code = await run()
    // Whoever counts on the output must know that it is not whole.
    if code == 0, Screen.isBroken {
      printError([say(.outputLost, in: .chosen)])
      exit(Exit.usage)
    }
    exit(code)
  }

  private static func run() async -> Int32 {
    do {
      var command = try Amana.parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      return 0
    } catch let failure as CommandFailure {
      printError(failure.lines)
      return failure.code
    } catch {
      let code = Amana.exitCode(for: error)
      let message = Amana.fullMessage(for: error)
      if code == .success { print(message) } else if !message.isEmpty { printError([message] + suggestion(code)) }
      // The parser's own code for wrong usage is 64; ours is 2.
      return code == .validationFailure ? Exit.usage : code.rawValue
    }
  }

  private static func suggestion(_ code: ExitCode) -> [String] {
    guard code == .validationFailure,
      let found = Suggestion.subcommand(for: Array(CommandLine.arguments.dropFirst()))
    else { return [] }
    return [say(.didYouMean, in: .chosen, found.typed, found.meant.joined(separator: ", "))]
  }
}
