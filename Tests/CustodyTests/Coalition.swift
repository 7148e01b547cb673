import COSE
import Custody
import OpenSSL
import Roster
import Testing

/// Three custodians and a carrier under one roster, signed by two of two root holders and pinned by its digest.
struct Coalition: Sendable {
  /// 2026-11-18: when the stories of these tests begin.
  static let start: UnixTime = 1_795_000_000
  /// When they are told.
  static let now = start + 86_400
  static let notBefore = start - 31_536_000
  static let notAfter = start + 31_536_000
  static let nextUpdate = start + 5_184_000

  let syr: Party
  let irq: Party
  let tur: Party
  let carrier: Party
  /// Another organ of SYR.
  let police: Party
  let roots: [PrivateKey]
  let roster: VerifiedRoster

  private static let made = Result { try Coalition() }
  /// Made once: nothing in it changes.
  static func shared() throws -> Coalition { try made.get() }

  init(exercise: Bool = false, irqStatus: Participation = .active) throws {
    syr = try Party("SYR/prisons")
    irq = try Party("IRQ/moj", path: "/K")
    tur = try Party("TUR/x")
    carrier = try Party("IOM/air", role: .carrier)
    police = try Party("SYR/police")
    roots = try [PrivateKey.generate(.p256), .generate(.p256)]
    let body = RosterBody(
      coalition: "Test coalition", exercise: exercise, version: 1, previous: nil,
      issuedAt: Self.start - 2_592_000, nextUpdate: Self.nextUpdate, root: try Self.root(roots),
      members: ["SYR", "IRQ", "TUR", "IOM"].map { Member(key: $0, iso3: $0 == "IOM" ? nil : $0, names: [:]) },
      authorities: try [
        syr.authority(), irq.authority(status: irqStatus), tur.authority(), carrier.authority(), police.authority(),
      ])
    let signed = try body.signed(by: roots)
    roster = try VerifiedRoster.verify(signed.bytes, pinned: SHA256.hash(body.encoded()))
  }

  var parties: [Party] { [syr, irq, tur, carrier] }

  func party(uri: String) throws -> Party { try #require(parties.first { $0.uri == uri }) }

  static func root(_ keys: [PrivateKey]) throws -> RosterRoot {
    RosterRoot(
      threshold: UInt64(keys.count), emergencyThreshold: 1,
      holders: try keys.enumerated().map { index, key in
        RootHolder(holder: "holder-\(index)", keys: [try record(.root, key)])
      })
  }

  static func record(_ purpose: KeyPurpose, _ key: PrivateKey) throws -> KeyRecord {
    try #require(KeyRecord(purpose: purpose, key: key.publicKey, notBefore: notBefore, notAfter: notAfter))
  }
}

extension Coalition {
  /// Another roster of the same coalition, which the same root holders signed: each authority changed.
  func changedRoster(issuedAt: UnixTime? = nil, _ change: (Authority) throws -> Authority) throws -> VerifiedRoster {
    let body = roster.body
    let changed = RosterBody(
      coalition: body.coalition, exercise: body.exercise, version: body.version, previous: body.previous,
      issuedAt: issuedAt ?? body.issuedAt, nextUpdate: body.nextUpdate, root: body.root, members: body.members,
      authorities: try body.authorities.map(change))
    return try VerifiedRoster.verify(changed.signed(by: roots).bytes, pinned: SHA256.hash(changed.encoded()))
  }
}
