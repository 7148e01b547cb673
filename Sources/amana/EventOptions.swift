import ArgumentParser
import ControlAPI

/// When and where something happened.
struct EventOptions: ParsableArguments {
  @Option(name: .long, help: "When it happened, RFC 3339 with offset, e.g. 2026-11-25T14:03:00+03:00. Default: now.")
  var occurredAt: String?

  @Option(name: .long, help: "Where that time comes from: ntp, gnss, manual or unknown.")
  var timeSource = "ntp"

  @Option(name: .long, help: "How far the clock may be off, in seconds.")
  var clockError: UInt64 = 2

  @Option(name: .long, help: "The site's code, e.g. SYR-HSK-01.")
  var site: String?

  @Option(name: .long, help: "The OCHA P-code of the area, e.g. SY080006.")
  var pcode: String?

  @Option(name: .long, help: "The case this belongs to, a UUID.")
  var `case`: String?

  @Option(name: .long, help: "The code of the legal basis.")
  var basis: String?

  @Option(name: .long, help: "A UUID for the draft; the same one again has no second effect. Default: a new one.")
  var draft: String?

  func request(_ event: String) -> DraftRequest {
    var request = DraftRequest(draftID: draft ?? newDraftID(), event: event)
    request.occurredAt = occurredAt
    request.timeSource = timeSource
    request.clockErrorSeconds = clockError
    request.siteID = site
    request.pcode = pcode
    request.caseID = `case`
    request.basis = basis
    return request
  }
}
