import COSE
import ControlAPI
import Custody
import Logging
import OpenSSL
import Roster

/// The keys of one purpose that are here: the one in use and, during a rotation, the one that follows it. Which of them
/// signs is the roster's word of that moment, so that a rotation needs neither a restart nor anybody at midnight.
struct OfficeKeys: Sendable {
  struct Held: Sendable {
    let record: KeyRecord
    let key: PrivateKey
  }

  let held: Held
  let following: Held?
  /// Those that stepped back before, newest first: they only open, and only seal keys do.
  var former: [Held] = []
  /// Whoever is asked to open tries each key in turn.
  static let maximumFormerCount = 16

  /// The one that follows as soon as it is valid, the other one until then.
  func current(at time: UnixTime = currentTime()) -> PrivateKey {
    if let following, following.record.standing(at: time) == .valid { return following.key }
    return held.key
  }

  /// Every one of them, the current one first: what was sealed to a former one still opens.
  var all: [PrivateKey] {
    let now = current()
    return [now]
      + ([held.key, following?.key].compactMap(\.self) + former.map(\.key)).filter { $0.publicKey != now.publicKey }
  }

  /// With the keys that rotations left. One that can't be had or opens nothing is said, and stops nobody who works with
  /// the one in use.
  func withFormer(_ purpose: KeyPurpose, of authorities: [Authority], in folder: KeyFolder) -> OfficeKeys {
    var found: [Held] = []
    for name in folder.formers(purpose) {
      do throws(StartError) {
        found.append(try Self.former(name, purpose, authorities, folder))
      } catch {
        Logger.amanad.warning("what was sealed to the \(name) key does not open: \(error)")
      }
    }
    found.sort { ($0.record.notBefore, hexadecimal($0.record.kid)) > ($1.record.notBefore, hexadecimal($1.record.kid)) }
    if found.count > Self.maximumFormerCount {
      Logger.amanad.warning(
        "\(found.count) former \(purpose.rawValue) keys are here, and only the newest \(Self.maximumFormerCount) open")
    }
    var keys = self
    keys.former = Array(found.prefix(Self.maximumFormerCount))
    return keys
  }

  private static func former(_ name: String, _ purpose: KeyPurpose, _ authorities: [Authority], _ folder: KeyFolder)
    throws(StartError) -> Held
  {
    guard let held = try listed(name, purpose, authorities, folder) else {
      throw StartError("the roster in force does not list it")
    }
    guard held.record.role == .party else { throw StartError("it is one of another role") }
    guard held.key.place == .file else { throw StartError("it lies in a TPM or a token: keep it in a file") }
    return held
  }

  /// Reads the keys of a purpose and proves that one of them is listed and valid now.
  static func open(_ purpose: KeyPurpose, of authority: Authority, in folder: KeyFolder) throws -> OfficeKeys {
    let following = following(purpose, of: authority, in: folder)
    do throws(StartError) {
      return OfficeKeys(held: try valid(purpose, of: authority, in: folder), following: following)
    } catch {
      guard let following, following.record.standing(at: currentTime()) == .valid else { throw error }
      // The one that ended still signs the adoption of rosters before the one that ended it.
      guard let ended = try? listed(purpose.rawValue, purpose, [authority], folder) else {
        return OfficeKeys(held: following, following: nil)
      }
      return OfficeKeys(held: ended, following: following)
    }
  }

  /// Those of them that another roster's entry lists, with what it says of them; nil when it lists none.
  func under(_ authority: Authority) -> OfficeKeys? {
    let listed = [held, following].compactMap { held in
      held.flatMap { held in
        authority.keys.first { $0.purpose == held.record.purpose && $0.key == held.key.publicKey }
          .map { Held(record: $0, key: held.key) }
      }
    }
    return listed.first.map { OfficeKeys(held: $0, following: listed.dropFirst().first, former: former) }
  }

  /// The key that follows. One that can't be had yet stops nobody who works with the one in use.
  private static func following(_ purpose: KeyPurpose, of authority: Authority, in folder: KeyFolder) -> Held? {
    let name = KeyFolder.next(purpose)
    guard folder.place(name).isThere else { return nil }
    do throws(StartError) {
      if let held = try listed(name, purpose, [authority], folder) { return held }
      Logger.amanad.notice("the \(name) key waits: the roster in force does not list it yet")
    } catch {
      Logger.amanad.warning("\(error)")
    }
    return nil
  }

  private static func valid(_ purpose: KeyPurpose, of authority: Authority, in folder: KeyFolder) throws(StartError)
    -> Held
  {
    try valid(purpose.rawValue, purpose, of: authority, in: folder)
  }

  /// A key by its name, which must be listed for its purpose and valid now.
  static func valid(_ name: String, _ purpose: KeyPurpose, of authority: Authority, in folder: KeyFolder)
    throws(StartError) -> Held
  {
    let path = folder.place(name).text
    guard let held = try listed(name, purpose, [authority], folder) else {
      throw StartError("\(path) is not the \(purpose.rawValue) key that the roster lists for \(authority.name)")
    }
    guard held.record.standing(at: currentTime()) == .valid else {
      throw StartError("the \(purpose.rawValue) key \(path) is not valid now by the roster")
    }
    return held
  }

  /// Opens a key; nil when the roster does not list it for its purpose.
  private static func listed(_ name: String, _ purpose: KeyPurpose, _ authorities: [Authority], _ folder: KeyFolder)
    throws(StartError) -> Held?
  {
    let key: PrivateKey
    do { key = try folder.key(name) } catch { throw StartError(error.description) }
    let records = authorities.flatMap(\.keys)
    return records.first { $0.purpose == purpose && $0.key == key.publicKey }.map { Held(record: $0, key: key) }
  }
}
