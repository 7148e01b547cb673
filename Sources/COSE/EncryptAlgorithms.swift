public import OpenSSL

/// Content encryption identifiers that this project decrypts (RFC 9053 §4.1); it encrypts with A256GCM only.
public enum ContentAlgorithm: Int64, Sendable, CaseIterable {
  case a128GCM = 1
  case a192GCM = 2
  case a256GCM = 3

  public var keyByteCount: Int {
    switch self {
    case .a128GCM: 16
    case .a192GCM: 24
    case .a256GCM: 32
    }
  }
}

/// How a recipient comes to the content key (RFC 9053 §6).
public enum RecipientAlgorithm: Int64, Sendable, CaseIterable {
  case a128KW = -3
  case a192KW = -4
  case a256KW = -5
  case direct = -6
  case ecdhESHKDF256 = -25
  case ecdhESA128KW = -29
  case ecdhESA192KW = -30
  case ecdhESA256KW = -31

  /// Whether an ephemeral key and the recipient's agree on a secret first.
  var agrees: Bool { rawValue <= -25 }

  /// The key wrap that this algorithm is or ends with, and the bytes of its key; nil where nothing is wrapped.
  var keyWrap: (id: Int64, keyByteCount: Int)? {
    switch self {
    case .a128KW, .ecdhESA128KW: (-3, 16)
    case .a192KW, .ecdhESA192KW: (-4, 24)
    case .a256KW, .ecdhESA256KW: (-5, 32)
    case .direct, .ecdhESHKDF256: nil
    }
  }
}

/// Why a message was not decrypted.
public enum DecryptRefusal: Error, Equatable, Sendable {
  /// The message names no content algorithm we know where it must stand.
  case unsupportedAlgorithm(Int64?)
  /// No recipient has an algorithm we know for this kind of key.
  case unsupportedRecipient(Int64?)
  /// A critical label, which nobody here processes.
  case critical
  /// No nonce of 12 bytes; a partial one needs a context that none of our formats has.
  case nonce
  /// A detached ciphertext was not given.
  case ciphertextMissing
  /// No recipient's content key comes out with this key.
  case notForThisKey
  /// The tag does not verify.
  case altered
}

/// What a recipient holds.
public enum RecipientKey: Sendable {
  /// A key shared beforehand.
  case shared([UInt8])
  /// The private half of the key that was encrypted to.
  case agreeing(PrivateKey)
}
