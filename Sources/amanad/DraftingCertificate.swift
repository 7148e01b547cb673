import COSE
import ControlAPI
import Custody
import ReceiptStore
import Roster
import TransparencyLog

/// Certificates for a court or a family.
extension Drafting {
  /// Events whose lines are people.
  static let bearingLines: [EventType] = [
    .intake, .offer, .release, .redirect, .outcome, .recall, .recallAgreed, .disputed, .disputeResolved,
    .incident, .releasedToLiberty, .returnRequested, .returnAgreed, .onwardConsent,
  ]

  /// Who is responsible for one person, as this log knows it as of its newest signed checkpoint.
  func certificate(_ request: DraftRequest, _ event: inout Event) throws -> Content {
    let source = try statement(request.statement, "statement", Self.bearingLines)
    guard source.summary.kind?.row.isOfPersons != false else {
      throw badRequest("statement", "is of things: a certificate says who is responsible for a person")
    }
    guard let wanted = request.lines, wanted.count == 1 else {
      throw badRequest("lines", "must name one line: a certificate is about one person")
    }
    let manifest = try people(of: source.id).manifest
    guard let subject = try select(wanted, from: manifest, of: source.id).first?.leaf.subject,
      let chain = try reader.chain(subject)
    else { throw badRequest("lines", "nothing is known here of the custody of that line") }
    let told = try reader.statements(befalling: subject)
    if let obstacle = try reader.obstacle(toCertifying: chain, told: told) { throw Self.uncertain(obstacle) }
    event.kind = source.summary.kind
    event.caseID = event.caseID ?? source.summary.caseID
    event.references = [Reference(.basis, source.id)]
    let line = chain.certificateLine(asOf: try newestCheckpoint(covering: chain))
    return try content(
      schema: .certificate, record: event.recordID, lines: [line], identities: [:], event: event.type)
  }

  /// What a certificate says must be in the log that it names, at that size.
  func newestCheckpoint(covering chain: ChainState) throws -> Checkpoint {
    guard let note = try reader.latestCheckpoint(origin: office.origin) else { throw Self.notCovered }
    let checkpoint = try SignedCheckpoint(decoding: note).checkpoint
    for id in chain.evidence {
      guard let stored = try reader.statement(id) else { continue }
      guard let leaf = try reader.leaf(of: stored.entry), leaf < checkpoint.size else { throw Self.notCovered }
    }
    return checkpoint
  }

  private static let notCovered = Problem(
    status: 409, code: "not-published", title: "The log has not published it yet",
    detail: "the newest signed checkpoint does not cover every step of that line",
    next: "ask again after the next publication (log.publish-seconds)")

  /// Said before two officers approve what a family or a court would rely on.
  private static func uncertain(_ obstacle: CertificateObstacle) -> Problem {
    let (detail, next) =
      switch obstacle {
      case .restored(let custodian):
        (
          "this log was restored from a backup and does not know yet what it lost: as far as it knows \(custodian) is "
            + "responsible, and the person may have come here since",
          "wait until every partner has answered (the alarm V21 ends), or ask \(custodian) for a certificate"
        )
      case .neverTakenIn(let author):
        (
          "nobody is known here to have taken that person in: \(author) tells what befell them, and may never have had them",
          "ask \(author) for their history since intake"
        )
      case .unread(let answer, let release, let receiver):
        (
          "\(receiver) has answered \(release) by \(answer), and what it says of that person is not here",
          "wait until the lines of \(answer) are here, or ask \(receiver) for them"
        )
      case .befell(let what, let statement, let release, let receiver):
        (
          "\(statement) says \(what.code) of that person on the road of \(release), which \(receiver) has not answered",
          "ask again when the outcome of \(receiver) is here, or disclose what \(statement) says"
        )
      }
    return Problem(
      status: 409, code: "uncertain", title: "It cannot be certified yet", detail: detail, next: next)
  }
}
