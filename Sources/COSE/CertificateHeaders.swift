public import OpenSSL

/// The certificates that a message names its signer by (RFC 9360), as far as headers can tell: nothing is validated.
/// The signer's own is always protected, as the RFC asks: in `x5chain` there, or by its digest in `x5t`.
public struct CertificateHeaders: Hashable, Sendable {
  /// From the signer's on; at least one, at most `CertificatePath.maximumCount`.
  public let certificates: [Certificate]
  /// The unprotected `x5chain` as it came, to be kept with the message; nil where it is protected.
  public let unprotectedChain: CBOR?

  /// Reads x5chain (33) and x5t (34); nil where neither stands.
  public init?(of message: Sign1) throws(DecodeError) {
    let (start, end) = (message.protected.encoded.startIndex, message.protected.encoded.endIndex)
    let inside = message.protected.values[HeaderLabel.x5chain]
    let outside = message.unprotected[HeaderLabel.x5chain]
    let digest = try message.protected.values[HeaderLabel.x5t].map { item throws(DecodeError) in
      try Self.digest(item, at: start)
    }
    guard message.unprotected[HeaderLabel.x5t] == nil else {
      throw DecodeError(.invalidValue, at: end, "x5t must be protected")
    }
    guard inside != nil || outside != nil || digest != nil else { return nil }
    guard inside == nil || outside == nil else { throw DecodeError(.duplicateKey, at: end, "x5chain stands twice") }
    guard let chain = inside ?? outside else { throw DecodeError(.missingField, at: start, "x5t without x5chain") }
    guard inside != nil || digest != nil else {
      throw DecodeError(.missingField, at: start, "an unprotected x5chain without a protected x5t")
    }
    certificates = try Self.certificates(chain, at: inside != nil ? start : end)
    if let digest, digest != SHA256.hash(certificates[0].der) {
      throw DecodeError(.invalidValue, at: start, "x5t is not of the first certificate of x5chain")
    }
    unprotectedChain = outside
  }

  /// COSE_CertHash: [-16, the SHA-256 digest]; no other digest is taken.
  private static func digest(_ item: CBOR, at offset: Int) throws(DecodeError) -> [UInt8] {
    guard let pair = item.array, pair.count == 2, let digest = pair[1].bytes else {
      throw DecodeError(.unexpectedType, at: offset, "x5t must be a digest's name and the digest")
    }
    guard pair[0].int == -16, digest.count == SHA256.byteCount else {
      throw DecodeError(.unsupported, at: offset, "x5t with another digest than SHA-256")
    }
    return digest
  }

  /// COSE_X509: one byte string, or an array of two or more. All limits come before any is parsed.
  private static func certificates(_ chain: CBOR, at offset: Int) throws(DecodeError) -> [Certificate] {
    let items = chain.bytes.map { [CBOR.bytes($0)] } ?? chain.array ?? []
    guard chain.bytes != nil || items.count > 1 else {
      throw DecodeError(.unexpectedType, at: offset, "x5chain must be one certificate or an array of several")
    }
    guard items.count <= CertificatePath.maximumCount else {
      throw DecodeError(.tooLarge, at: offset, "x5chain has more than \(CertificatePath.maximumCount) certificates")
    }
    let encoded = items.compactMap(\.bytes)
    guard encoded.count == items.count else {
      throw DecodeError(.unexpectedType, at: offset, "x5chain must hold byte strings")
    }
    guard encoded.allSatisfy({ $0.count <= Certificate.maximumByteCount }) else {
      throw DecodeError(.tooLarge, at: offset, "a certificate of x5chain has more than 16 KiB")
    }
    var found: [Certificate] = []
    for der in encoded {
      do { found.append(try Certificate(der: der)) } catch {
        let reason: DecodeError.Reason = error.code == .unsupportedKey ? .unsupported : .invalidValue
        throw DecodeError(reason, at: offset, "x5chain: \(error)")
      }
    }
    return found
  }

  /// `x5chain` with these, the signer's first.
  public static func chain(_ certificates: [Certificate]) -> CBOR {
    certificates.count == 1 ? .bytes(certificates[0].der) : .array(certificates.map { .bytes($0.der) })
  }
}

extension Sign1 {
  /// What a time stamp of the mode COSE, then timestamp is over (RFC 9921 §3.1): the signature as a byte string with its head.
  public var timeStampInput: [UInt8] {
    var encoder = CBOREncoder()
    encoder.byteString(signature)
    return encoder.bytes
  }
}
