import ArgumentParser
import COSE
import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster

/// A CMS message on the command line, and what it says.
struct ForeignOptions: ParsableArguments {
  @Option(name: .long, help: "A CMS message (RFC 5652), DER or PEM: what openssl cms -sign writes.") var cms: String?
  @Option(name: .long, help: "With --cms: the file that was signed, where the message does not carry it.")
  var event: String?
  @Option(name: .long, help: "With --cms: whose it is said to be, MEMBER/authority. Default: that is found out.")
  var of: String?
}

/// A CMS message that was read and whose signer the roster knows.
struct ForeignMessage {
  let path: String
  let bytes: [UInt8]
  let signature: ForeignSignature
  /// What was signed, if that is an event.
  let event: Event?

  /// - Throws: `CommandFailure` for files that are not what they should be, `ForeignRefusal` for a signature.
  init(_ options: ForeignOptions, _ verifier: StatementVerifier, _ language: Language) throws {
    path = options.cms ?? ""
    bytes = try readFile(path, limit: SignedData.maximumByteCount)
    let message: SignedData
    do { message = try SignedData(file: bytes) } catch {
      throw CommandFailure(Exit.usage, say(.cmsUnreadable, in: language, visible(path), "\(error)"))
    }
    let content = try options.event.map { try readFile($0, limit: SignedStatement.maximumPayload) }
    let name = try options.of.map { try authority($0, of: "--of", language) }
    signature = try verifier.verify(message, over: content, of: name, now: now())
    event = try? Event(decoding: signature.content[...])
  }

  /// What verification found, for people.
  func lines(_ language: Language) -> [String] {
    let how =
      switch signature.standing {
      case .listed: say(.cmsListed, in: language)
      case .certified(let path): say(.cmsCertified, in: language, path.subjects)
      }
    let authority = signature.authority.name.description
    let head = say(.cmsHolds, in: language, visible(path), authority, localTime(signature.signer.signedAt), how)
    guard let event else { return [head, say(.cmsNoEvent, in: language)] }
    return [head, say(.cmsEvent, in: language, word(event.type.rawValue, in: language), event.recordID.uuid)]
  }
}

/// Takes in what came as a file and is no bundle.
struct Import: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Take in a draft made without a daemon, or an event that a partner signed with openssl cms.",
    discussion: """
      A draft (FILE.draft, which `intake`, `offer`, `release`, `accept`, `refuse` and `missing` write with --offline) is judged \
      as any draft, by how things stand now; its approvals are handed in, and with the last one needed it is signed. Twice \
      is once. What a rule refuses leaves nothing behind, and the file is as it was. Where two local users must hand in the \
      approvals, each officer imports the same file from their own login.

      Of a CMS message the signature is verified under the daemon's roster. The CMS message and the event are then kept, receipted and handed \
      on as attachments of a message that says what was verified: they are evidence of what the partner said. Nobody's \
      custody moves by it; your own statements do that. docs/cms.md names the two openssl commands that a partner needs.
      """)
  @Argument(help: "A draft file, NAME.draft.") var file: String?
  @ArgumentParser.Flag(name: .long, help: "With a draft file: print JSON, amana.import of docs/json.md.") var json =
    false
  @OptionGroup var foreign: ForeignOptions
  @Option(name: .long, help: "A reader of the message, MEMBER/authority; once for each. Default: who signed.")
  var to: [String] = []
  @Option(name: .long, help: "A revocation list, DER or PEM; once for each.") var crl: [String] = []
  @OptionGroup var connection: Connection

  func validate() throws {
    guard (file == nil) != (foreign.cms == nil) else { throw usage(.usageEither, "FILE.draft", "--cms FILE") }
    guard file == nil || foreign.event == nil && foreign.of == nil && to.isEmpty && crl.isEmpty else {
      throw usage(.usageGoesWith, "--event, --of, --to, --crl", "--cms")
    }
    guard file != nil || !json else { throw usage(.usageGoesWith, "--json", "FILE.draft") }
  }

  func run() async throws {
    if let file { return try await bring(file) }
    let session = connection.session
    let language = session.language
    let verifier = StatementVerifier(
      roster: try await session.roster(), policy: .standard, revocations: try revocationLists(crl, language))
    let message: ForeignMessage
    do { message = try ForeignMessage(foreign, verifier, language) } catch let refusal as ForeignRefusal {
      throw CommandFailure(
        Exit.doesNotHold, say(.cmsRefused, in: language, visible(foreign.cms ?? ""), refusal.description))
    }
    guard message.event != nil else {
      throw CommandFailure(
        Exit.doesNotHold,
        say(.cmsRefused, in: language, visible(message.path), say(.cmsNoEvent, in: language)))
    }
    let readers = to.isEmpty ? [message.signature.authority.name.description] : to
    let sent = try await session.send(foreign: message, to: readers)
    for line in message.lines(language) { print(line) }
    print(say(.cmsImported, in: language, sent.messageID, sent.to.joined(separator: separator(in: language))))
  }
}

/// Revocation lists from files.
func revocationLists(_ paths: [String], _ language: Language) throws -> [RevocationList] {
  try paths.map { path in
    let bytes = try readFile(path, limit: 2 * RevocationList.maximumByteCount)
    do { return try RevocationList(file: bytes) } catch {
      throw CommandFailure(Exit.usage, say(.crlUnreadable, in: language, visible(path), "\(error)"))
    }
  }
}
