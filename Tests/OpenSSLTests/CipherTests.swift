import OpenSSL
import TestSupport
import Testing

/// AES-GCM and AES key wrap, against the published vectors of their standards.
@Suite struct CipherTests {
  /// The GCM specification's test cases 3 (128 bits), 9 (192) and 15 (256), and 16 with AAD.
  private static let plaintext = hex(
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
      + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255")
  private static let key = hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308")
  private static let nonce = hex("cafebabefacedbaddecaf888")
  private static let aad = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2")

  @Test func gcmGivesWhatItsSpecificationGives() throws {
    let ciphertext = hex(
      "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662")
    let sealed = try AESGCM.seal(Array(Self.plaintext.prefix(60)), key: Self.key, nonce: Self.nonce, aad: Self.aad)
    #expect(sealed == ciphertext + hex("76fc6ece0f4e1768cddf8853bb2d551b"))
    let tags = [
      16: "4d5c2af327cd64a62cf35abd2ba6fab4", 24: "9924a7c8587336bfb118024db8674a14",
      32: "b094dac5d93471bdec1a502270e3cc6c",
    ]
    for (count, tag) in tags {
      let found = try AESGCM.seal(Self.plaintext, key: Array(Self.key.prefix(count)), nonce: Self.nonce, aad: [])
      #expect(Array(found.suffix(16)) == hex(tag), "\(count)")
    }
    let empty = try AESGCM.seal(
      [], key: [UInt8](repeating: 0, count: 32), nonce: [UInt8](repeating: 0, count: 12), aad: [])
    #expect(empty == hex("530f8afbc74536b9a963b4f1c4cb738b"))
  }

  @Test func gcmOpensItsOwnAndNothingElse() throws {
    for count in [0, 1, 15, 16, 17, 4096] {
      let text = Array(Self.plaintext.prefix(1)) + [UInt8](repeating: 7, count: count)
      let sealed = try AESGCM.seal(text, key: Self.key, nonce: Self.nonce, aad: Self.aad)
      #expect(try AESGCM.open(sealed, key: Self.key, nonce: Self.nonce, aad: Self.aad) == text)
      for index in sealed.indices where count < 20 {
        var flipped = sealed
        flipped[index] ^= 1
        #expect(throws: OpenSSLError.self) {
          try AESGCM.open(flipped, key: Self.key, nonce: Self.nonce, aad: Self.aad)
        }
      }
      #expect(throws: OpenSSLError.self) { try AESGCM.open(sealed, key: Self.key, nonce: Self.nonce, aad: []) }
      #expect(throws: OpenSSLError.self) {
        try AESGCM.open(sealed.dropLast(), key: Self.key, nonce: Self.nonce, aad: Self.aad)
      }
    }
    for (key, nonce) in [(Array(Self.key.prefix(20)), Self.nonce), (Self.key, Array(Self.nonce.prefix(11)))] {
      #expect(throws: OpenSSLError.self) { try AESGCM.seal([], key: key, nonce: nonce, aad: []) }
      #expect(throws: OpenSSLError.self) {
        try AESGCM.open([UInt8](repeating: 0, count: 32), key: key, nonce: nonce, aad: [])
      }
    }
    #expect(throws: OpenSSLError.self) {
      try AESGCM.open([UInt8](repeating: 0, count: 15), key: Self.key, nonce: Self.nonce, aad: [])
    }
  }

  /// RFC 3394 §4.1 to §4.6.
  @Test(arguments: [
    (16, 16, "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5"),
    (24, 16, "96778b25ae6ca435f92b5b97c050aed2468ab8a17ad84e5d"),
    (32, 16, "64e8c3f9ce0f5ba263e9777905818a2a93c8191e7d6e8ae7"),
    (24, 24, "031d33264e15d33268f24ec260743edce1c6c7ddee725a936ba814915c6762d2"),
    (32, 24, "a8f9bc1612c68b3ff6e6f4fbe30e71e4769c8b80a32cb8958cd5d17d6b254da1"),
    (32, 32, "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21"),
  ]) func keyWrapGivesWhatItsRFCGives(_ wrapping: Int, _ count: Int, _ expected: String) throws {
    let wrappingKey = Array(UInt8(0)..<UInt8(wrapping))
    let data = hex("00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f")
    let key = Array(data.prefix(count))
    #expect(try AESKeyWrap.wrap(key, with: wrappingKey) == hex(expected))
    #expect(try AESKeyWrap.unwrap(hex(expected), with: wrappingKey) == key)
    for index in hex(expected).indices {
      var flipped = hex(expected)
      flipped[index] ^= 0x80
      #expect(throws: OpenSSLError(code: .unwrapKey, reasons: [])) { try AESKeyWrap.unwrap(flipped, with: wrappingKey) }
    }
  }

  @Test func keyWrapRefusesOtherLengths() throws {
    let key = [UInt8](repeating: 1, count: 32)
    for count in [0, 8, 15, 17, 33, 4104] {
      let text = [UInt8](repeating: 2, count: count)
      #expect(throws: OpenSSLError(code: .wrapKey, reasons: [])) { try AESKeyWrap.wrap(text, with: key) }
      #expect(throws: OpenSSLError(code: .unwrapKey, reasons: [])) { try AESKeyWrap.unwrap(text, with: key) }
    }
    #expect(throws: OpenSSLError(code: .wrapKey, reasons: [])) { try AESKeyWrap.wrap(key, with: [1, 2, 3]) }
  }
}
