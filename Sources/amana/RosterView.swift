import Custody
import Roster
import TransparencyLog

/// A roster as shown.
struct RosterView: Encodable {
  struct Key: Encodable {
    let purpose: String
    /// The COSE Key Thumbprint, in hexadecimal.
    let kid: String
    let notBefore: Int64
    let notAfter: Int64
    /// valid, not-yet-valid, expired or revoked, now.
    let standing: String
    /// As C2SP signed-note writes it, where it signs notes: of a witness, or of the first epoch of a log.
    let vkey: String?

    init(_ record: KeyRecord, at now: Int64, note: NoteKey? = nil) {
      purpose = record.purpose.rawValue
      kid = hexadecimal(record.kid)
      notBefore = record.notBefore
      notAfter = record.notAfter
      standing = code(record.standing(at: now))
      vkey = note?.text
    }

    enum CodingKeys: String, CodingKey {
      case purpose, kid, standing, vkey
      case notBefore = "not_before"
      case notAfter = "not_after"
    }
  }

  struct Officer: Encodable {
    let number: UInt64
    let roles: [String]
    let status: String
    let keys: [Key]
  }

  struct Authority: Encodable {
    let name: String
    let uri: String
    let role: String
    let status: String
    let kinds: [String]
    let sites: [String]
    let keys: [Key]
    let officers: [Officer]
    let witnesses: [String]
    /// 0 where nobody witnesses.
    let quorum: UInt64
  }

  struct Member: Encodable {
    let key: String
    let status: String
    let iso3: String?
  }

  let coalition: String
  let rosterVersion: UInt64
  let digest: String
  let issuedAt: Int64
  let nextUpdate: Int64
  let stale: Bool
  let threshold: UInt64
  let rootHolders: [String]
  let members: [Member]
  let authorities: [Authority]

  init(_ roster: VerifiedRoster, at now: Int64) {
    let body = roster.body
    coalition = body.coalition
    rosterVersion = body.version
    digest = hexadecimal(roster.digest)
    issuedAt = body.issuedAt
    nextUpdate = body.nextUpdate
    stale = roster.isStale(at: now)
    threshold = body.root.threshold
    rootHolders = body.root.activeHolders.map(\.holder)
    members = body.members.map { Member(key: $0.key, status: $0.status.rawValue, iso3: $0.iso3) }
    authorities = body.authorities.map { authority in
      Authority(
        name: authority.name.description, uri: authority.uri, role: authority.role.rawValue,
        status: authority.status.rawValue, kinds: authority.competence.kinds, sites: authority.competence.sites,
        keys: authority.keys.map { Key($0, at: now, note: authority.noteKey($0)) },
        officers: authority.officers.map { officer in
          Officer(
            number: officer.number, roles: officer.roles, status: officer.status.rawValue,
            keys: officer.keys.map { Key($0, at: now) })
        }, witnesses: authority.witnessing?.witnesses.map(\.description) ?? [],
        quorum: authority.witnessing?.quorum ?? 0)
    }
  }

  enum CodingKeys: String, CodingKey {
    case coalition, digest, stale, threshold, members, authorities
    case rosterVersion = "roster_version"
    case issuedAt = "issued_at"
    case nextUpdate = "next_update"
    case rootHolders = "root_holders"
  }
}

extension Authority {
  /// The key as its signatures on notes name it, of a witness or of the first epoch of the log; nil where it signs none.
  fileprivate func noteKey(_ record: KeyRecord) -> NoteKey? {
    switch record.purpose {
    case .checkpoint: NoteKey(name: origin(epoch: 1), type: .ed25519, publicKey: record.key)
    case .witness: NoteKey(name: witnessKeyName, type: .cosignature, publicKey: record.key)
    default: nil
    }
  }
}
