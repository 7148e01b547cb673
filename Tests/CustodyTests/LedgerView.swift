import Roster

@testable import Custody

/// A log's view in which a test says some things otherwise: the rest is what the ledger knows.
protocol LedgerView: CustodyView {
  var ledger: Ledger { get }
}

extension LedgerView {
  func chain(_ subject: SubjectReference) -> ChainState? { ledger.chain(subject) }
  func releaseLine(_ release: StatementID, _ line: Int) -> ReleaseLine? { ledger.releaseLine(release, line) }
  func releaseLines(of release: StatementID) -> [ReleaseLine] { ledger.releaseLines(of: release) }
  func occurrence(_ statement: StatementID, _ subject: SubjectReference) -> Occurrence? {
    ledger.occurrence(statement, subject)
  }
  func closings(of release: StatementID) -> [Closing] { ledger.closings(of: release) }
  func consents(of subject: SubjectReference) -> [OnwardConsent] { ledger.consents(of: subject) }
  func transits(of release: StatementID) -> [Transit] { ledger.transits(of: release) }
  func notices(about statement: StatementID) -> [Notice] { ledger.notices(about: statement) }
  func duty(_ statement: StatementID, _ duty: DutyCode, _ subject: SubjectReference) -> DutyLine? {
    ledger.duty(statement, duty, subject)
  }
  func earlySignatures(of subject: SubjectReference) -> [Resolution] { ledger.earlySignatures(of: subject) }
  func summary(_ id: StatementID) -> StatementSummary? { ledger.summary(id) }
  func isAbout(_ statement: StatementID, _ subject: SubjectReference) -> Bool { ledger.isAbout(statement, subject) }
  func awaitsLines(_ id: StatementID) -> Bool { ledger.awaitsLines(id) }
  func isDoubted(_ id: StatementID) -> Bool { ledger.isDoubted(id) }
  func restoredLog() -> AuthorityName? { ledger.restoredLog() }
}
