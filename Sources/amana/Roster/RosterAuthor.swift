import COSE
import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster

extension Introduction {
  static func read(_ path: String, in language: Language) throws -> Introduction {
    do {
      return try StrictJSON.decode(Introduction.self, from: try readFile(path, limit: 1 << 20))
    } catch let error as RefusedJSON {
      throw CommandFailure(Exit.usage, say(.introductionBad, in: language, path, "\(error)"))
    } catch is DecodingError {
      throw CommandFailure(Exit.usage, say(.noIntroduction, in: language, path))
    }
  }
}

/// Makes a roster body of introductions.
struct RosterAuthor {
  /// Two years: as long as keys are listed.
  static let validity = 2 * 365 * secondsPerDay

  let introductions: [Introduction]
  let days: Int64

  func body(coalition: String, threshold: UInt64?, emergencyThreshold: UInt64, exercise: Bool) throws -> RosterBody {
    let now = now()
    let authorities = try introductions.map { try authority($0, now) }
    var members: [Member] = []
    for introduction in introductions {
      let key = AuthorityName(introduction.authority)?.member ?? ""
      let member = Member(key: key, iso3: introduction.iso3, names: introduction.memberNames)
      guard let index = members.firstIndex(where: { $0.key == key }) else {
        members.append(member)
        continue
      }
      members[index] = try Self.joined(members[index], member)
    }
    let holders = try introductions.compactMap { introduction in
      try introduction.root.map { RootHolder(holder: introduction.authority, keys: [try record(.root, $0, now)]) }
    }
    let least = UInt64(holders.count / 2 + 1)
    let body = RosterBody(
      coalition: coalition, exercise: exercise, version: 1, previous: nil, issuedAt: now,
      nextUpdate: now + days * secondsPerDay,
      root: RosterRoot(threshold: threshold ?? least, emergencyThreshold: emergencyThreshold, holders: holders),
      members: members,
      authorities: authorities)
    do { return try RosterBody(decoding: body.encoded()[...]) } catch {
      throw CommandFailure(Exit.usage, say(.introductionBad, in: .chosen, "--introduction", error.detail))
    }
  }

  /// What two authorities of one member say of it: one may say less than the other, and neither something else.
  private static func joined(_ one: Member, _ other: Member) throws -> Member {
    func refused(_ field: String) -> CommandFailure {
      CommandFailure(Exit.usage, say(.introductionsDiffer, in: .chosen, one.key, field))
    }
    guard one.iso3 == nil || other.iso3 == nil || one.iso3 == other.iso3 else { throw refused("iso3") }
    let names = try one.names.merging(other.names) { first, second in
      guard first == second else { throw refused("names") }
      return first
    }
    return Member(key: one.key, iso3: one.iso3 ?? other.iso3, names: names)
  }

  private func authority(_ introduction: Introduction, _ now: UnixTime) throws -> Authority {
    guard let name = AuthorityName(introduction.authority), let role = AuthorityRole(rawValue: introduction.role) else {
      throw CommandFailure(Exit.usage, say(.introductionBad, in: .chosen, introduction.authority, introduction.role))
    }
    let keys = try introduction.keys.map { key in
      guard let purpose = KeyPurpose(rawValue: key.purpose) else {
        throw CommandFailure(Exit.usage, say(.introductionBad, in: .chosen, "\(name)", key.purpose))
      }
      return try record(purpose, key.key, now, role: sealRole(of: key), certificate: certificate(of: key))
    }
    let officers = try introduction.officers.map { officer in
      Officer(number: officer.number, roles: officer.roles, keys: [try record(.officer, officer.key, now)])
    }
    return Authority(
      name: name, uri: introduction.uri, names: introduction.names, role: role,
      competence: Competence(
        kinds: introduction.kinds, sites: introduction.sites, mayRelease: introduction.mayRelease,
        mayAccept: introduction.mayAccept, mayCarry: introduction.mayCarry, level: introduction.level),
      keys: keys, officers: officers)
  }

  /// A key valid from a day ago, so that clocks that differ do not matter, for two years.
  private func record(
    _ purpose: KeyPurpose, _ text: String, _ now: UnixTime, role: SealRole? = nil, certificate: Certificate? = nil
  ) throws -> KeyRecord {
    guard let der = decodeHexadecimal(text), let key = try? PublicKey(subjectPublicKeyInfo: der),
      let record = KeyRecord(
        purpose: purpose, key: key, notBefore: now - secondsPerDay, notAfter: now + Self.validity, role: role,
        certificate: certificate)
    else {
      throw CommandFailure(Exit.usage, say(.introductionBad, in: .chosen, purpose.rawValue, "SubjectPublicKeyInfo"))
    }
    return record
  }

  private func sealRole(of key: Introduction.Key) throws -> SealRole? {
    guard let name = key.role else { return nil }
    guard let role = SealRole(rawValue: name) else {
      throw CommandFailure(Exit.usage, say(.introductionBad, in: .chosen, key.purpose, name))
    }
    return role
  }

  private func certificate(of key: Introduction.Key) throws -> Certificate? {
    guard let text = key.certificate else { return nil }
    guard let der = decodeHexadecimal(text), let certificate = try? Certificate(der: der) else {
      throw CommandFailure(Exit.usage, say(.introductionBad, in: .chosen, key.purpose, "X.509"))
    }
    return certificate
  }
}
