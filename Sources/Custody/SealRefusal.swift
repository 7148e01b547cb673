public import COSE
public import OpenSSL

/// Why sealed content did not open, or could not be sealed.
public enum SealRefusal: Error, Equatable, Sendable {
  /// The bytes are no COSE_Encrypt.
  case form(DecodeError)
  /// A COSE_Encrypt, but not as formats.md has it: another algorithm, number of recipients or header.
  case profile(String)
  /// No sealed payload has this many bytes.
  case size(UInt64)
  /// Fewer bytes came than were announced.
  case truncated
  /// More bytes came than were announced.
  case excess
  /// None of the recipients is this key.
  case notForThisKey
  /// The tag does not verify: altered, out of order, or sealed for another statement or payload.
  case altered(chunk: Int)
  /// A chunk repeats another list of recipients than the first.
  case otherRecipients(chunk: Int)
  /// The length that stands in the plaintext goes beyond it.
  case lengthBeyond
  /// The padding reaches further than the next power of two.
  case paddingNotMinimal
  /// A byte of the padding is not zero.
  case paddingNotZero
  /// It opened, but is not what the envelope committed to.
  case commitment
  /// It opened, but its bytes are not those the envelope names.
  case digest
  /// More than eight keys, a key that cannot be sealed to, a salt of another length than 32 bytes.
  case cannotSeal(String)
  /// More content than one payload takes, or not as much as was announced.
  case contentLength(UInt64)
  case libcrypto(OpenSSLError)
}
