import COSE
import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster

/// An authority's directory, as `amana init` made it: its pinned roster, its entry there and its keys.
struct AuthorityFolder {
  let directory: String
  let file: AuthorityFile
  let roster: VerifiedRoster
  let authority: Authority
  let keys: KeyFolder

  init(_ directory: String, _ language: Language) throws {
    self.directory = directory
    let place = RosterPlace(directory: directory)
    guard place.isThere else {
      throw CommandFailure(Exit.usage, say(.keyNoDirectory, in: language, visible(directory)))
    }
    (file, roster) = try place.pinned(in: language)
    guard let name = AuthorityName(file.authority), let authority = roster.authority(name) else {
      throw CommandFailure(Exit.doesNotHold, say(.notListed, in: language, file.authority))
    }
    self.authority = authority
    if roster.body.exercise { Screen.beginExercise(in: language) }
    do { keys = try KeyFolder(directory: directory, file: file, credentials: nil) } catch {
      throw CommandFailure(Exit.usage, foreign(error.description, in: language))
    }
  }

  /// Every record of a key of this authority's, with what it is called: the number for an officer's, the role for a seal
  /// key's.
  var records: [(record: KeyRecord, name: String)] {
    let holders = roster.body.root.holders.filter { $0.holder == authority.name.description }.flatMap(\.keys)
    return (holders + authority.keys).map { record in
      (record, record.role.map { "\(record.purpose.rawValue) \($0.rawValue)" } ?? record.purpose.rawValue)
    } + authority.officers.flatMap { officer in officer.keys.map { ($0, "officer \(officer.number)") } }
  }

  /// Opens a key of the daemon's, with the passphrase that lies beside it or the one given.
  func key(_ name: String, passphraseFile: String?, _ language: Language) throws -> PrivateKey {
    if passphraseFile != nil { return try readKey(keys.place(name).text, passphraseFile: passphraseFile, in: language) }
    do { return try keys.key(name) } catch {
      throw CommandFailure(Exit.usage, say(.keyUnusable, in: language, name, error.description))
    }
  }
}

/// How a record stands now, and for how long.
struct KeyTerm: Encodable {
  let standing: String
  let notBefore: Int64
  let notAfter: Int64
  /// Whole days until it ends; negative when it has.
  let daysLeft: Int64

  init(_ record: KeyRecord, at now: Int64) {
    let view = RosterView.Key(record, at: now)
    (standing, notBefore, notAfter) = (view.standing, view.notBefore, view.notAfter)
    daysLeft = (record.notAfter - now) / secondsPerDay
  }

  enum CodingKeys: String, CodingKey {
    case standing
    case notBefore = "not_before"
    case notAfter = "not_after"
    case daysLeft = "days_left"
  }
}
