import COSE
import OpenSSL
import TestSupport
import Testing
import TransparencyLog

@Suite struct LogEntryTests {
  @Test(arguments: [0, 1, 23, 24, 255, 256, 65_535, 65_536]) func isTheHashOfTheMessageWithoutItsUnprotectedHeader(
    payloadByteCount: Int
  ) throws {
    let key = try PrivateKey.generate(.p256)
    let message = try Sign1.sign(
      [UInt8](repeating: 7, count: payloadByteCount)[...], protected: [1: -9],
      unprotected: [394: .array([.bytes([1])])],
      with: key)
    let entry = LogEntry(of: message)
    #expect(entry.bytes == SHA256.hash(message.replacingUnprotected(CBORMap())))
    #expect(entry.leafHash == TreeHash.leaf(entry.bytes))
  }

  @Test func doesNotChangeWhenReceiptsAreAttached() throws {
    let message = try Sign1.sign([1, 2, 3], protected: [1: -9], with: PrivateKey.generate(.p256))
    let attached = try Sign1(decoding: message.replacingUnprotected([394: .array([.bytes([1, 2])])]))
    #expect(LogEntry(of: attached) == LogEntry(of: message))
  }

  @Test func changesWithTheSignature() throws {
    let key = try PrivateKey.generate(.p256)
    let first = try Sign1.sign([1, 2, 3], protected: [1: -9], with: key)
    #expect(LogEntry(of: try Sign1.sign([1, 2, 3], protected: [1: -9], with: key)) != LogEntry(of: first))
  }
}
