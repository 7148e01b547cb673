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
      "A file that you alone can read, or /dev/fd/3, with the passphrase or PIN. Default: $AMANA_KEY_PASSPHRASE_FILE.",
      valueName: "file"))
  var passphraseFile: String?

  /// What the file holds; nil when none is named.
  private func secret(in language: Language) throws -> String? { try readPassphrase(passphraseFile, in: language) }

  /// For a key that is made: twice the same from a terminal, when it is to be asked for.
  func newSecret(asks: Bool, in language: Language) throws -> String? {
    let secret = try secret(in: language)
    guard asks else { return secret }
    // A file that the environment names for another key must not silently take the place of what is typed.
    guard secret == nil else { throw CommandFailure(Exit.usage, say(.keyTwoSecrets, in: language)) }
    guard isatty(STDIN_FILENO) == 1, let first = askForPassphrase(say(.keyPromptNew, in: language)),
      let second = askForPassphrase(say(.keyPromptAgain, in: language))
    else { throw CommandFailure(Exit.usage, say(.keyNoTerminal, in: language)) }
    guard first == second, !first.isEmpty else {
      throw CommandFailure(Exit.usage, say(.keyPromptsDiffer, in: language))
    }
    return first
  }
}

private func readPassphrase(_ option: String?, in language: Language) throws -> String? {
  try (option ?? ProcessInfo.processInfo.environment["AMANA_KEY_PASSPHRASE_FILE"]).map {
    try readPassphrase(file: $0, in: language)
  }
}

/// The content of a passphrase file. One in a folder must be its owner's alone; a descriptor is whoever opened it's, and
/// a credential is kept from others by systemd.
func readPassphrase(file: String, in language: Language) throws -> String {
  let credentials = ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"].map { file.hasPrefix("\($0)/") }
  let isPrivate = file.hasPrefix("/dev/") || file.hasPrefix("/proc/self/fd/") || credentials == true
  // The mode that counts is the file's, not that of a link to it.
  let path = isPrivate ? file : URL(filePath: file).resolvingSymlinksInPath().path
  guard isPrivate || FileManager.default.fileExists(atPath: path) else {
    throw CommandFailure(Exit.usage, say(.fileMissing, in: language, visible(file)))
  }
  do { return try readSecret(path, isPrivate: isPrivate) } catch {
    throw CommandFailure(Exit.usage, foreign(error.description, in: language))
  }
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
