import COSE
import Testing

@testable @_spi(Testing) import Custody

/// What approvals are checked over is what was received, not what we would have written (V23).
@Suite struct ApprovedBytesTests {
  @Test func areTheReceivedBytesWithoutTheApprovals() throws {
    let signed = try Convoy(2).release.signed
    #expect(!signed.event.approvals.isEmpty)
    #expect(signed.approvedBytes == signed.event.encoded(includingApprovals: false))
  }

  @Test func keepAnOrderThatIsNotOurs() throws {
    let convoy = try Convoy(2)
    let event = convoy.release.event
    let map = try #require(try CBOR.decode(event.encoded()).map)
    func written(_ entries: [CBORMap.Entry]) -> [UInt8] {
      var encoder = CBOREncoder()
      encoder.mapHead(entries.count)
      for entry in entries {
        encoder.item(entry.key)
        encoder.item(entry.value)
      }
      return encoder.bytes
    }
    let backwards = Array(map.entries.reversed())
    let bytes = try convoy.scribe.signRaw(written(backwards), record: event.recordID, by: convoy.coalition.syr)
    let signed = try SignedStatement(decoding: bytes, checks: .without(.v22))
    #expect(signed.approvedBytes == written(backwards.filter { $0.key != "approvals" }))
    #expect(signed.approvedBytes != signed.event.encoded(includingApprovals: false))
  }
}
