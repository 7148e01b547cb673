import COSE
import Custody
import OpenSSL
import Roster

extension Verify {
  /// Judges a file of chosen fields: the fields against the root, and the statement that bears the root under a roster.
  func verifyDisclosure(_ file: String, _ bytes: [UInt8], _ trust: Trust, _ lists: [RevocationList]) -> VerifyReport {
    var report = VerifyReport(
      file, content: "disclosure", result: .cannotTell, exercise: false, pinned: trust.digest != nil, failures: [])
    do {
      let made = try Disclosure(decoding: bytes)
      report.exercise = made.statement.event.exercise
      let shown = try made.verify()
      guard let roster = try trust.roster(carried: made.roster) else { return report }
      report.rosterDigest = hexadecimal(roster.digest)
      let verifier = StatementVerifier(roster: roster, policy: .standard, revocations: lists)
      let anchored = try verifier.verify(made.statement, seenAt: now())
      report.statements = [try VerifyReport.Statement(made.statement, anchored, by: verifier)]
      guard report.pinned else { return report }
      report.disclosure = VerifyReport.Disclosed(shown, anchored.statement)
      report.shown = shown
      report.certified = CertifiedCustody(shown, by: anchored.statement.issuer)
      report.result = .holds
    } catch StatementRefusal.notVerifiableHere {
      report.failures = [StatementRefusal.notVerifiableHere.description]
    } catch let error where Self.isOfLaterVersion(bytes, error) {
      report.failures = ["\(error)"]
      report.refusal = error as? DisclosureRefusal
    } catch {
      report.result = .doesNotHold
      report.failures = ["\(error)"]
      report.refusal = error as? DisclosureRefusal
    }
    return report
  }

  /// Whether all that is known to be wrong is that this version can't read it.
  private static func isOfLaterVersion(_ bytes: [UInt8], _ error: any Error) -> Bool {
    guard Disclosure.isOfThisVersion(bytes) else { return true }
    if case DisclosureRefusal.unknownSchema = error { return true }
    return false
  }
}

extension VerifyReport {
  /// What is proven of one line.
  struct Disclosed: Encodable {
    struct Field: Encodable {
      let name: String
      let position: Int
      let value: String
      /// The value exactly: its deterministic encoding in hexadecimal.
      let cbor: String
    }

    let schema: String
    let recordID: String
    let line: Int
    let subject: String
    let occurredAt: String
    let signedAt: String
    let fields: [Field]
    let withheld: Int
    /// How many different officers approved the statement.
    let officers: Int

    enum CodingKeys: String, CodingKey {
      case schema, line, subject, fields, withheld, officers
      case recordID = "record_id"
      case occurredAt = "occurred_at"
      case signedAt = "signed_at"
    }

    init(_ shown: DisclosedLine, _ verified: VerifiedStatement) {
      let statement = verified.signed
      schema = shown.schema
      recordID = statement.event.recordID.uuid
      line = shown.line
      subject = shown.subject.description
      occurredAt = statement.event.occurred.at.text
      signedAt = OffsetTime(unix: statement.issuedAt).text
      let texts = DisclosedFields(fields: [], language: .en)
      fields = shown.fields.map { field in
        Field(
          name: field.name, position: field.position, value: texts.text(field.value),
          cbor: hexadecimal(field.value.encoded()))
      }
      withheld = shown.withheld
      officers = verified.officerCount
    }
  }
}
