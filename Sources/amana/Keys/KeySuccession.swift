import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster

/// A key that followed once and is in force now takes the first place, and the former one steps back: by name, wherever
/// both lie.
struct KeySuccession {
  let folder: AuthorityFolder
  let purpose: KeyPurpose
  /// The kid of the key that steps back.
  let former: [UInt8]
  let language: Language

  private var first: String { purpose.rawValue }
  private var next: String { KeyFolder.next(purpose) }
  private var back: String { KeyFolder.former(purpose, former) }

  /// authority.json changes first: a next key alone is enough for the daemon, two without a name are not.
  func settle() throws {
    let (left, taken) = (named(first), named(next))
    if left != nil, taken == nil { try refuseExisting(file(first, "pem"), in: language) }
    if let left { try writeFile(file(back, "place"), Array("\(absolutePlace(left))\n".utf8), mode: 0o600) }
    try writeSettings(taken == nil ? nil : folder.file.keys?[next])
    if left == nil { try move(first, back, "pem") }
    if taken == nil { try move(next, first, "pem") }
    // A certificate and a passphrase lie beside the others, wherever the key itself is.
    for end in ["crt", "passphrase"] {
      try move(first, back, end)
      try move(next, first, end)
    }
  }

  private func writeSettings(_ taken: String?) throws {
    var settings = folder.file
    var places = settings.keys ?? [:]
    places[next] = nil
    places[first] = taken
    settings.keys = places.isEmpty ? nil : places
    if settings != folder.file { try RosterPlace(directory: folder.directory).write(settings) }
  }

  /// The place that authority.json names for a key; nil where that is the file that it would have anyway.
  private func named(_ name: String) -> String? {
    guard folder.file.keys?[name] != nil else { return nil }
    let text = folder.keys.place(name).text
    guard let path = (try? KeyURI(text))?.path, standard(path) == standard(file(name, "pem")) else { return text }
    return nil
  }

  private func standard(_ path: String) -> String { URL(filePath: path).standardizedFileURL.path }

  private func file(_ name: String, _ end: String) -> String { "\(folder.directory)/keys/\(name).\(end)" }

  private func move(_ from: String, _ to: String, _ end: String) throws {
    let (from, to) = (file(from, end), file(to, end))
    guard FileManager.default.fileExists(atPath: from) else { return }
    try refuseExisting(to, in: language)
    do { try FileManager.default.moveItem(atPath: from, toPath: to) } catch {
      throw CommandFailure(Exit.usage, say(.fileUnwritable, in: language, visible(to), error.localizedDescription))
    }
  }
}

/// A place as authority.json may keep it: a relative path is one within that file's directory there, and within the
/// process's own here.
func absolutePlace(_ store: String) -> String {
  let mark = store.hasPrefix("tpm:") ? "tpm:" : ""
  guard let path = (try? KeyURI(String(store.dropFirst(mark.count))))?.path, !path.hasPrefix("/") else { return store }
  return "\(mark)\(FileManager.default.currentDirectoryPath)/\(path)"
}
