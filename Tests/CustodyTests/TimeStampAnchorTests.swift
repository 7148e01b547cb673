import COSE
import Custody
import OpenSSL
import Roster
import TestSupport
import Testing

/// Time stamps over signatures (RFC 9921, 3161-ctt) as proof of existence in time.
@Suite("Time stamps as anchors") struct TimeStampAnchorTests {
  private let certified: CertifiedParty
  private let signed: SignedStatement
  private let token: TimeStampToken

  init() throws {
    certified = try CertifiedParty(listsKey: true)
    signed = certified.convoy.intake.signed
    token = try TimeStampToken(
      response: certified.pki.stamp(
        TimeStampToken.request(over: signed.message.timeStampInput), by: "tsa", chain: ["tsa"]))
  }

  private func anchored(_ bytes: [UInt8], seenAt: UnixTime) throws -> AnchoredStatement {
    try certified.verifier().verify(SignedStatement(decoding: bytes), seenAt: seenAt)
  }

  @Test("F20: a token that a listed time stamping authority gave is when somebody else had seen it")
  func anchors() throws {
    // The machine's clock stamps; the key must be good until then.
    let end = token.time + 10
    let party = try CertifiedParty(listsKey: true, keyEnd: max(end, Coalition.notBefore + 1))
    let statement = party.convoy.intake.signed
    let stamp = try TimeStampToken(
      response: party.pki.stamp(
        TimeStampToken.request(over: statement.message.timeStampInput), by: "tsa", chain: ["tsa"]))
    let late = end + Policy.standard.graceSeconds + 1
    let whole = try SignedStatement(decoding: statement.attaching([], timeStamp: stamp.der))
    #expect(whole.id == statement.id && whole.entry == statement.entry && whole.timeStamp == stamp.der)
    let found = try party.verifier().verify(whole, seenAt: late)
    #expect(found.anchoredAt == stamp.time && found.timeStamp?.authority.name == party.convoy.coalition.tur.name)
    // Taken away again, nobody had seen it in time.
    do {
      _ = try party.verifier().verify(statement, seenAt: late)
      Issue.record("it must be refused")
    } catch let refusal as StatementRefusal {
      #expect(refusal.code == "V13")
    }
    // Held beside it, as the daemon does.
    #expect(
      try party.verifier().verify(statement, receipts: [], timeStamp: stamp.der, seenAt: late).anchoredAt == stamp.time)
    #expect(try party.verifier().verify(whole, receipts: [], seenAt: end).timeStamp == nil)
  }

  @Test("It never moves the time later than when it came here")
  func later() throws {
    let whole = signed.attaching([], timeStamp: token.der)
    if token.time <= Coalition.start {
      print("SKIPPED: a time stamp later than the arrival was NOT tried: this machine's clock is before the story")
    }
    #expect(try anchored(whole, seenAt: Coalition.start).anchoredAt == min(Coalition.start, token.time))
  }

  @Test("A token of another statement, of a twin, of a stranger, or of bytes that are none, proves nothing")
  func refused() throws {
    let other = try SignedStatement.sign(
      certified.event, issuer: certified.party.uri, at: Coalition.start + 1, with: certified.key)
    let twin = try SignedStatement.sign(
      certified.event, issuer: certified.party.uri, at: signed.issuedAt, with: certified.key)
    for statement in [other, twin] where statement.message.signature != signed.message.signature {
      #expect(throws: ProofRefusal.self) {
        try anchored(statement.attaching([], timeStamp: token.der), seenAt: Coalition.now)
      }
    }
    let plain = try TimeStampToken(
      response: certified.pki.stamp(
        TimeStampToken.request(over: Array(signed.message.signature)), by: "tsa", chain: ["tsa"]))
    #expect(throws: ProofRefusal.self) {
      try anchored(signed.attaching([], timeStamp: plain.der), seenAt: Coalition.now)
    }
    #expect(throws: ProofRefusal.self) { try anchored(signed.attaching([], timeStamp: [1]), seenAt: Coalition.now) }
    #expect(throws: ProofRefusal.self) {
      try StatementVerifier(roster: certified.convoy.coalition.roster, policy: .standard, revocations: []).verify(
        SignedStatement(decoding: signed.attaching([], timeStamp: token.der)), seenAt: Coalition.now)
    }
  }

  @Test("The header takes one byte string of at most 32 KiB, unprotected")
  func header() throws {
    func reason(_ unprotected: CBORMap, _ change: (inout CBORMap) -> Void = { _ in }) throws -> DecodeError.Reason? {
      let bytes = try certified.sign(unprotected: unprotected, change: change)
      do throws(DecodeError) {
        _ = try SignedStatement(decoding: bytes)
        return nil
      } catch {
        return error.reason
      }
    }
    #expect(try reason([270: .bytes(token.der)]) == nil)
    #expect(try reason([270: .bytes([UInt8](repeating: 0, count: 32769))]) == .tooLarge)
    #expect(try reason([270: .bytes([])]) == .unexpectedType)
    #expect(try reason([270: .array([.bytes(token.der)])]) == .unexpectedType)
    #expect(try reason([269: .bytes(token.der)]) == .unknownField)
    #expect(try reason([:]) { $0[270] = .bytes(token.der) } == .invalidValue)
  }

  @Test("Over the signature with its head, as RFC 9921 says in 3.1.1")
  func input() {
    #expect(Array(signed.message.timeStampInput.prefix(2)) == [0x58, 0x40])
    #expect(Array(signed.message.timeStampInput.dropFirst(2)) == Array(signed.message.signature))
  }
}
