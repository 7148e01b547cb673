import COSE
import Custody
import Foundation
import OpenSSL
import Roster
import TestSupport
import Testing

/// What verification answers for each way in which a key's life can go (V13, V15, V16, F20, F21, F24). docs/trust.md holds
/// the table and is compared with it.
@Suite("Key stories")
struct KeyStoryTests {
  /// What became of the key that signs, when it signed, and when somebody else had seen that.
  struct Story: CustomTestStringConvertible, Sendable {
    let name: String
    var reasons: [(Revocation.Reason, UnixTime)] = []
    var signed: UnixTime = 0
    /// Nil: nobody had; it comes here an hour before what `told` says.
    var receipted: UnixTime?
    /// When it comes here, from the first day of these stories on.
    var told: UnixTime = 90 * day
    /// The authorities that list the anchor of whoever stamped its time, a day after the story begins; nobody did without.
    var stampedUnder: [String] = []
    /// Whether the receipt's own key was exposed later.
    var isReceiptKeyExposed = false
    var isListed = true
    let answer: String

    var testDescription: String { name }
  }

  static let day: UnixTime = 86_400
  private static let end = Coalition.notAfter - Coalition.start
  private static let grace = Policy.standard.graceSeconds

  static let stories = [
    Story(name: "In use", told: 0, answer: "valid"),
    Story(name: "Signed before it was valid", signed: -366 * day, told: 0, answer: "V13"),
    Story(name: "Expired after it signed, seen in time", receipted: day, told: end + 400 * day, answer: "valid"),
    Story(name: "Expired after it signed, seen within the grace", told: end + grace, answer: "valid"),
    Story(name: "Expired after it signed, seen by nobody", told: end + grace + 1, answer: "V13"),
    Story(name: "Signed when it had expired", signed: end + 1, told: end + 1, answer: "V13"),
    Story(
      name: "Rotated: signed before, seen in time", reasons: [(.superseded, 2 * day)], receipted: day, answer: "valid"),
    Story(
      name: "Rotated: signed before, seen within the grace", reasons: [(.superseded, 2 * day)], told: 20 * day,
      answer: "valid"),
    Story(name: "Rotated: signed before, seen by nobody", reasons: [(.superseded, 2 * day)], answer: "V13"),
    Story(
      name: "Rotated: signed after", reasons: [(.superseded, 2 * day)], signed: 3 * day, told: 3 * day, answer: "V13"),
    Story(
      name: "Retired: signed before, seen in time", reasons: [(.retired, 2 * day)], receipted: day, answer: "valid"),
    Story(name: "Retired: signed after", reasons: [(.retired, 2 * day)], signed: 2 * day, told: 2 * day, answer: "V13"),
    Story(name: "Lost: seen before", reasons: [(.lost, 2 * day)], receipted: day, answer: "valid"),
    Story(name: "Lost: seen after", reasons: [(.lost, 2 * day)], receipted: 2 * day, answer: "V15"),
    Story(name: "Compromised: seen before", reasons: [(.compromised, 2 * day)], receipted: day, answer: "valid"),
    Story(
      name: "Compromised: seen after, within what would be the grace", reasons: [(.compromised, 2 * day)],
      told: 3 * day,
      answer: "V15"),
    Story(
      name: "Compromised: seen in that very second", reasons: [(.compromised, 2 * day)], told: 2 * day, answer: "V15"),
    Story(name: "Compromised: seen by nobody", reasons: [(.compromised, 2 * day)], answer: "V15"),
    Story(
      name: "Compromised: signed after, by whoever has it", reasons: [(.compromised, 2 * day)], signed: 3 * day,
      told: 3 * day, answer: "V15"),
    Story(
      name: "Compromised, and so was the key of the only receipt", reasons: [(.compromised, 2 * day)], receipted: day,
      told: 3 * day, isReceiptKeyExposed: true, answer: "V15"),
    Story(
      name: "Retired, and found compromised from an earlier day",
      reasons: [(.retired, 5 * day), (.compromised, 2 * day)],
      receipted: 3 * day, answer: "V15"),
    Story(
      name: "Compromised, and later said to be retired only: nothing is taken back",
      reasons: [(.compromised, 2 * day), (.retired, 5 * day)], signed: 3 * day, receipted: 3 * day, answer: "V15"),
    Story(
      name: "Compromised: stamped before by another member's time stamping authority",
      reasons: [(.compromised, 2 * day)], stampedUnder: ["IRQ/moj"], answer: "valid"),
    Story(
      name: "Compromised: stamped before by its own member's time stamping authority only",
      reasons: [(.compromised, 2 * day)], stampedUnder: ["SYR/prisons", "SYR/police"], answer: "V15"),
    Story(
      name: "Compromised: stamped before by one that its own and another member list",
      reasons: [(.compromised, 2 * day)],
      stampedUnder: ["SYR/prisons", "IRQ/moj"], answer: "valid"),
    Story(
      name: "Expired after it signed, stamped in time by its own member's time stamping authority only",
      told: end + grace + 1, stampedUnder: ["SYR/prisons"], answer: "V13"),
    Story(name: "Not listed, or not yet", told: 0, isListed: false, answer: "V16"),
  ]

