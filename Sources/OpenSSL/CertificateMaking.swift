import COpenSSL

extension Certificate {
  /// A certificate for TLS 1.3 in both directions, signed with the key it carries (P-256, ECDSA with SHA-256). It
  /// issues no others and has no key usage: with one that forbids signing certificates, BoringSSL would not see that
  /// it is signed by itself, and with one that allows it, it could issue.
  public static func selfSigned(key: PrivateKey, commonName: String, notBefore: Int64, notAfter: Int64)
    throws(OpenSSLError) -> Certificate
  {
    guard key.place == .file else { throw .withReason(.makeCertificate, "a transport key lies in a file") }
    guard key.type == .p256 else { throw .withReason(.makeCertificate, "a transport key is a P-256 key") }
    // X.520 gives a common name 64 characters; the certificate says whose it is to people only.
    guard (1...64).contains(commonName.unicodeScalars.count), notBefore < notAfter else {
      throw .withReason(.makeCertificate, "a name has 1 to 64 characters, and validity ends after it begins")
    }
    return try unsafe key.use { (pointer, _) throws(OpenSSLError) in
      try unsafe certificate(pointer, commonName, notBefore, notAfter)
    }
  }

  private static func certificate(
    _ key: OpaquePointer, _ commonName: String, _ notBefore: Int64, _ notAfter: Int64
  ) throws(OpenSSLError) -> Certificate {
    ERR_clear_error()
    let made = unsafe X509_new()
    defer { unsafe X509_free(made) }
    let name = Array(commonName.utf8)
    let subject = unsafe X509_get_subject_name(made)
    guard let made = unsafe made, unsafe X509_set_version(made, 2) == 1, try unsafe setSerial(made),
      unsafe ASN1_TIME_set(X509_getm_notBefore(made), time_t(notBefore)) != nil,
      unsafe ASN1_TIME_set(X509_getm_notAfter(made), time_t(notAfter)) != nil,
      unsafe X509_NAME_add_entry_by_NID(
        subject, NID_commonName, MBSTRING_UTF8, name, Int32(clamping: name.count), -1, 0) == 1,
      unsafe X509_set_issuer_name(made, subject) == 1, unsafe X509_set_pubkey(made, key) == 1,
      unsafe amana_add_extension(made, NID_basic_constraints, "critical,CA:FALSE") == 1,
      unsafe amana_add_extension(made, NID_ext_key_usage, "serverAuth,clientAuth") == 1,
      unsafe amana_add_extension(made, NID_subject_key_identifier, "hash") == 1,
      // Without it a verifier that trusts two certificates of one name, old and new, takes the wrong one for the issuer.
      unsafe amana_add_extension(made, NID_authority_key_identifier, "keyid:always") == 1,
      unsafe X509_sign(made, key, EVP_sha256()) > 0
    else { throw .drained(.makeCertificate) }
    return try unsafe Certificate(der: encoded(made))
  }

  /// 16 random bytes, the first bit clear: a serial number is positive.
  private static func setSerial(_ certificate: OpaquePointer) throws(OpenSSLError) -> Bool {
    var bytes = try randomBytes(16)
    bytes[0] = bytes[0] & 0x7f | 0x40
    let number = unsafe BN_bin2bn(bytes, Int32(clamping: bytes.count), nil)
    defer { unsafe BN_free(number) }
    return unsafe BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nil
  }
}
