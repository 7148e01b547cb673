import COSE
import Custody
import OpenSSL
import Roster

extension Verify {
  /// Judges a proof of equivocation: whom it convicts of what, by nothing but a roster.
  func verifyFork(_ file: String, _ bytes: [UInt8], _ trust: Trust, _ lists: [RevocationList]) -> VerifyReport {
    var report = VerifyReport(
      file, content: "fork", result: .cannotTell, exercise: false, pinned: trust.digest != nil, failures: [])
    do {
      let proof = try ForkProof(decoding: bytes)
      guard let roster = try trust.roster(carried: proof.roster) else { return report }
      report.rosterDigest = hexadecimal(roster.digest)
      report.exercise = roster.body.exercise
      let verifier = StatementVerifier(roster: roster, policy: .standard, revocations: lists)
      let convicted = try ForkVerifier(verifier, now: now()).verify(proof)
      guard report.pinned else { return report }
      report.fork = ForkView(convicted)
      report.convicted = convicted
      report.result = .holds
    } catch ForkRefusal.unverifiable(let why) {
      report.failures = [why]
    } catch let error as DecodeError where !ForkProof.isOfThisVersion(bytes) {
      report.failures = ["\(error)"]
    } catch {
      report.result = .doesNotHold
      report.failures = ["\(error)"]
      report.forkRefusal = error as? ForkRefusal
    }
    return report
  }
}

extension VerifyScreen {
  /// What a proof of equivocation says, or why it says nothing.
  func showFork() {
    switch report.result {
    case .holds:
      guard let convicted = report.convicted else { return }
      for line in ForkScreen(convicted: convicted, language: language).lines() { print(line) }
    case .doesNotHold:
      let why = report.forkRefusal.map { ForkScreen.sentence($0, in: language) } ?? report.failures.first ?? ""
      print(say(.verifyFails, in: language, why))
    case .cannotTell where !report.failures.isEmpty:
      for why in report.failures { print(say(.notVerifiedHere, in: language, foreign(why, in: language))) }
    case .cannotTell:
      print(report.rosterDigest.map { say(.verifyUnpinned, in: language, $0) } ?? say(.forkNoRoster, in: language))
    }
  }
}