  private func answer(_ story: Story) throws -> String {
    let coalition = try Coalition.shared()
    let convoy = try Convoy()
    let party = coalition.syr
    // Who stamps goes by the machine's clock: such a story began yesterday.
    let start = story.stampedUnder.isEmpty ? Coalition.start : UnixTime(Date().timeIntervalSince1970) - Self.day
    let at = { (time: UnixTime) in start + time }
    let pki = try story.stampedUnder.isEmpty ? nil : TestPKI()
    let root = try pki.map { try Certificate(pem: $0.root("root")) }
    try pki?.issue("tsa", by: "root", extensions: TestPKI.stamper)
    let anchors = { (name: AuthorityName) -> Anchors in
      story.stampedUnder.contains(name.description) ? Anchors(timestamps: [root].compactMap(\.self)) : .none
    }
    let roster = try coalition.roster(anchors: anchors) { listed in
      let key = listed.moved(by: start - Coalition.start)
      if listed.key == party.keys[.statement]?.publicKey {
        guard story.isListed else { return nil }
        return key?.revoked(story.reasons.map { Revocation(reason: $0.0, effectiveFrom: at($0.1)) })
      }
      guard story.isReceiptKeyExposed, listed.key == coalition.irq.keys[.receipt]?.publicKey else { return key }
      return key?.revoked([Revocation(reason: .compromised, effectiveFrom: at(10 * Self.day))])
    }
    var event = convoy.intake.event
    event.approvals = []
    let signed = try SignedStatement.sign(
      event, issuer: party.uri, at: at(story.signed), with: party.key(.statement))
    let receipts = try story.receipted.map { [try coalition.irq.receipt(of: signed, at: at($0))] } ?? []
    let stamp = try pki.map {
      try TimeStampToken(
        response: $0.stamp(TimeStampToken.request(over: signed.message.timeStampInput), by: "tsa", chain: ["tsa"])
      ).der
    }
    do throws(any Error) {
      let verifier = StatementVerifier(roster: roster, policy: .standard, checks: checksInForce, revocations: [])
      _ = try verifier.verify(signed, receipts: receipts, timeStamp: stamp, seenAt: at(story.told))
      return "valid"
    } catch let refusal as StatementRefusal {
      return refusal.code
    }
  }

  @Test("V13, V15 and V16 answer for each story as docs/trust.md says", arguments: stories)
  func story(_ story: Story) throws {
    #expect(try answer(story) == story.answer)
  }

  @Test("docs/trust.md holds the table")
  func table() throws {
    let rows = try Self.stories.map { "| \($0.name) | \(Self.words[try answer($0)] ?? "?") |" }
    let table = (["| the key that signed | what verification answers |", "|---|---|"] + rows).joined(separator: "\n")
    let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/trust.md")
    #expect(try String(contentsOf: path, encoding: .utf8).contains(table), "docs/trust.md must hold:\n\(table)")
  }

  private static let words = [
    "valid": "valid",
    "V13": "V13: the key was not valid when it signed, or nobody had seen it before validity and grace ended",
    "V15": "V15: others may have the key, and nobody else had seen it before", "V16": "V16: not listed",
  ]

  @Test("V15: an officer's approval with an exposed key counts only in what somebody else had seen before")
  func approvals() throws {
    let coalition = try Coalition.shared()
    let convoy = try Convoy()
    let exposed = try coalition.syr.officerKey(1).publicKey
    let time = Coalition.start + 2 * Self.day
    let roster = try coalition.roster { key in
      key.key == exposed ? key.revoked([Revocation(reason: .compromised, effectiveFrom: time)]) : key
    }
    let verifier = StatementVerifier(roster: roster, policy: .standard, checks: checksInForce, revocations: [])
    #expect(try verifier.verify(convoy.intake.signed, anchoredAt: time - 1).approvals.count == 2)
    let late = try verifier.verify(convoy.intake.signed, anchoredAt: time)
    #expect(late.approvals.count == 1 && late.failedApprovals.count == 1)
    #expect(late.failedApprovals.first?.why.contains("others may have officer 1's key") == true)
  }
}

extension Coalition {
  /// Another roster of the same coalition, each key changed or left out.
  func roster(anchors: (AuthorityName) -> Anchors = { _ in .none }, _ change: (KeyRecord) -> KeyRecord?) throws
    -> VerifiedRoster
  {
    try changedRoster { authority in
      Authority(
        name: authority.name, uri: authority.uri, names: authority.names, role: authority.role,
        status: authority.status, competence: authority.competence, keys: authority.keys.compactMap(change),
        officers: authority.officers.map { officer in
          Officer(
            number: officer.number, roles: officer.roles, status: officer.status, keys: officer.keys.compactMap(change))
        }, anchors: anchors(authority.name))
    }
  }
}

extension KeyRecord {
  /// The same key, valid some seconds later.
  func moved(by seconds: UnixTime) -> KeyRecord? {
    KeyRecord(
      purpose: purpose, key: key, notBefore: notBefore + seconds, notAfter: notAfter + seconds,
      revocations: revocations, role: role, certificate: certificate)
  }

  func revoked(_ revocations: [Revocation]) -> KeyRecord? {
    KeyRecord(
      purpose: purpose, key: key, notBefore: notBefore, notAfter: notAfter, revocations: revocations, role: role,
      certificate: certificate)
  }
}
