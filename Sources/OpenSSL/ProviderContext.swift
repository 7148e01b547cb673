import COpenSSL
import Synchronization

/// A libcrypto of its own with the default provider and one that reaches a store: what the process does otherwise never
/// meets that provider.
@safe final class ProviderContext {
  let place: KeyURI.Place
  let pointer: OpaquePointer
  private let standard: OpaquePointer
  private let found: OpaquePointer

  init(_ place: KeyURI.Place) throws(OpenSSLError) {
    ERR_clear_error()
    guard let name = place.provider, let library = unsafe OSSL_LIB_CTX_new() else { throw .drained(.openStore) }
    // A provider that wants to ask somebody for a PIN meets nobody: what it may know is given to it.
    unsafe UI_set_default_method(UI_null())
    let standard = unsafe OSSL_PROVIDER_load(library, "default")
    let found = unsafe OSSL_PROVIDER_load(library, name)
    guard let standard = unsafe standard, let found = unsafe found else {
      if let standard = unsafe standard { unsafe OSSL_PROVIDER_unload(standard) }
      let error = OpenSSLError.drained(.openStore)
      unsafe OSSL_LIB_CTX_free(library)
      throw error.ofProvider(place)
    }
    self.place = place
    unsafe pointer = library
    unsafe self.standard = standard
    unsafe self.found = found
  }

  deinit {
    unsafe OSSL_PROVIDER_unload(found)
    unsafe OSSL_PROVIDER_unload(standard)
    unsafe OSSL_LIB_CTX_free(pointer)
  }
}

/// The contexts of this process, one for each kind of store: a TPM's socket and a token's sessions are not shared well.
/// Whatever is done with a key in a store is done while this is locked: providers need not expect threads.
struct ProviderContexts: @unchecked Sendable {
  static let shared = Mutex(ProviderContexts())

  private var contexts: [KeyURI.Place: ProviderContext] = [:]

  /// The context for a place, opened if there is none.
  /// - Parameter broken: one that does not answer any more. A new one takes its place.
  mutating func context(_ place: KeyURI.Place, insteadOf broken: ProviderContext? = nil) throws(OpenSSLError)
    -> ProviderContext
  {
    if let known = contexts[place], known !== broken { return known }
    contexts[place] = nil
    let new = try ProviderContext(place)
    contexts[place] = new
    return new
  }

  /// Does something in a place's context; once more in a new one when a TPM did not answer, since the connection to it
  /// ends with it. A token's library stays as it is: it is asked for a new session.
  mutating func attempt<Value>(
    _ place: KeyURI.Place, _ body: (ProviderContext) throws(OpenSSLError) -> Value
  ) throws(OpenSSLError) -> Value {
    let former = try context(place)
    do throws(OpenSSLError) { return try body(former) } catch {
      guard place == .tpm, [.tokenAbsent, .tokenFailed].contains(error.code) else { throw error }
    }
    return try body(context(place, insteadOf: former))
  }
}
