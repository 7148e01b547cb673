import Custody
import Roster
import Testing

@testable import amana

/// Codes as words for people.
@Suite("Codes have words") struct WordTests {
  private static let codes: [String] =
    EventType.allCases.filter { $0 != .lateEntry }.map(\.rawValue) + Kind.allCases.map(\.rawValue)
    + Provenance.allCases.map(\.rawValue) + OutcomeCode.allCases.map(\.rawValue) + AnswerCode.allCases.map(\.rawValue)
    + AgeFlag.allCases.map(\.rawValue) + LibertyStatus.allCases.map(\.rawValue)
    + IncidentCode.allCases.map(\.rawValue) + LibertyMark.allCases.map(\.rawValue)
    + ApprovalRole.allCases.map(\.rawValue) + SealRole.allCases.map(\.rawValue) + DutyCode.allCases.map(\.rawValue)
    + OnwardConsent.Status.allCases.map(\.rawValue) + Revocation.Reason.allCases.map(\.rawValue)
    + ["active", "suspended", "departed", "custodian", "carrier", "observer"]
    + ["valid", "not-yet-valid", "expired", "revoked", "not-listed", "unreadable"]

  @Test(
    "What people read of an event, a kind, an office or a state has a word in Arabic", arguments: Set(codes).sorted())
  func arabic(_ code: String) {
    let arabic = word(code, in: .ar)
    #expect(arabic.unicodeScalars.contains { (0x0600...0x06ff).contains($0.value) }, "\(code): \(arabic)")
    #expect(!word(code, in: .en).isEmpty)
  }

  @Test("Every phase of a chain has one, and so has what is not known of somebody")
  func phases() {
    for phase in ChainState.phaseNames + ["unknown"] {
      let arabic = phaseWord(phase, in: .ar)
      #expect(arabic.unicodeScalars.contains { (0x0600...0x06ff).contains($0.value) }, "\(phase): \(arabic)")
    }
  }
}
