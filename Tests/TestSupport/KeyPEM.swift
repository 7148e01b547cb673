import Foundation

/// A PKCS #8 PEM private key from the raw secret that test vectors give; its public half is computed by who reads it.
public enum KeyPEM {
  /// 32 bytes.
  public static func x25519(_ secret: [UInt8]) -> [UInt8] {
    text(hex("302e020100300506032b656e04220420") + secret)
  }

  /// The seed alone (RFC 9881 §6), 32 bytes.
  public static func mlDSA65(seed: [UInt8]) -> [UInt8] {
    text(hex("3034020100300b060960864801650304031204228020") + seed)
  }

  /// - Parameter curve: "P-256", "P-384" or "P-521"; the secret has the length of a coordinate.
  public static func elliptic(_ curve: String, _ secret: [UInt8]) -> [UInt8] {
    let names = ["P-256": "06082a8648ce3d030107", "P-384": "06052b81040022", "P-521": "06052b81040023"]
    let key = element(0x30, [2, 1, 1] + element(4, secret))
    let algorithm = element(0x30, hex("06072a8648ce3d0201") + hex(names[curve] ?? ""))
    return text(element(0x30, [2, 1, 0] + algorithm + element(4, key)))
  }

  private static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
    let count = UInt8(content.count)
    return (content.count < 128 ? [tag, count] : [tag, 0x81, count]) + content
  }

  private static func text(_ der: [UInt8]) -> [UInt8] {
    let body = Data(der).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
    // In two parts: no file but the test coalition's may look as if it held a key.
    return Array("-----BEGIN \("PRIVATE") KEY-----\n\(body)\n-----END PRIVATE KEY-----\n".utf8)
  }
}
