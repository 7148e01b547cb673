import COSE
import Custody
import TestSupport
import Testing
import TransparencyLog

extension InvariantTests {
  @Test("V20: two roots for one size of one log are a fork")
  func v20_aForkIsFound() throws {
    let logs = LogChecks(checks: checksInForce)
    func checkpoint(_ size: UInt64, _ root: UInt8, origin: String = "syr.example/log/1") -> Checkpoint {
      Checkpoint(origin: origin, size: size, root: .leaf([root]))
    }
    #expect(logs.fork(checkpoint(5, 1), checkpoint(5, 2))?.code == .v20)
    #expect(logs.fork(checkpoint(5, 1), checkpoint(5, 1)) == nil)
    #expect(logs.fork(checkpoint(5, 1), checkpoint(6, 2)) == nil)
    #expect(logs.fork(checkpoint(5, 1), checkpoint(5, 2, origin: "irq.example/log/1")) == nil)
    #expect(logs.extends(checkpoint(5, 1)) { _ in .leaf([2]) }?.code == .v20)
    #expect(logs.extends(checkpoint(5, 1)) { _ in nil }?.code == .v20)
    #expect(logs.extends(checkpoint(5, 1)) { _ in .leaf([1]) } == nil)
    let kept = [checkpoint(5, 1)]
    #expect(logs.judge(checkpoint(4, 2), known: kept[0], proof: nil, kept: kept).violation?.code == .v20)
    #expect(logs.judge(receipt: .leaf([2]), size: 5, origin: kept[0].origin, kept: kept)?.code == .v20)
  }

  @Test("V21: what a log that ended signs beyond its end moves nobody by itself")
  func v21_anEndedLogIsSealed() throws {
    let convoy = try Convoy()
    let late = try convoy.scribe.outcome(of: convoy.release, all: .accepted, by: convoy.coalition.irq)
    var log = try Succeeded(convoy.coalition)
    for act in [convoy.intake, convoy.release] { try log.register(act) }
    #expect(try log.register(late).flaggedCodes.contains(.v21))
    #expect(log.all { $0.contest != nil && $0.custodian == convoy.coalition.syr.name })
  }

  @Test("V22: what has two readings is refused with its place")
  func v22_bytesAreReadStrictly() throws {
    let convoy = try Convoy()
    let event = convoy.intake.event
    func reason(_ payload: [UInt8]) throws -> DecodeError.Reason? {
      let bytes = try convoy.scribe.signRaw(payload, record: event.recordID, by: convoy.coalition.syr)
      do throws(DecodeError) {
        _ = try SignedStatement(decoding: bytes, checks: checksInForce)
        return nil
      } catch {
        #expect(error.offset > 0)
        return error.reason
      }
    }
    #expect(try reason(event.encoded() + [0]) == .trailingBytes)
    #expect(try reason(event.encoded()) == nil)
  }

  @Test("V23: what is kept is what was received")
  func v23_keptBytesAreThoseReceived() throws {
    let convoy = try Convoy()
    let logs = LogChecks(checks: checksInForce)
    let (kept, other) = (convoy.intake.signed, convoy.release.signed)
    #expect(logs.kept(kept, entry: other.entry, id: kept.id)?.code == .v23)
    #expect(logs.kept(kept, entry: kept.entry, id: other.id)?.code == .v23)
    #expect(logs.kept(kept, entry: kept.entry, id: kept.id) == nil)
  }

  @Test("V24: text holds no control or direction-override characters")
  func v24_textCannotDeceive() throws {
    let convoy = try Convoy()
    func reason(_ text: String) throws -> DecodeError.Reason? {
      var event = convoy.intake.event
      event.reason = text
      let bytes = try convoy.scribe.signRaw(event.encoded(), record: event.recordID, by: convoy.coalition.syr)
      do throws(DecodeError) {
        _ = try SignedStatement(decoding: bytes, checks: checksInForce)
        return nil
      } catch {
        return error.reason
      }
    }
    for text in ["a\u{202e}b", "\u{202a}", "a\u{0}", "a\nb", "\u{9f}", "\u{fffa}"] {
      #expect(try reason(text) == .forbiddenText, "\(text.unicodeScalars.map(\.value))")
    }
    for text in ["مي\u{200c}خواهم", "\u{2067}أحمد\u{2069}", "لا\u{200d}", "plain"] {
      #expect(try reason(text) == nil, "\(text.unicodeScalars.map(\.value))")
    }
  }

  @Test("V30: what stands beside a statement is what it commits to")
  func v30_annexesMatchTheirCommitments() throws {
    let convoy = try Convoy()
    let office = Office(convoy.coalition.irq, of: convoy.coalition)
    let absent = try office.judge(convoy.intake.with { $0.annexes = [] })
    #expect(absent.isRegistered && absent.flaggedCodes.contains(.v30))
    let annex = convoy.intake.content.annexes[0]
    let swapped = Annex(id: annex.id, mediaType: annex.mediaType, salt: annex.salt, content: annex.content + [0])
    #expect(try office.judge(convoy.intake.with { $0.annexes = [swapped] }).flaggedCodes.contains(.v30))
    #expect(try office.judge(convoy.intake).isClean)
    var own = Office(convoy.coalition.syr, of: convoy.coalition)
    try own.register(convoy.intake)
    #expect(try own.judge(convoy.release.with { $0.annexes = [] }).refusedCodes.contains(.v30))
  }
}
