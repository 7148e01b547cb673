import ArgumentParser
import ControlAPI
import Custody
import OpenSSL
import Roster

/// When something happened, and what every statement may say besides.
struct EventOptions: ParsableArguments {
  @Option(name: .long, help: "When it happened, RFC 3339 with offset, e.g. 2026-11-25T14:03:00+03:00. Default: now.")
  var occurredAt: String?

  @Option(name: .long, help: "Where that time comes from: ntp, gnss, manual or unknown.")
  var timeSource = "ntp"

  @Option(name: .long, help: "How far the clock may be off, in seconds.")
  var clockError: UInt64 = 2

  @Option(name: .long, help: "The case this belongs to, a UUID.")
  var `case`: String?

  @Option(name: .long, help: "The code of the legal basis.")
  var basis: String?

  @Option(name: .long, help: "A UUID for the draft; the same one again has no second effect. Default: a new one.")
  var draft: String?

  @Option(name: .long, help: "Where paper came first: the form's number. Two witnesses must then approve as well.")
  var paperForm: String?

  @Option(name: .long, help: "With --paper-form: the file of its scan, which stays here; its SHA-256 is signed.")
  var paperScan: String?

  @Option(
    name: .long,
    help: "From whom it is kept, where it would harm the person: MEMBER=CODE of list withheld-reason; may be repeated.")
  var withholdFrom: [String] = []

  func validate() throws {
    guard withholdFrom.allSatisfy({ Self.withholding($0) != nil }) else {
      throw usage(.usageForm, "--withhold-from", "MEMBER=CODE, TUR=risk-to-person")
    }
    guard Set(withholdFrom.compactMap { Self.withholding($0)?.member }).count == withholdFrom.count else {
      throw usage(.usageTwice, "--withhold-from")
    }
    guard (paperForm == nil) == (paperScan == nil) else {
      throw usage(.usageTogether, "--paper-form", "--paper-scan")
    }
    if let paperScan, (try? readFile(paperScan, limit: Self.largestScan)) == nil {
      throw usage(.usageScan, "--paper-scan", "64")
    }
  }

  private static let largestScan = 64 << 20

  private static func withholding(_ text: String) -> (member: String, code: String)? {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } ? (parts[0], parts[1]) : nil
  }

  /// The paper, if it came first: the file was read before anything else.
  private var paper: DraftRequest.LateEntry? {
    guard let paperForm, let paperScan, let bytes = try? readFile(paperScan, limit: Self.largestScan) else {
      return nil
    }
    return DraftRequest.LateEntry(form: paperForm, scanDigest: hexadecimal(SHA256.hash(bytes)))
  }

  func request(_ event: String) -> DraftRequest {
    var request = DraftRequest(draftID: draft ?? newDraftID(), event: event)
    request.occurredAt = occurredAt
    request.timeSource = timeSource
    request.clockErrorSeconds = clockError
    request.caseID = `case`
    request.basis = basis
    request.lateEntry = paper
    let kept = withholdFrom.compactMap(Self.withholding)
    request.withheldFrom =
      kept.isEmpty ? nil : Dictionary(kept.map { ($0.member, $0.code) }) { first, _ in first }
    return request
  }
}

/// Where something happened: for the events that say so. An offer's answer or a correction has no place.
struct PlaceOptions: ParsableArguments {
  @Option(name: .long, help: "The site's code, e.g. SYR-HSK-01.")
  var site: String?

  @Option(name: .long, help: "With --site: the OCHA P-code of its area, e.g. SY080006.")
  var pcode: String?

  func validate() throws {
    guard site != nil || pcode == nil else { throw usage(.usageGoesWith, "--pcode", "--site") }
  }

  func put(into request: inout DraftRequest) { (request.siteID, request.pcode) = (site, pcode) }
}
