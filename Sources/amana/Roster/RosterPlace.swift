import COSE
import ControlAPI
import Custody
import Foundation
import Roster

/// Where an authority's daemon finds its roster: every version in rosters/, the one in force in roster.cose, and its
/// digest in authority.json.
struct RosterPlace {
  let directory: String
  var folder: RosterFolder { RosterFolder(directory: directory) }
  private var authorityPath: String { "\(directory)/authority.json" }

  /// Whether the directory belongs to an authority already.
  var isThere: Bool { FileManager.default.fileExists(atPath: authorityPath) }

  /// What authority.json says.
  func file(in language: Language) throws -> AuthorityFile {
    do { return try StrictJSON.decode(AuthorityFile.self, from: readFile(authorityPath, limit: 1 << 16)) } catch let
      failure as CommandFailure
    { throw failure } catch {
      throw CommandFailure(Exit.usage, say(.noAuthorityFile, in: language, authorityPath))
    }
  }

  func write(_ file: AuthorityFile) throws { try writeFile(authorityPath, try prettyJSON(file)) }

  /// Whom the directory belongs to, and the roster pinned there.
  func pinned(in language: Language) throws -> (file: AuthorityFile, roster: VerifiedRoster) {
    let file = try self.file(in: language)
    let path = "\(directory)/roster.cose"
    guard let digest = decodeHexadecimal(file.rosterDigest) else {
      throw CommandFailure(Exit.usage, say(.noAuthorityFile, in: language, authorityPath))
    }
    do {
      return (file, try folder.pinned(digest, or: readFile(path, limit: Sign.maximumByteCount)))
    } catch let refusal as RosterRefusal {
      throw CommandFailure(Exit.doesNotHold, say(.rosterBad, in: language, path, sentence(refusal, in: language)))
    }
  }

  /// Puts versions in their place, and pins the last of them as the last thing done: until then the one before is in force,
  /// and a daemon that starts meanwhile finds it in rosters/.
  func pin(_ versions: VerifiedRoster..., for authority: AuthorityFile) throws { try pin(versions, for: authority) }

  func pin(_ versions: [VerifiedRoster], for authority: AuthorityFile) throws {
    guard let newest = versions.last else { return }
    do {
      try FileManager.default.createDirectory(
        atPath: folder.path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    } catch {
      throw CommandFailure(Exit.usage, say(.fileUnwritable, in: .chosen, folder.path, error.localizedDescription))
    }
    for roster in versions { try writeFile(folder.file(of: roster.body.version), roster.bytes) }
    try writeFile("\(directory)/roster.cose", newest.bytes)
    var file = authority
    file.rosterDigest = hexadecimal(newest.digest)
    try write(file)
  }
}
