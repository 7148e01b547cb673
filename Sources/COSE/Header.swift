/// Header labels used here (RFC 9052, RFC 9053, RFC 9360, RFC 9597, RFC 9921, RFC 9942, RFC 9995).
public enum HeaderLabel {
  public static let algorithm: CBOR = 1
  public static let critical: CBOR = 2
  public static let contentType: CBOR = 3
  public static let keyID: CBOR = 4
  public static let initialVector: CBOR = 5
  public static let ephemeralKey: CBOR = -1
  static let salt: CBOR = -20
  public static let cwtClaims: CBOR = 15
  public static let type: CBOR = 16
  public static let x5chain: CBOR = 33
  public static let x5t: CBOR = 34
  /// 3161-ctt: a time stamp token over the signature, unprotected.
  public static let timeStamp: CBOR = 270
  public static let receipts: CBOR = 394
  public static let verifiableDataStructure: CBOR = 395
  public static let verifiableDataProofs: CBOR = 396
}

/// A protected header exactly as it stands in the message, and what it says.
public struct ProtectedHeader: Equatable, Sendable {
  /// The content of the byte string, verbatim; never encoded again.
  public let encoded: ArraySlice<UInt8>
  public let values: CBORMap

  /// Decodes the content of a protected byte string. Foreign senders order keys freely; duplicates are refused.
  init(decoding content: ArraySlice<UInt8>) throws(DecodeError) {
    encoded = content
    if content.isEmpty {
      values = CBORMap()
      return
    }
    guard let map = try CBOR.decode(content, allowing: .unsortedKeys).map else {
      throw DecodeError(.unexpectedType, at: content.startIndex, "a protected header must be a map")
    }
    values = map
  }

  /// Encodes a header of our own.
  public init(_ values: CBORMap) {
    self.values = values
    encoded = values.isEmpty ? [] : CBOR.map(values).encoded()[...]
  }

  /// What goes into a Sig_structure: an empty map is the empty string (RFC 9052 §4.4).
  var forSigning: ArraySlice<UInt8> { values.isEmpty ? [] : encoded }

  /// Label 1 as an integer.
  public var algorithmID: Int64? { values[HeaderLabel.algorithm]?.int }
  /// The same, where it is one that we know.
  public var algorithm: Algorithm? { algorithmID.flatMap(Algorithm.init) }
  public var keyID: [UInt8]? { values[HeaderLabel.keyID]?.bytes }
  public var contentType: CBOR? { values[HeaderLabel.contentType] }
  public var type: CBOR? { values[HeaderLabel.type] }
  /// The CWT Claims (RFC 9597), if any.
  public var claims: CBORMap? { values[HeaderLabel.cwtClaims]?.map }
  public var issuer: String? { claims?[1]?.text }
  public var subject: String? { claims?[2]?.text }
  /// Seconds since 1970 (iat).
  public var issuedAt: Int64? { claims?[6]?.int }
}
