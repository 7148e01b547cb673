import COpenSSL
import Synchronization

/// A private key that stays in its store: a TPM or a token does the work. When the store has gone away it is opened anew
/// at the next use, and only if it holds the same key.
/// Unchecked Sendable: its state is touched only while `ProviderContexts.shared` is locked.
@safe final class StoredKey: @unchecked Sendable {
  @safe private struct Opened {
    let key: OpaquePointer
    let context: ProviderContext
  }

  let uri: KeyURI
  let place: KeyURI.Place
  let publicKey: PublicKey
  private let secret: [CChar]?
  private var opened: Opened?
  /// A wrong PIN is never tried twice, nor one that left the token a last try: tokens count, and lock themselves.
  private var refusal: OpenSSLError?

  /// Finds the key. A file is of `tpm` when it holds a key that only the TPM can read.
  init(_ uri: KeyURI, in place: KeyURI.Place, secret: [CChar]?) throws(OpenSSLError) {
    self.uri = uri
    self.place = place
    self.secret = secret
    (publicKey, opened) = try ProviderContexts.shared.withLock { contexts throws(OpenSSLError) in
      let opened = try contexts.attempt(place) { context throws(OpenSSLError) in
        try Self.open(uri, secret, context)
      }
      do throws(OpenSSLError) {
        let encoded = try unsafe encodeSubjectPublicKeyInfo(opened.key)
        return try (PublicKey(subjectPublicKeyInfo: encoded), opened)
      } catch {
        unsafe EVP_PKEY_free(opened.key)
        throw error
      }
    }
  }

  deinit {
    // Within the lock: freeing a key speaks with its store.
    ProviderContexts.shared.withLock { _ in close() }
  }

  /// Does something with the key; once more with the store opened anew when it failed.
  func use<Value: Sendable>(
    _ body: (OpaquePointer, ProviderContext) throws(OpenSSLError) -> Value
  ) throws(OpenSSLError) -> Value {
    try ProviderContexts.shared.withLock { contexts throws(OpenSSLError) in
      try heedRefusal()
      let former = opened?.context
      if let opened {
        do throws(OpenSSLError) { return try unsafe body(opened.key, opened.context) } catch {
          let failure = error.ofStore(place)
          if [.wrongPassphrase, .tokenLocked].contains(failure.code) { throw refuse(failure) }
        }
      }
      close()
      do throws(OpenSSLError) {
        let again = try reopen(&contexts, former)
        opened = again
        return try unsafe body(again.key, again.context)
      } catch {
        throw refuse(error.ofStore(place))
      }
    }
  }

  /// Remembers a failure after which the secret is not tried again. A TPM that locked itself tries none and counts none.
  private func refuse(_ error: OpenSSLError) -> OpenSSLError {
    if error.code == .wrongPassphrase || error.code == .tokenLocked && place == .token { refusal = error }
    return error
  }

  /// A lock ends by the token's own word, which costs no try; a wrong PIN stays one.
  private func heedRefusal() throws(OpenSSLError) {
    guard let refusal else { return }
    guard refusal.code == .tokenLocked, uri.takesPIN else { throw refusal }
    self.refusal = nil
  }

  private func close() {
    if let opened { unsafe EVP_PKEY_free(opened.key) }
    opened = nil
  }

  private func reopen(_ contexts: inout ProviderContexts, _ former: ProviderContext?) throws(OpenSSLError) -> Opened {
    if place == .tpm, let former { _ = try contexts.context(place, insteadOf: former) }
    let again = try contexts.attempt(place) { context throws(OpenSSLError) in try Self.open(uri, secret, context) }
    do throws(OpenSSLError) {
      guard try unsafe encodeSubjectPublicKeyInfo(again.key) == publicKey.subjectPublicKeyInfo else {
        throw OpenSSLError.sentence(.tokenAbsent, "\(place.name) holds another key at \(uri) than before")
      }
    } catch {
      unsafe EVP_PKEY_free(again.key)
      throw error
    }
    return again
  }

  private static func open(_ uri: KeyURI, _ secret: [CChar]?, _ context: ProviderContext) throws(OpenSSLError) -> Opened
  {
    ERR_clear_error()
    let method = unsafe amana_answering_method()
    defer { unsafe UI_destroy_method(method) }
    var asked = false
    var seenOther: Int32 = 0
    let key = unsafe (secret ?? []).withUnsafeBufferPointer { buffer in
      var given = unsafe amana_secret(
        bytes: secret == nil ? nil : buffer.baseAddress, length: Int32(clamping: max(0, buffer.count - 1)), asked: 0)
      let key = unsafe amana_store_key(
        context.pointer, uri.text, context.place.query, method, &given, &seenOther)
      asked = unsafe given.asked != 0
      return unsafe key
    }
    guard let key = unsafe key else {
      let error = OpenSSLError.drained(.openStore)
      if asked, secret == nil { throw .sentence(.wrongPassphrase, "the key \(uri) needs a passphrase or PIN") }
      if asked, let refusal = uri.pinRefusal { throw refusal }
      // A token's provider says nothing of what went wrong, and a PIN tried in vain must not be tried again.
      if context.place == .token, error.reasons.isEmpty, seenOther == 0 {
        throw asked
          ? .sentence(.wrongPassphrase, "the PIN is wrong, or no private key is at \(uri); it is not tried again")
          : .sentence(.tokenAbsent, "no token answers to \(uri), or it holds no such key")
      }
      if seenOther != 0, error.reasons.isEmpty {
        throw .sentence(.notPrivateKey, "what \(uri) names is no private key")
      }
      throw error.ofStore(context.place, at: uri)
    }
    return unsafe Opened(key: key, context: context)
  }
}
