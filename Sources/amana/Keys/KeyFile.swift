import ArgumentParser
import ControlAPI
import Foundation
import Glibc
import OpenSSL

/// Where passphrases and PINs come from: files, or somebody at a terminal. Never arguments.
struct PassphraseOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "A file or descriptor (/dev/fd/3) with the passphrase or PIN. Default: $AMANA_KEY_PASSPHRASE_FILE.",
      valueName: "file"))
  var passphraseFile: String?

  /// What the file holds; nil when none is named.
  func secret(in language: Language) throws -> String? { try readPassphrase(passphraseFile, in: language) }

  /// For a key that is made: twice the same from a terminal, when it is to be asked for.
  func newSecret(asks: Bool, in language: Language) throws -> String? {
    if let secret = try secret(in: language) { return secret }
    guard asks else { return nil }
    guard isatty(STDIN_FILENO) == 1, let first = askForPassphrase(say(.keyPromptNew, in: language)),
      let second = askForPassphrase(say(.keyPromptAgain, in: language))
    else { throw CommandFailure(Exit.usage, say(.keyNoTerminal, in: language)) }
    guard first == second, !first.isEmpty else {
      throw CommandFailure(Exit.usage, say(.keyPromptsDiffer, in: language))
    }
    return first
  }
}

/// The content of a passphrase file. One in a folder must be its owner's alone; a descriptor is whoever opened it's.
private func readPassphrase(_ option: String?, in language: Language) throws -> String? {
  guard let file = option ?? ProcessInfo.processInfo.environment["AMANA_KEY_PASSPHRASE_FILE"] else { return nil }
  return String(decoding: try readFile(file, limit: 4096), as: UTF8.self).trimmingCharacters(in: .newlines)
}

/// A person's key: a PEM file, or a URI of a TPM or a token. Its passphrase or PIN, if it needs one, is read from a file or
/// a descriptor, and asked for at a terminal only; never taken from arguments.
func readKey(_ place: String, passphraseFile: String? = nil, in language: Language) throws -> PrivateKey {
  let secret = try readPassphrase(passphraseFile, in: language)
  do {
    do { return try openKey(place, secret) } catch let error as OpenSSLError where error.code == .wrongPassphrase {
      guard secret == nil, isatty(STDIN_FILENO) == 1,
        let typed = askForPassphrase(say(.keyPrompt, in: language, visible(place)))
      else { throw error }
      return try openKey(place, typed)
    }
  } catch let error as OpenSSLError {
    throw CommandFailure(Exit.usage, say(.keyUnusable, in: language, visible(KeyURI.shown(place)), "\(error)"))
  }
}

private func openKey(_ place: String, _ secret: String?) throws -> PrivateKey {
  try PrivateKey(uri: KeyURI(place), secret: secret) { try readFile($0, limit: $1) }
}
