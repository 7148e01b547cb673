import OpenSSL
import TestSupport

/// The orders n of the NIST curves (SP 800-186), big-endian, and the twin s → n − s of an ECDSA signature.
enum CurveOrder {
  static func of(_ type: KeyType) -> [UInt8]? {
    switch type {
    case .p256: hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")
    case .p384: hex(String(repeating: "f", count: 48) + "c7634d81f4372ddf581a0db248b0a77aecec196accc52973")
    case .p521:
      hex(
        "01" + String(repeating: "f", count: 65) + "a51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409")
    case .ed25519, .rsa, .x25519, .mlDSA65, .mlDSA87: nil
    }
  }

  /// r ‖ n − s.
  static func twin(of signature: [UInt8], order: [UInt8]) -> [UInt8] {
    let half = signature.count / 2
    return signature[..<half] + difference(order, Array(signature[half...]))
  }

  /// Whether s ≤ n − s.
  static func isLow(_ signature: [UInt8], order: [UInt8]) -> Bool {
    let s = Array(signature[(signature.count / 2)...])
    return !difference(order, s).lexicographicallyPrecedes(s)
  }

  private static func difference(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
    var result = left
    var borrow = 0
    for position in left.indices.reversed() {
      let value = Int(left[position]) - Int(right[position]) - borrow
      borrow = value < 0 ? 1 : 0
      result[position] = UInt8(truncatingIfNeeded: value)
    }
    return result
  }
}
