import Foundation
import OpenSSL

/// A person's key from a PEM file. Its passphrase, if it has one, is read from $AMANA_KEY_PASSPHRASE_FILE, which may be a
/// descriptor (/dev/fd/3); never from arguments.
func readKey(_ path: String, in language: Language) throws -> PrivateKey {
  var passphrase = ""
  if let file = ProcessInfo.processInfo.environment["AMANA_KEY_PASSPHRASE_FILE"] {
    passphrase = String(decoding: try readFile(file, limit: 4096), as: UTF8.self).trimmingCharacters(in: .newlines)
  }
  do { return try PrivateKey(pem: readFile(path, limit: 1 << 16), passphrase: passphrase) } catch let error
    as OpenSSLError
  {
    throw CommandFailure(Exit.usage, say(.keyUnusable, in: language, path, "\(error)"))
  }
}
