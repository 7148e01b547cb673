import ArgumentParser
import ControlAPI
import Custody
import Roster

/// Writes a file that proves to anybody that a log said two things of which one only can be true.
struct ProveFork: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prove-fork",
    abstract: "Write one file that convicts a log of equivocation, for anybody who trusts a roster.",
    discussion: """
      Without files the daemon is asked for what it keeps of a log: two checkpoints that contradict each other, two beginnings \
      of one epoch, two releases of one line. With files no daemon is asked: give two signed notes, two bundles, two Transparent \
      Statements or two disclosures, in any mixture, and the roster that you trust. Nothing is written that does not verify. \
      Others check it with `amana verify FILE --roster-digest DIGEST`; the roster goes with it. Exit codes: 0 written; 1 nothing \
      here convicts anybody, and why not is said; 3 no daemon, or no roster to trust.
      """)

  @Argument(help: "Signed notes, bundles, Transparent Statements, disclosures, or proofs made before.")
  var files: [String] = []
  @Option(name: .long, help: "Whose log: MEMBER/authority, or a log's origin.") var of: String?
  @Option(name: [.customShort("o"), .long], help: "The file to write; one that is there is left as it is.")
  var output: String
  @Option(name: .long, help: "A roster file you trust; goes with FILE.") var roster: String?
  @Option(
    name: .long, help: "A party's seal key, PEM: lines that bundles hold sealed to it are looked at; goes with FILE.")
  var key: String?
  @Option(name: .long, help: "The digest of a roster in one of the files that you trust.") var rosterDigest: String?
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.prove-fork of docs/json.md.") var json = false
  @OptionGroup var connection: Connection

  func validate() throws {
    guard !files.isEmpty || of != nil else { throw usage(.usageMissing, "--of AUTHORITY, FILE …") }
    guard !files.isEmpty || (roster == nil && rosterDigest == nil && key == nil) else {
      throw usage(.usageGoesWith, "--roster, --roster-digest, --key", "FILE …")
    }
    guard files.isEmpty || connection.socket == nil else { throw usage(.usageNotBoth, "FILE …", "--socket") }
    guard roster == nil || rosterDigest == nil else { throw usage(.usageNotBoth, "--roster", "--roster-digest") }
    try refuseNoDigest(rosterDigest, of: "--roster-digest")
  }

  private struct Written: Encodable {
    let file: String
    let bytes: Int
    let fork: ForkView
    /// How many more are proven by the same.
    let more: Int
  }

  func run() async throws {
    let language = connection.language
    let found = files.isEmpty ? try await asked() : try given(language)
    guard let first = found.first else { return }
    let bytes = first.proof.encoded()
    let file = try NewFile(output)
    try file.write(bytes)
    try file.keep()
    guard json else { return tell(first.convicted, more: found.count - 1, language) }
    try printJSON(
      .proveFork,
      Written(file: output, bytes: bytes.count, fork: ForkView(first.convicted), more: found.count - 1))
  }

  private typealias Proven = (proof: ForkProof, convicted: ForkConviction)

  private func tell(_ convicted: ForkConviction, more: Int, _ language: Language) {
    print(say(.forkWritten, in: language, visible(output)))
    for line in ForkScreen(convicted: convicted, language: language).lines() { print(line) }
    if more > 0 { print(say(.forkMore, in: language, String(more))) }
    print(say(.forkCheck, in: language, String(hexadecimal(convicted.roster))))
  }

  /// What the daemon keeps. What it gave is looked at here: nobody is to accuse somebody by what proves nothing.
  private func asked() async throws -> [Proven] {
    let session = connection.session
    let bytes = try await session.send(.get, "/v1/fork?of=\(inQuery(of ?? ""))")
    guard let proof = try? ForkProof(decoding: bytes), let carried = proof.roster,
      let roster = try? VerifiedRoster.verify(carried, pinned: VerifiedRoster.digest(of: carried)),
      let convicted = try? Self.verifier(roster).verify(proof)
    else { throw CommandFailure(Exit.cannotTell, say(.answerUnknown, in: session.language)) }
    return [(proof, convicted)]
  }

  private static func verifier(_ roster: VerifiedRoster) -> ForkVerifier {
    ForkVerifier(StatementVerifier(roster: roster, policy: .standard, revocations: []), now: now())
  }

  /// What the files show.
  private func given(_ language: Language) throws -> [Proven] {
    let read = try ForkFiles(files, key: key.map { try readKey($0, in: language) }, in: language)
    guard let trusted = try trusted(read, language) else {
      throw CommandFailure(Exit.cannotTell, say(.forkNoRoster, in: language))
    }
    if trusted.body.exercise { Screen.beginExercise(in: language) }
    let verifier = Self.verifier(trusted)
    let result = ForkSearch.find(in: read.material, by: verifier, roster: trusted.bytes)
    let found = result.proofs.compactMap { proof in (try? verifier.verify(proof)).map { (proof, $0) } }
      .filter { isMeant($0.1) }
    guard found.isEmpty else { return found }
    let why = result.refusals.map { "  " + ForkScreen.sentence($0, in: language) }
    throw CommandFailure(Exit.doesNotHold, lines: [say(.forkNone, in: language)] + why)
  }

  private func isMeant(_ convicted: ForkConviction) -> Bool {
    of.map { sameBytes($0, convicted.authority.name.description) || sameBytes($0, convicted.origin) } ?? true
  }

  private func trusted(_ read: ForkFiles, _ language: Language) throws -> VerifiedRoster? {
    if let roster { return try readRoster(roster, in: language) }
    return rosterDigest.flatMap { decodeHexadecimal($0) }.flatMap { read.roster(pinned: $0) }
  }
}
