public import OpenSSL
import Roster

/// The proof that a private key opens what is sealed to it (F25), before anybody relies on it.
public enum SealProof {
  /// Seals random bytes to the key as a statement's payload is sealed, and opens them again.
  /// - Returns: whether the same bytes came out.
  public static func opens(_ key: PrivateKey) throws(SealRefusal) -> Bool {
    let probe: [UInt8]
    let random: [UInt8]
    do throws(OpenSSLError) {
      probe = try randomBytes(32)
      random = try randomBytes(10)
    } catch { throw .libcrypto(error) }
    let context = SealContext(
      issuer: "urn:amana:proof", recordID: RecordID(milliseconds: 0, random: random), payloadID: "probe",
      mediaType: "application/octet-stream")
    let sealed = try Seal.seal(probe, salt: probe, to: [key.publicKey], in: context)
    let opened = try Seal.open(
      sealed.ciphertext, with: key, in: context, digest: sealed.digest, commitment: sealed.commitment)
    return opened.content == probe
  }
}
