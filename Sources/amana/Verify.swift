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
    abstract:
      "Verify bundles, Transparent Statements, disclosures, equivocation proofs, signed reports and CMS messages offline.",
    discussion: """
      Everything is judged under the roster in the bundle. That roster must be one you trust: name its digest, which \
      members read to each other, or a roster file you have from another way. Without it the answer is at best "cannot \
      tell" (exit code 3). A statement that comes alone and a signed report carry none, so that they need --roster. Lines that are sealed to others are not recounted, and that is said; with --key, a party's seal \
      key, those sealed to it are. What an exercise made is said to be an exercise's, loudly.
      """)

  @Argument(
    help:
      "Bundles (.amana), Transparent Statements (.cose), disclosures, equivocation proofs or signed reports (.cose).")
  var files: [String] = []
  @OptionGroup var foreign: ForeignOptions
  @Option(name: .long, help: "The digest of the roster you trust, 64 hexadecimal digits.") var rosterDigest: String?
  @Option(name: .long, help: "A roster file you trust.") var roster: String?
  @Option(name: .long, help: "A certificate revocation list, DER or PEM; once for each.") var crl: [String] = []
  @Option(name: .long, help: "A party's seal key, PEM: what is sealed to it is opened and recounted.") var key: String?
  @ArgumentParser.Flag(name: .long, help: "Every statement with its receipts.") var verbose = false
  @ArgumentParser.Flag(name: .long, help: "Print nothing; the exit code says it.") var quiet = false
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.verify of docs/json.md.") var json = false
  @OptionGroup var speech: Speech

  var language: Language { speech.language }

  func validate() throws {
    guard !files.isEmpty || foreign.cms != nil else { throw usage(.usageMissing, "FILE …, --cms FILE") }
    guard foreign.cms == nil || roster != nil else {
      throw usage(.usageNeeds, "--cms", "--roster FILE")
    }
    guard foreign.cms != nil || (foreign.event == nil && foreign.of == nil) else {
      throw usage(.usageGoesWith, "--event, --of", "--cms")
    }
    guard rosterDigest == nil || roster == nil else {
      throw usage(.usageNotBoth, "--roster-digest", "--roster")
    }
    guard !quiet || !json else { throw usage(.usageNotBoth, "--quiet", "--json") }
    guard !quiet || !verbose else { throw usage(.usageNotBoth, "--quiet", "--verbose") }
    try refuseNoDigest(rosterDigest, of: "--roster-digest")
  }

  func run() throws {
    let trust = try Trust(digest: rosterDigest, file: roster, language)
    let seal = try key.map { try readKey($0, in: language) }
    let lists = try revocationLists(crl, language)
    var reports: [VerifyReport] = []
    if foreign.cms != nil { reports.append(shown(try verifyForeign(trust, lists), trust)) }
    var unread: CommandFailure?
    for file in files {
      do { reports.append(shown(try verify(file, trust, seal, lists), trust)) } catch let failure as CommandFailure {
        // What the other files are is found all the same.
        printError(failure.lines)
        unread = CommandFailure(failure.code, lines: [])
      }
    }
    if json, unread == nil || !reports.isEmpty { try printJSON(.verify, ["files": reports]) }
    // Not holding is worse than what could not be read, and that is worse than not knowing.
    if reports.contains(where: { $0.result == .doesNotHold }) { throw ExitCode(Exit.doesNotHold) }
    if let unread { throw unread }
    if reports.contains(where: { $0.result == .cannotTell }) { throw ExitCode(Exit.cannotTell) }
  }

  private func shown(_ report: VerifyReport, _ trust: Trust) -> VerifyReport {
    if report.exercise || trust.roster?.body.exercise == true { Screen.beginExercise(in: language) }
    if !quiet, !json { VerifyScreen(report: report, isVerbose: verbose, language: language).show() }
    return report
  }

  /// The roster that the caller trusts.
  struct Trust {
    let digest: [UInt8]?
    /// Nil when only a digest is known.
    let roster: VerifiedRoster?

    init(digest: String?, file: String?, _ language: Language) throws {
      guard let file else {
        self.digest = digest.flatMap { decodeHexadecimal($0) }
        roster = nil
        return
      }
      let bytes = try readFile(file, limit: Sign.maximumByteCount)
      do throws(RosterRefusal) {
        let trusted = try VerifiedRoster.verify(bytes, pinned: VerifiedRoster.digest(of: bytes))
        self.digest = trusted.digest
        roster = trusted
      } catch { throw CommandFailure(Exit.usage, say(.rosterBad, in: language, file, "\(error)")) }
    }

    /// The roster that is trusted; else the one that the file carries, which is trusted by its digest or, without that, not at
    /// all.
    func roster(carried bytes: [UInt8]?) throws -> VerifiedRoster? {
      if let roster { return roster }
      guard let bytes else { return nil }
      return try VerifiedRoster.verify(bytes, pinned: digest ?? VerifiedRoster.digest(of: bytes))
    }
  }

  private func verify(_ file: String, _ trust: Trust, _ seal: PrivateKey?, _ lists: [RevocationList]) throws
    -> VerifyReport
  {
    let bytes = try readFile(file, limit: Custody.Bundle.maximumByteCount)
    // A COSE_Sign1 begins with tag 18; a bundle with a map.
    if bytes.first == 0xd2 { return verifyStatement(file, bytes, trust, lists) }
    // A report is a COSE_Sign.
    if SignedMonitorReport.isSigned(bytes) { return verifySignedReport(file, bytes, trust) }
    if Disclosure.isDisclosure(bytes) { return verifyDisclosure(file, bytes, trust, lists) }
    if ForkProof.isForkProof(bytes) { return verifyFork(file, bytes, trust, lists) }
    let bundle: Custody.Bundle
    do throws(DecodeError) { bundle = try Custody.Bundle(decoding: bytes) } catch {
      return VerifyReport(
        file, content: "bundle", result: .doesNotHold, exercise: false, pinned: trust.digest != nil,
        failures: ["\(error)"])
    }
    let now = now()
    var report = VerifyReport(
      file, BundleVerifier(revocations: lists).verify(bundle, pinned: trust.digest, now: now, key: seal),
      notes: bundle.checkpoints.map(\.value), exercise: bundle.exercise)
    if let kind = trust.roster?.body.exercise, kind != bundle.exercise {
      report.failures.insert(say(kind ? .verifyRealBundle : .verifyExerciseBundle, in: language), at: 0)
      report.result = .doesNotHold
    }
    return report
  }

  private func verifyForeign(_ trust: Trust, _ lists: [RevocationList]) throws -> VerifyReport {
    var report = VerifyReport(
      foreign.cms ?? "", content: "cms", result: .cannotTell, exercise: false, pinned: trust.digest != nil, failures: []
    )
    guard let roster = trust.roster else { return report }
    report.rosterDigest = hexadecimal(roster.digest)
    do {
      let verifier = StatementVerifier(roster: roster, policy: .standard, revocations: lists)
      let message = try ForeignMessage(foreign, verifier, language)
      report.cms = VerifyReport.Foreign(message)
      report.exercise = message.event?.exercise == true
      report.lines = message.lines(language)
      report.result = .holds
    } catch let refusal as ForeignRefusal {
      report.result = .doesNotHold
      report.failures = [refusal.description]
    }
    return report
  }

  private func verifyStatement(_ file: String, _ bytes: [UInt8], _ trust: Trust, _ lists: [RevocationList])
    -> VerifyReport
  {
    var report = VerifyReport(
      file, content: "statement", result: .cannotTell, exercise: false, pinned: trust.digest != nil, failures: [])
    do {
      let signed = try SignedStatement(decoding: bytes)
      report.exercise = signed.event.exercise
      guard let roster = trust.roster else { return report }
      report.rosterDigest = hexadecimal(roster.digest)
      let verifier = StatementVerifier(roster: roster, policy: .standard, revocations: lists)
      let anchored = try verifier.verify(signed, seenAt: now())
      report.statements = [try VerifyReport.Statement(signed, anchored, by: verifier)]
      report.result = .holds
    } catch StatementRefusal.notVerifiableHere {
      report.failures = [StatementRefusal.notVerifiableHere.description]
    } catch {
      report.result = .doesNotHold
      report.failures = ["\(error)"]
    }
    return report
  }
}

/// Refuses what is no SHA-256 digest; nil is none to look at.
func refuseNoDigest(_ text: String?, of option: String) throws {
  if let text, decodeHexadecimal(text)?.count != 32 { throw usage(.usageDigits, option, "64") }
}
