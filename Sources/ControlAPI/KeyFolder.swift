import COSE
import Foundation
public import OpenSSL
public import Roster

/// Why a key of an authority cannot be had: a sentence that says what to do, without any secret.
public struct KeyFolderError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String

  init(_ description: String) {
    self.description = description
  }
}

/// Where the keys of an authority are: `keys/PURPOSE.pem`, or what `authority.json` says under `keys`. During a rotation
/// the key that follows is beside it, as PURPOSE-next.
public struct KeyFolder: Sendable {
  /// What the daemon cannot do without. The transport key is the courier's, root and officers' keys are with people.
  public static let needed: [KeyPurpose] = [.statement, .receipt, .checkpoint, .seal]
  /// What it holds: who is named as a witness has a key for that too.
  public static let purposes = needed + [.witness]
  /// Of a file with a passphrase, a PIN or a place.
  static let maximumSecretByteCount = 4096

  let directory: String
  let places: [String: String]
  let credentials: String?

  /// - Parameter credentials: `$CREDENTIALS_DIRECTORY`, where systemd puts what `LoadCredential=` names.
  public init(directory: String, file: AuthorityFile, credentials: String?) throws(KeyFolderError) {
    self.directory = directory
    self.credentials = credentials
    places = file.keys ?? [:]
    let names = Self.purposes.flatMap { [$0.rawValue, Self.next($0)] } + [Self.postQuantum]
    if let unknown = places.keys.sorted().first(where: { !names.contains($0) }) {
      throw KeyFolderError(
        "\(directory)/authority.json: keys has \(unknown): it names \(names.joined(separator: ", ")) and no others")
    }
  }

  /// The name of the ML-DSA key that makes the second signature of dual mode.
  public static let postQuantum = "statement-pq"

  /// The name of the key that follows in a rotation.
  public static func next(_ purpose: KeyPurpose) -> String { "\(purpose.rawValue)-next" }

  /// The name of a key that has stepped back: its kid tells several apart.
  public static func former(_ purpose: KeyPurpose, _ kid: [UInt8]) -> String {
    "\(purpose.rawValue)-former-\(hexadecimal(kid).prefix(8))"
  }

  /// The names of the keys of a purpose that have stepped back and are here, or whose place is said here.
  public func formers(_ purpose: KeyPurpose) -> [String] {
    let start = "\(purpose.rawValue)-former-"
    func names(in folder: String, ending end: String) -> [String] {
      let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      return files.filter { $0.hasPrefix(start) && $0.hasSuffix(end) }.map { String($0.dropLast(end.count)) }
    }
    return Set(names(in: folder, ending: ".pem") + placeFolders.flatMap { names(in: $0, ending: ".place") }).sorted()
  }

  /// Where files are that no place is named for.
  private var folder: String { credentials ?? "\(directory)/keys" }

  /// Where files are that say the place of a key. Such a file holds no secret, so beside the credentials too.
  private var placeFolders: [String] { [credentials, "\(directory)/keys"].compactMap(\.self) }

  /// Where a key is, and whether something names that place or a file is there.
  public func place(_ name: String) -> (text: String, isThere: Bool) {
    if let credentials, isFile("\(credentials)/\(name).pem") { return ("\(credentials)/\(name).pem", true) }
    if let text = places[name] {
      // A path in a file is one within that file's directory, whatever the process's own is.
      return text.hasPrefix("/") || text.contains(":") ? (text, true) : ("\(directory)/\(text)", true)
    }
    let path = "\(folder)/\(name).pem"
    guard !isFile(path), let file = placeFolders.map({ "\($0)/\(name).place" }).first(where: isFile),
      let bytes = try? readKeyFile(file, limit: Self.maximumSecretByteCount)
    else { return (path, isFile(path)) }
    return (String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .newlines), true)
  }

  /// Opens a key by its name, with the passphrase that lies beside it.
  public func key(_ name: String) throws(KeyFolderError) -> PrivateKey {
    let (text, _) = place(name)
    do {
      return try PrivateKey(uri: KeyURI(text), secret: secret(name)) { try readKeyFile($0, limit: $1) }
    } catch let error as KeyFolderError {
      throw error
    } catch {
      throw KeyFolderError("the \(name) key \(KeyURI.shown(text)) cannot be read: \(error)")
    }
  }

  /// The passphrase or PIN of a key: a credential of systemd, or a file beside the keys that nobody else can read.
  func secret(_ name: String) throws(KeyFolderError) -> String? {
    if let credentials, isFile("\(credentials)/\(name).passphrase") {
      return try readSecret("\(credentials)/\(name).passphrase", isPrivate: true)
    }
    let path = "\(directory)/keys/\(name).passphrase"
    return isFile(path) ? try readSecret(path, isPrivate: false) : nil
  }

  private func isFile(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}

/// A passphrase or PIN from a file: all of it but the line break at its end.
/// - Parameter isPrivate: whether the place itself keeps it from others. Otherwise its mode must.
public func readSecret(_ path: String, isPrivate: Bool) throws(KeyFolderError) -> String {
  let mode = (try? FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber)?.intValue ?? 0
  guard isPrivate || mode & 0o077 == 0 else {
    throw KeyFolderError("\(path) can be read by others and holds a passphrase: chmod 600 \(path), and change it")
  }
  let bytes = try readKeyFile(path, limit: KeyFolder.maximumSecretByteCount)
  return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .newlines)
}

private func readKeyFile(_ path: String, limit: Int) throws(KeyFolderError) -> [UInt8] {
  guard let handle = FileHandle(forReadingAtPath: path) else {
    throw KeyFolderError("\(path) is missing or not readable")
  }
  defer { try? handle.close() }
  guard let data = try? handle.read(upToCount: limit + 1) ?? Data() else {
    throw KeyFolderError("\(path) is missing or not readable")
  }
  guard data.count <= limit else { throw KeyFolderError("\(path) is larger than \(limit) bytes") }
  return [UInt8](data)
}
