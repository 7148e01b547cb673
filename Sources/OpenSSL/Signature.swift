import COpenSSL

extension SignatureScheme {
  /// Whether a key of this type can carry this scheme at all (curve restrictions are the caller's profile).
  func fits(_ type: KeyType) -> Bool {
    switch self {
    case .ecdsaSHA256, .ecdsaSHA384, .ecdsaSHA512: type.group != nil
    case .ed25519: type == .ed25519
    case .rsaPSSSHA256: type == .rsa
    case .mlDSA: type.isMLDSA
    }
  }
}

/// libcrypto's name of the digest for a scheme; nil for Ed25519 and ML-DSA, which hash by themselves.
private func digestName(_ scheme: SignatureScheme) -> String? {
  switch scheme {
  case .ecdsaSHA256, .rsaPSSSHA256: "SHA256"
  case .ecdsaSHA384: "SHA384"
  case .ecdsaSHA512: "SHA512"
  case .ed25519, .mlDSA: nil
  }
}

extension PublicKey {
  /// True only if libcrypto says exactly 1. ECDSA signatures are raw r‖s, each of the curve's length; both high and
  /// low s verify (RFC 9053 §2.1). A signature of the wrong length is false, never an error;
  /// so is any by a key that this machine cannot use (`isUsableHere`).
  public func verifies(_ signature: some Collection<UInt8>, of message: [UInt8], scheme: SignatureScheme) -> Bool {
    guard scheme.fits(type), let pointer = unsafe pointer else { return false }
    let encoded: [UInt8]
    if type.group != nil {
      guard let der = ecdsaDER(fromRaw: Array(signature), coordinate: type.coordinateByteCount ?? 0) else {
        return false
      }
      encoded = der
    } else {
      encoded = Array(signature)
    }
    ERR_clear_error()
    defer { ERR_clear_error() }
    let context = unsafe EVP_MD_CTX_new()
    defer { unsafe EVP_MD_CTX_free(context) }
    var keyContext: OpaquePointer?
    guard unsafe EVP_DigestVerifyInit_ex(context, &keyContext, digestName(scheme), nil, nil, pointer, nil) == 1 else {
      return false
    }
    if scheme == .rsaPSSSHA256, unsafe amana_pss_setup(keyContext, 32) != 1 { return false }
    return unsafe EVP_DigestVerify(context, encoded, encoded.count, message, message.count) == 1
  }
}

extension PrivateKey {
  /// Signs a message. ECDSA gives raw r‖s with low s, so that our own signatures have one form.
  public func sign(_ message: [UInt8], scheme: SignatureScheme) throws(OpenSSLError) -> [UInt8] {
    guard scheme.fits(type) else { throw .withReason(.sign, "a \(type.rawValue) key cannot sign this way") }
    let signature = try unsafe use { (pointer, library) throws(OpenSSLError) in
      try unsafe digestSign(message, scheme, pointer, library)
    }
    guard let size = type.coordinateByteCount, let group = type.group else { return signature }
    return try rawLowS(fromDER: signature, coordinate: size, group: group)
  }
}

/// What libcrypto or a store's provider signs: DER for ECDSA.
private func digestSign(
  _ message: [UInt8], _ scheme: SignatureScheme, _ pointer: OpaquePointer, _ library: ProviderContext?
) throws(OpenSSLError) -> [UInt8] {
  ERR_clear_error()
  let context = unsafe EVP_MD_CTX_new()
  defer { unsafe EVP_MD_CTX_free(context) }
  var keyContext: OpaquePointer?
  let begun = unsafe EVP_DigestSignInit_ex(
    context, &keyContext, digestName(scheme), library?.pointer, library?.place.query, pointer, nil)
  guard begun == 1 else { throw .drained(.sign) }
  if scheme == .rsaPSSSHA256, unsafe amana_pss_setup(keyContext, 32) != 1 { throw .drained(.sign) }
  var length = 0
  guard unsafe EVP_DigestSign(context, nil, &length, message, message.count) == 1 else { throw .drained(.sign) }
  var signature = [UInt8](repeating: 0, count: length)
  guard unsafe EVP_DigestSign(context, &signature, &length, message, message.count) == 1 else {
    throw .drained(.sign)
  }
  signature.removeLast(signature.count - length)
  return signature
}

/// DER ECDSA-Sig-Value from raw r‖s; nil when the length is not twice the coordinate's.
func ecdsaDER(fromRaw raw: [UInt8], coordinate: Int) -> [UInt8]? {
  guard coordinate > 0, raw.count == 2 * coordinate else { return nil }
  let signature = unsafe ECDSA_SIG_new()
  defer { unsafe ECDSA_SIG_free(signature) }
  let r = unsafe BN_bin2bn(Array(raw[..<coordinate]), Int32(clamping: coordinate), nil)
  let s = unsafe BN_bin2bn(Array(raw[coordinate...]), Int32(clamping: coordinate), nil)
  guard unsafe ECDSA_SIG_set0(signature, r, s) == 1 else {
    unsafe BN_free(r)
    unsafe BN_free(s)
    return nil
  }
  var start: UnsafeMutablePointer<UInt8>?
  let length = unsafe i2d_ECDSA_SIG(signature, &start)
  defer { unsafe amana_free(start) }
  guard length > 0, let start = unsafe start else { return nil }
  return unsafe Array(UnsafeBufferPointer(start: start, count: Int(length)))
}

/// Raw r‖s with s replaced by n − s when that is smaller.
func rawLowS(fromDER der: [UInt8], coordinate: Int, group name: String) throws(OpenSSLError) -> [UInt8] {
  let signature = unsafe der.withUnsafeBufferPointer { buffer in
    var cursor = buffer.baseAddress
    return unsafe d2i_ECDSA_SIG(nil, &cursor, buffer.count)
  }
  defer { unsafe ECDSA_SIG_free(signature) }
  let group = unsafe EC_GROUP_new_by_curve_name(OBJ_sn2nid(name))
  defer { unsafe EC_GROUP_free(group) }
  let order = unsafe BN_new()
  let negated = unsafe BN_new()
  defer {
    unsafe BN_free(order)
    unsafe BN_free(negated)
  }
  guard unsafe signature != nil, unsafe EC_GROUP_get_order(group, order, nil) == 1 else { throw .drained(.sign) }
  let s = unsafe ECDSA_SIG_get0_s(signature)
  guard unsafe BN_sub(negated, order, s) == 1 else { throw .drained(.sign) }
  let low = unsafe BN_cmp(s, negated) <= 0 ? s : negated
  var raw = [UInt8](repeating: 0, count: 2 * coordinate)
  let width = Int32(clamping: coordinate)
  let written = unsafe raw.withUnsafeMutableBufferPointer { buffer in
    guard let base = buffer.baseAddress else { return false }
    return unsafe BN_bn2binpad(ECDSA_SIG_get0_r(signature), base, width) == width
      && BN_bn2binpad(low, base + coordinate, width) == width
  }
  guard written else { throw .drained(.sign) }
  return raw
}
