import Custody
import OpenSSL
import Roster
import TestSupport
import Testing

/// What is fetched by itself: when it is an alarm, and when a list counts.
@Suite("What is fetched") struct FetchChecksTests {
  private static let now: UnixTime = 1_780_272_000

  private func alarms(_ state: FetchChecks.State, stamps: FetchChecks.State? = nil) -> [String] {
    FetchChecks(checks: checksInForce).alarms(lists: [state], timeStamps: stamps, at: Self.now).map(\.detail)
  }

  private func state(_ change: (inout FetchChecks.State) -> Void = { _ in }) -> FetchChecks.State {
    var state = FetchChecks.State(
      url: "http://ca.example/a.crl", wantedSince: Self.now - 10, nextUpdate: Self.now + 1, isAtHand: true)
    change(&state)
    return state
  }

  @Test("A list past its next update is an alarm, whatever else is; one that promised nothing never is")
  func ended() {
    #expect(alarms(state()).isEmpty)
    #expect(alarms(state { $0.nextUpdate = nil }).isEmpty)
    let ended = alarms(
      state {
        $0.nextUpdate = Self.now - 1
        $0.failures = 1
        $0.code = "tcp"
      })
    #expect(ended.count == 1 && ended[0].hasPrefix(FetchChecks.mark), "\(ended)")
    #expect(ended[0].contains("was to be followed by 2026-05-31") && ended[0].contains("(tcp)"), "\(ended)")
    #expect(ended[0].contains("an earlier date is the signer's word"), "\(ended)")
  }

  @Test("What can't be fetched is an alarm at once where nothing is at hand, and else the third time")
  func failing() {
    for (failures, isAtHand, isAlarm) in [(0, false, false), (1, false, true), (2, true, false), (3, true, true)] {
      let found = alarms(
        state {
          ($0.failures, $0.isAtHand, $0.code) = (failures, isAtHand, "dns")
        })
      #expect(found.count == (isAlarm ? 1 : 0), "\(failures) \(isAtHand): \(found)")
      if isAlarm { #expect(found[0].contains("cannot be fetched (dns)"), "\(found)") }
    }
  }

  @Test("What is refused is an alarm at once, and so is what has not come in an hour")
  func refused() {
    let refused = alarms(
      state {
        $0.failures = 1
        $0.isRefused = true
        $0.code = "older"
      })
    #expect(refused.count == 1 && refused[0].contains("is not taken (older)"), "\(refused)")
    let full = alarms(
      state {
        ($0.failures, $0.isRefused, $0.code) = (1, true, "full")
      })
    #expect(full.count == 1 && full[0].contains("is not taken (full)") && full[0].contains("crls/"), "\(full)")
    for (age, count) in [(FetchChecks.firstWithin - 1, 0), (FetchChecks.firstWithin, 1)] {
      let late = FetchChecks.State(url: "http://ca.example/a.crl", wantedSince: Self.now - age)
      #expect(alarms(late).count == count, "\(age)")
    }
  }

  @Test("Time stamps are an alarm when they prove nothing or fail again and again")
  func timeStamps() {
    func alarms(_ failures: Int, isRefused: Bool) -> [String] {
      self.alarms(
        state(),
        stamps: FetchChecks.State(
          url: "http://tsa.example", wantedSince: 0, isAtHand: true, failures: failures, code: "http",
          isRefused: isRefused))
    }
    #expect(alarms(2, isRefused: false).isEmpty)
    #expect(alarms(3, isRefused: false).first?.contains("cannot be fetched (http)") == true)
    #expect(alarms(1, isRefused: true).first?.contains("prove nothing") == true)
  }

  @Test(
    "A list counts that its issuer signed, that is no older than any of the same issuer at hand, and not of the future")
  func lists() throws {
    let pki = try TestPKI()
    let root = try Certificate(pem: pki.root("root"))
    let other = try TestPKI()
    let stranger = try Certificate(pem: other.root("root"))
    func list(_ pki: TestPKI, _ from: String) throws -> RevocationList {
      try RevocationList(file: pki.revocations(of: "root", from: from))
    }
    let (old, new) = (try list(pki, "20260101000000Z"), try list(pki, "20260201000000Z"))
    let theirs = try list(other, "20260301000000Z")
    func refusal(
      _ list: RevocationList, held: [RevocationList], by issuer: Certificate, after newest: RevocationList? = nil
    ) -> RevocationListCheck.Refusal? {
      do throws(RevocationListCheck.Refusal) {
        try RevocationListCheck(held: held, now: Self.now, toleranceSeconds: 300)
          .check(list, of: issuer, after: newest)
        return nil
      } catch { return error }
    }
    #expect(refusal(old, held: [], by: root) == nil && refusal(new, held: [old, theirs], by: root) == nil)
    #expect(refusal(new, held: [new], by: root) == nil, "the same again is not older")
    #expect(refusal(old, held: [theirs, new], by: root) == .older)
    #expect(refusal(old, held: [], by: stranger) == .issuer)
    #expect(refusal(try list(pki, "20260601000500Z"), held: [], by: root) == nil, "within the tolerance")
    #expect(refusal(try list(pki, "20260601000501Z"), held: [], by: root) == .future)
    // One that is kept for what the newest leaves out is a measure too: nothing goes back behind it.
    #expect(refusal(old, held: [try RevocationList(der: new.der, isFormer: true)], by: root) == .older)
    // A URL goes on with the issuer that it began with, by name and key.
    #expect(refusal(new, held: [old], by: root, after: old) == nil)
    #expect(refusal(theirs, held: [], by: stranger) == nil, "the first of its URL")
    #expect(refusal(theirs, held: [old], by: stranger, after: old) == .issuer)
  }

  @Test(
    "Of a statement on record a late list says from when others may have its key; of a listed key only the roster does")
  func exposure() throws {
    let certified = try CertifiedParty()
    let signed = try SignedStatement(decoding: certified.sign())
    try certified.pki.revoke("signer", by: "middle", reason: "keyCompromise", at: "260501000000Z")
    // It had ended before the statement was signed: what it says was said.
    let list = try RevocationList(file: certified.pki.revocations(of: "middle", until: "20260101000001Z"))
    #expect(certified.verifier().exposure(of: signed) == nil)
    #expect(certified.verifier([list]).exposure(of: signed) == 1_777_593_600)
    #expect(certified.verifier([list]).path(of: signed)?.certificates.last == certified.root)
    let listed = try CertifiedParty(listsKey: true)
    let own = try SignedStatement(decoding: listed.sign())
    try listed.pki.revoke("signer", by: "middle", reason: "keyCompromise", at: "260501000000Z")
    let theirs = try RevocationList(file: listed.pki.revocations(of: "middle"))
    #expect(listed.verifier([theirs]).exposure(of: own) == nil && listed.verifier().path(of: own) == nil)
  }
}
