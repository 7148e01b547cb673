import COSE
import Foundation
import OpenSSL
import TestSupport
import Testing

/// What other people's tools wrote for us: Tests/Interop/write.py makes foreign.json in the folder that
/// AMANA_INTEROP_FOREIGN names.
@Suite struct ForeignMessages {
  struct Foreign: Decodable {
    let tool: String
    let what: String
    let message: String
    /// PEM in hexadecimal: private for what is encrypted, public for what is signed.
    let key: String
    let externalAAD: String
    let plaintext: String
  }

  @Test func whatOthersWroteIsRead() throws {
    guard let folder = ProcessInfo.processInfo.environment["AMANA_INTEROP_FOREIGN"] else {
      return print("SKIPPED: foreign messages: Tests/run.sh makes them (AMANA_INTEROP_FOREIGN)")
    }
    let content = try Data(contentsOf: URL(filePath: folder).appending(path: "foreign.json"))
    let messages = try JSONDecoder().decode([Foreign].self, from: content)
    // Both tools, both kinds: an empty folder must not pass for agreement.
    #expect(Set(messages.map(\.tool)).isSuperset(of: ["cwt", "pycose"]))
    #expect(messages.filter { $0.what.hasPrefix("encrypt") }.count >= 3)
    #expect(messages.filter { $0.what.hasPrefix("sign1") }.count >= 4)
    for found in messages {
      let aad = hex(found.externalAAD)
      if found.what.hasPrefix("encrypt") {
        let key = try PrivateKey(pem: hex(found.key))
        let message = try Encrypt(decoding: hex(found.message))
        #expect(try message.decrypt(with: .agreeing(key), externalAAD: aad) == hex(found.plaintext), "\(found.what)")
        #expect(throws: DecryptRefusal.altered) { try message.decrypt(with: .agreeing(key), externalAAD: aad + [0]) }
      } else {
        let key = try PublicKey(pem: hex(found.key))
        let message = try Sign1(decoding: hex(found.message))
        #expect(message.verify(with: key, externalAAD: aad) == .valid, "\(found.tool) \(found.what)")
        #expect(message.payload.map(Array.init) == hex(found.plaintext))
        #expect(message.verify(with: key, externalAAD: aad + [0]) == .invalid)
      }
      print("INTEROP amana reads \(found.what) of \(found.tool): yes")
    }
  }
}
