import Foundation
import Testing

@Suite("No private key stands in the tree")
struct PrivateKeyTests {
  /// What keys/check-tree.py, or another script of keys/, says of a folder.
  private func checked(_ folder: String? = nil, by script: String = "check-tree.py") throws -> (
    code: Int32, output: String
  ) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    let script = Repository.folder.appending(path: "keys/\(script)").path
    process.arguments = ["python3", script] + (folder.map { [$0] } ?? [])
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }

  @Test("The tree holds none outside the test coalition")
  func tree() throws {
    let answer = try checked()
    #expect(answer.code == 0, "\(answer.output)")
    #expect(answer.output.contains("PRIVATE KEYS: none"))
  }

  /// A PKCS#8 P-256 key that is nobody's, made here so that this file holds none.
  private static let pkcs8: [UInt8] =
    [0x30, 0x41, 2, 1, 0, 0x30, 0x13, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d]
    + [3, 1, 7, 4, 0x27, 0x30, 0x25, 2, 1, 1, 4, 0x20] + [UInt8](repeating: 7, count: 32)

  private static let encrypted: [UInt8] =
    [0x30, 0x81, 0xec, 0x30, 0x57, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 0x0d]
    + [UInt8](repeating: 9, count: 220)

  private static let sec1: [UInt8] =
    [0x30, 0x77, 2, 1, 1, 4, 0x20] + [UInt8](repeating: 3, count: 32) + [0xa0, 0x0a, 6, 8] + [1, 2, 3, 4, 5, 6, 7, 8]

  private static func pem(_ label: String, _ der: [UInt8], indent: String = "", end: String = "\n") -> String {
    ["-----BEGIN \(label) KEY-----", Data(der).base64EncodedString(), "-----END \(label) KEY-----"].map { indent + $0 }
      .joined(separator: end) + "\n"
  }

  private static let planted: [(String, String, [UInt8])] = {
    let word = "PRIVATE"
    let hex = pkcs8.map { String(format: "%02x", Int($0)) }.joined()
    let base64 = Data(pkcs8).base64EncodedString()
    let secret = String(repeating: "Ab-_", count: 11)
    return [
      ("PEM", "a.pem", Array(pem(word, pkcs8).utf8)),
      ("encrypted PEM", "b.txt", Array(pem("ENCRYPTED \(word)", encrypted).utf8)),
      ("indented PEM", "c.yaml", Array(pem("EC \(word)", sec1, indent: "    ").utf8)),
      ("PEM in a string", "d.swift", Array(pem(word, pkcs8, end: "\\n").utf8)),
      ("PEM with CRLF", "e.key", Array(pem("RSA \(word)", pkcs8, end: "\r\n").utf8)),
      ("DER", "f.der", pkcs8), ("SEC1", "g", sec1), ("encrypted DER", "h.p8", encrypted),
      ("DER within a file", "i.bin", [UInt8](repeating: 0xff, count: 99) + pkcs8),
      ("hexadecimal", "j.json", Array("{\"key\": \"\(hex)\"}".utf8)),
      ("base64", "k.py", Array("KEY = '\(base64)'".utf8)),
      ("JWK", "l.json", Array("{\"kty\": \"EC\", \"crv\": \"P-256\", \"d\": \"\(secret)\"}".utf8)),
    ]
  }()

  @Test("Each form of a key is found, wherever it is put", arguments: planted.indices)
  func forms(index: Int) throws {
    let (form, name, content) = Self.planted[index]
    let folder = FileManager.default.temporaryDirectory.appending(path: "amana-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    for path in ["docs/deep", "keys/test-coalition"] {
      try FileManager.default.createDirectory(at: folder.appending(path: path), withIntermediateDirectories: true)
    }
    try Data("Words: -----BEGIN \("PRIVATE") KEY----- is how it begins.\n".utf8).write(
      to: folder.appending(path: "README"))
    #expect(try checked(folder.path).code == 0)
    try Data(content).write(to: folder.appending(path: "docs/deep/\(name)"))
    let found = try checked(folder.path)
    #expect(found.code == 1 && found.output.contains("docs/deep/\(name):"), "\(form): \(found.output)")
    // In the test coalition only PEM may stand, which its own check judges.
    try FileManager.default.moveItem(
      at: folder.appending(path: "docs/deep/\(name)"), to: folder.appending(path: "keys/test-coalition/\(name)"))
    let moved = try checked(folder.path)
    #expect(moved.code == (form.contains("PEM") ? 0 : 1), "\(form): \(moved.output)")
    #expect(moved.output.contains("keys/test-coalition/\(name):") != form.contains("PEM"), "\(form): \(moved.output)")
  }

  @Test("In the test coalition a key without the watermark, or without the comment, is found")
  func watermark() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "amana-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    func expect(_ code: Int32) throws {
      let answer = try checked(folder.path, by: "test-coalition/check.py")
      #expect(answer.code == code, "\(answer.output)")
      #expect(answer.output.contains("/statement.pem: ") == (code == 1), "\(answer.output)")
    }
    let good = try Repository.text("keys/test-coalition/syr/keys/statement.pem")
    let path = folder.appending(path: "statement.pem")
    try good.write(to: path, atomically: true, encoding: .utf8)
    try expect(0)
    try good.replacing("NEVER FOR REAL CUSTODY", with: "").write(to: path, atomically: true, encoding: .utf8)
    try expect(1)
    let plain = "AMANA TEST KEY - NEVER FOR REAL CUSTODY\n" + Self.pem("PRIVATE", Self.pkcs8)
    try plain.write(to: path, atomically: true, encoding: .utf8)
    try expect(1)
  }
}
