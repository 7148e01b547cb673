import ArgumentParser
import COSE
import Custody
import Foundation
import OpenSSL
import Roster
import TransparencyLog

/// Verifies files with no daemon, no database and no network.
struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Verify bundles and Transparent Statements offline.",
    discussion: """
      Everything is judged under the roster in the bundle. That roster must be one you trust: name its digest, which \
      members read to each other, or a roster file you have from another way. Without it the answer is at best "cannot \
      tell" (exit code 3).
      """)

  @Argument(help: "Bundles (.amana) or Transparent Statements (.cose).") var files: [String]
  @Option(name: .long, help: "The digest of the roster you trust, 64 hexadecimal digits.") var rosterDigest: String?
  @Option(name: .long, help: "A roster file you trust.") var roster: String?
  @ArgumentParser.Flag(name: .long, help: "Every statement with its receipts.") var verbose = false
  @ArgumentParser.Flag(name: .long, help: "Print nothing; the exit code says it.") var quiet = false
  @Option(name: .long, help: "Language of what is printed: en or ar.") var lang: Language?

  private var language: Language { lang ?? .preferred }

  func validate() throws {
    guard rosterDigest == nil || roster == nil else {
      throw ValidationError("say --roster-digest or --roster, not both")
    }
    if let rosterDigest, decodeHexadecimal(rosterDigest)?.count != 32 {
      throw ValidationError("--roster-digest is 64 hexadecimal digits")
    }
  }

  func run() throws {
    var worst: Int32 = 0
    for file in files {
      let result = try verify(file)
      // Not holding is worse than not knowing.
      if worst == 0 || result == Exit.doesNotHold { worst = max(result, worst == Exit.cannotTell ? result : worst) }
    }
    if worst != 0 { throw ExitCode(worst) }
  }

  private func pinned() throws -> [UInt8]? {
    if let rosterDigest { return decodeHexadecimal(rosterDigest) }
    guard let roster else { return nil }
    do throws(RosterRefusal) {
      return try VerifiedRoster.digest(of: readRoster(roster))
    } catch { throw CommandFailure(Exit.usage, "\(roster): \(error)") }
  }

  private func readRoster(_ path: String) throws(RosterRefusal) -> [UInt8] {
    (try? readFile(path, limit: Sign.maximumByteCount)) ?? []
  }

  private func verify(_ file: String) throws -> Int32 {
    let bytes = try readFile(file, limit: Custody.Bundle.maximumByteCount)
    // A COSE_Sign1 begins with tag 18; a bundle with a map.
    if bytes.first == 0xd2 { return try verifyStatement(bytes) }
    let bundle: Custody.Bundle
    do throws(DecodeError) { bundle = try Custody.Bundle(decoding: bytes) } catch {
      tell(say(.verifyFails, in: language, "\(error)"))
      return Exit.doesNotHold
    }
    let now = UnixTime(Date().timeIntervalSince1970)
    let report = BundleVerifier().verify(bundle, pinned: try pinned(), now: now)
    show(report)
    guard report.holds, let trusted = report.roster else {
      for failure in report.failures { tell(say(.verifyFails, in: language, failure)) }
      return Exit.doesNotHold
    }
    guard report.isPinned else {
      tell(say(.verifyUnpinned, in: language, hexadecimal(trusted.digest)))
      return Exit.cannotTell
    }
    return 0
  }

  private func show(_ report: BundleReport) {
    if let notice = report.notice { tell(say(.verifyNotice, in: language, notice)) }
    for line in report.lines {
      if let refusal = line.refusal {
        let place = say(.verifyBad, in: language, String(line.offset), refusal)
        tell(say(.verifyFails, in: language, "\(line.code ?? ""): \(line.statement.event.type.rawValue) \(place)"))
      } else if verbose {
        let receipts = line.receiptedBy.map(\.description).joined(separator: ", ")
        tell(
          say(
            .verifyLine, in: language, String(line.statement.id.description.prefix(16)),
            line.statement.event.type.rawValue, line.issuer?.description ?? "-",
            say(.verifyReceipts, in: language, receipts.isEmpty ? "-" : receipts)))
      }
      for flag in line.flags { tell("  " + say(.showFlag, in: language, flag.code.rawValue, flag.detail)) }
    }
    guard report.holds, report.isPinned, let roster = report.roster else { return }
    let receipts = report.lines.reduce(0) { $0 + $1.receiptedBy.count }
    let positions = report.lines.reduce(0) { $0 + $1.positions }
    tell(
      say(
        .verifyHolds, in: language, String(report.lines.count), String(receipts), String(positions),
        String(hexadecimal(roster.digest).prefix(16))))
    let flags = report.lines.reduce(0) { $0 + $1.flags.count }
    if flags > 0 { tell(say(.verifyFlagged, in: language, String(flags))) }
    showCustody(report.ledger)
  }

  /// Who is responsible for how many lines, as the bundle alone says it.
  private func showCustody(_ ledger: Ledger) {
    var counts: [String: Int] = [:]
    for chain in ledger.chains.values {
      let suffix = chain.openRelease.map { " → \($0.to)" } ?? ""
      counts["\(chain.custodian) (\(chain.phaseName)\(suffix))", default: 0] += 1
    }
    for (state, count) in counts.sorted(by: { $0.value > $1.value }) {
      tell("  " + say(.verifyCustody, in: language, String(count), state))
    }
  }

  private func verifyStatement(_ bytes: [UInt8]) throws -> Int32 {
    guard let roster else {
      tell(say(.verifyUnpinned, in: language, "—"))
      return Exit.cannotTell
    }
    do {
      let trusted = try readRoster(roster)
      let verified = try VerifiedRoster.verify(trusted, pinned: VerifiedRoster.digest(of: trusted))
      let signed = try SignedStatement(decoding: bytes)
      let anchored = try StatementVerifier(roster: verified, policy: .standard)
        .verify(signed, seenAt: UnixTime(Date().timeIntervalSince1970))
      tell(
        say(
          .verifyLine, in: language, String(signed.id.description.prefix(16)), signed.event.type.rawValue,
          anchored.statement.issuer.name.description,
          say(
            .verifyReceipts, in: language, anchored.receipts.map(\.authority.name.description).joined(separator: ", ")))
      )
      return 0
    } catch {
      tell(say(.verifyFails, in: language, "\(error)"))
      return Exit.doesNotHold
    }
  }

  private func tell(_ line: String) {
    if !quiet { print(line) }
  }
}

/// Prints the rules that are checked.
struct ChecksCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "checks", abstract: "Print the invariants that this version checks, as one table.")
  @Option(name: .long, help: "Language of what is printed: en or ar.") var lang: Language?

  func run() throws {
    let language = (lang ?? .preferred).rawValue
    for row in CheckTable.rows {
      print("\(row.code.rawValue)\t\(row.effect.rawValue)\t\(row.sentence[language] ?? "")")
    }
  }
}
