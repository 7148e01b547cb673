import ControlAPI
import Foundation
import OpenSSL
import Roster
import Testing

/// Where the keys of an authority are found.
@Suite("The folder of keys")
struct KeyFolderTests {
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = "/tmp/amana-folder-\(UUID().uuidString.prefix(8))"
    for part in ["keys", "credentials"] {
      try FileManager.default.createDirectory(atPath: "\(folder)/\(part)", withIntermediateDirectories: true)
    }
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  private func keys(_ folder: String, credentials: String? = nil) throws -> KeyFolder {
    let file = AuthorityFile(authority: "SYR/prisons", rosterDigest: "", twoUsers: true)
    return try KeyFolder(directory: folder, file: file, credentials: credentials)
  }

  @Test("Keys that stepped back are found by name, by the place that is said for one, and among the credentials")
  func formers() throws {
    try withFolder { folder in
      let (first, second) = (try PrivateKey.generate(.p256), try PrivateKey.generate(.p256))
      func write(_ name: String, _ bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(filePath: "\(folder)/\(name)"))
      }
      let (one, two) = (KeyFolder.former(.seal, [1, 2, 3, 4, 5]), KeyFolder.former(.seal, [0xa0, 2, 3, 4, 5]))
      #expect(one == "seal-former-01020304")
      try write("keys/\(one).pem", first.pem(passphrase: "of the first"))
      try write("keys/\(one).passphrase", Array("of the first\n".utf8))
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o600], ofItemAtPath: "\(folder)/keys/\(one).passphrase")
      try write("elsewhere.pem", second.pem())
      try write("keys/\(two).place", Array("\(folder)/elsewhere.pem\n".utf8))
      for other in ["seal.pem", "seal-next.pem", "statement-former-01020304.pem", "seal-former-0.crt"] {
        try write("keys/\(other)", first.pem())
      }
      let here = try keys(folder)
      #expect(here.formers(.seal) == [one, two])
      #expect(try here.key(one).publicKey == first.publicKey)
      #expect(try here.key(two).publicKey == second.publicKey)
      #expect(here.place(two).text == "\(folder)/elsewhere.pem" && here.place(two).isThere)
      #expect(here.formers(.receipt).isEmpty && here.formers(.statement) == ["statement-former-01020304"])

      // Under systemd the daemon sees the keys that it was handed, and the places that are said.
      let handed = try keys(folder, credentials: "\(folder)/credentials")
      #expect(handed.formers(.seal) == [two] && handed.place(two).text == "\(folder)/elsewhere.pem")
      #expect(try handed.key(two).publicKey == second.publicKey)
      try FileManager.default.removeItem(atPath: "\(folder)/keys/\(two).place")
      #expect(handed.formers(.seal).isEmpty && !handed.place(two).isThere)
      try write("credentials/\(two).place", Array("\(folder)/elsewhere.pem\n".utf8))
      #expect(handed.formers(.seal) == [two])
      #expect(try handed.key(two).publicKey == second.publicKey)
      try write("credentials/\(two).pem", second.pem())
      #expect(handed.formers(.seal) == [two] && handed.place(two).text == "\(folder)/credentials/\(two).pem")
    }
  }
}
