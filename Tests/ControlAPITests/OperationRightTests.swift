import ControlAPI
import Testing

/// What shows what is sealed needs the right to read persons.
@Suite struct OperationRightTests {
  @Test("Whatever opens a manifest or an annex needs read-persons") func sealed() {
    let opening: [ControlOperation] = [
      .listStatementLines, .listDraftLines, .listConsents, .discloseFields, .readMessage, .getAttachment, .getSealed,
      .askCustody,
      .askChain, .askUnresolved,
    ]
    for operation in opening { #expect(operation.route.right == .readPersons, "\(operation)") }
  }
}
