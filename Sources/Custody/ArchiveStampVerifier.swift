import COSE
public import OpenSSL
public import Roster

/// A stamp of an archive whose signatures hold, and whether they still prove something. Only the verifier makes one.
public struct VerifiedArchiveStamp: Hashable, Sendable {
  /// Counted from 1.
  public let number: Int
  public let authority: AuthorityName
  /// When it was signed, by the signer's clock.
  public let at: UnixTime
  /// By which its signatures were verified.
  public let algorithms: [String]
  /// What could be neither verified nor refuted on this machine, and why.
  public let unverified: [String]
  /// When a time stamping authority that another member lists had seen it, and who lists it; nil where there is none.
  public let stampedBy: AuthorityName?
  public let stampedAt: UnixTime?
  /// Why its signatures prove nothing any more; nil while the stamp stands.
  public let lapse: String?
}

/// Who had all of an archive before them at a moment, and says so.
public struct ArchiveWitness: Hashable, Sendable {
  public let authority: AuthorityName
  public let at: UnixTime

  public init(authority: AuthorityName, at: UnixTime) {
    self.authority = authority
    self.at = at
  }
}

extension VerifiedArchiveStamp {
  /// Those whose word these stamps are.
  public static func witnesses(_ stamps: [VerifiedArchiveStamp]) -> [ArchiveWitness] {
    stamps.flatMap { stamp in
      let own = stamp.lapse == nil ? [ArchiveWitness(authority: stamp.authority, at: stamp.at)] : []
      guard let authority = stamp.stampedBy, let at = stamp.stampedAt else { return own }
      return own + [ArchiveWitness(authority: authority, at: at)]
    }
  }
}

/// Verifies an archive's stamps under a roster.
public struct ArchiveStampVerifier: Sendable {
  let roster: VerifiedRoster
  let policy: Policy
  let revocations: [RevocationList]

  public init(roster: VerifiedRoster, policy: Policy = .standard, revocations: [RevocationList] = []) {
    self.roster = roster
    self.policy = policy
    self.revocations = revocations
  }

  /// One stamp before it is known when it had been seen.
  private struct Found {
    let signers: FileSigners
    let stamp: ArchiveStamp
    var stampedBy: AuthorityName?
    var stampedAt: UnixTime?
  }

  /// Verifies every stamp: who signed it, that it covers the index and all stamps before it, and whether it still proves
  /// something: had somebody seen it before its keys ended?
  /// - Parameters:
  ///   - files: in their order.
  ///   - index: the bytes of the index.
  /// - Throws: `ArchiveRefusal` for one that was changed, made by no listed key, or covers something else.
  public func verify(_ files: [ArchiveStampFile], index: [UInt8], now: UnixTime) throws(ArchiveRefusal)
    -> [VerifiedArchiveStamp]
  {
    var found: [Found] = []
    var covers = ArchiveStampFile.covers(index: index, [])
    for (position, file) in files.enumerated() {
      let path = ArchivePath.stamp(position + 1)
      let one = try read(file, path, now)
      guard one.stamp.content.covers == covers else {
        throw ArchiveRefusal("\(path) was not made over this \(ArchiveIndex.path) and the stamps before it")
      }
      // Two authorities' clocks differ.
      if let last = found.last, one.stamp.content.at < last.stamp.content.at - policy.toleranceSeconds {
        throw ArchiveRefusal("\(path) says that it is older than the stamp before it")
      }
      covers += file.covers(number: position + 1)
      found.append(one)
    }
    return judged(found, now)
  }

  private func read(_ file: ArchiveStampFile, _ path: String, _ now: UnixTime) throws(ArchiveRefusal) -> Found {
    let stamp: ArchiveStamp
    do { stamp = try ArchiveStamp(decoding: file.bytes) } catch {
      throw ArchiveRefusal("\(path) cannot be read: \(error)")
    }
    var found = Found(signers: try signers(of: stamp, path, now), stamp: stamp)
    if let token = file.token { try readToken(token, path, &found) }
    return found
  }

  private func signers(of stamp: ArchiveStamp, _ path: String, _ now: UnixTime) throws(ArchiveRefusal) -> FileSigners {
    let (issuer, version) = (stamp.content.issuer, roster.body.version)
    do throws(FileSigners.Refusal) {
      return try FileSigners(of: stamp.message, by: issuer, at: stamp.content.at, under: roster, policy, now: now)
    } catch {
      switch error {
      case .issuer: throw ArchiveRefusal("\(path): roster version \(version) lists no authority \(issuer)")
      case .future: throw ArchiveRefusal("\(path) is of the future")
      case .broken(let kid):
        throw ArchiveRefusal("\(path): the signature by \(hexadecimal(kid.prefix(8))) does not hold")
      case .stranger(let kid):
        let authority = roster.authority(uri: issuer)?.name.description ?? issuer
        throw ArchiveRefusal(
          "\(path): the key \(hexadecimal(kid.prefix(8))) is no statement key of \(authority) that roster version "
            + "\(version) lists")
      }
    }
  }

  private func readToken(_ der: [UInt8], _ path: String, _ found: inout Found) throws(ArchiveRefusal) {
    let stamp: VerifiedTimeStamp
    do throws(ProofRefusal) {
      stamp = try TimeStampVerifier(roster: roster, revocations: revocations)
        .verify(der, over: found.stamp.bytes, issuer: found.stamp.content.issuer)
    } catch { throw ArchiveRefusal("\(path): \(error.description)") }
    // A member's word for its own is no proof.
    guard stamp.isWitness else { return }
    (found.stampedBy, found.stampedAt) = (stamp.authority.name, stamp.token.time)
  }

  /// From the last stamp to the first: each was seen no later than the one after it was made, as long as that one stands.
  private func judged(_ found: [Found], _ now: UnixTime) -> [VerifiedArchiveStamp] {
    var seen = now
    var later: Set<[UInt8]> = []
    var judged: [VerifiedArchiveStamp] = []
    for (position, one) in found.enumerated().reversed() {
      let kids = Set(one.signers.records.map(\.kid))
      // The same key says nothing new of when: only that it was before that stamp had been seen.
      if let next = judged.last, next.lapse == nil, kids.isDisjoint(with: later) { seen = min(seen, next.at) }
      if let time = one.stampedAt { seen = min(seen, time) }
      let lapse = lapse(of: one, seenAt: seen)
      judged.append(
        VerifiedArchiveStamp(
          number: position + 1, authority: one.signers.authority.name, at: one.stamp.content.at,
          algorithms: one.signers.algorithms, unverified: one.signers.unverified, stampedBy: one.stampedBy,
          stampedAt: one.stampedAt, lapse: lapse))
      later = kids
    }
    return judged.reversed()
  }

  /// Nil while it stands.
  private func lapse(of found: Found, seenAt seen: UnixTime) -> String? {
    let signers = found.signers
    guard !signers.records.isEmpty else {
      return signers.hasVoidKey ? "its key was not valid when it signed" : signers.unverified.first ?? ""
    }
    return signers.stand(seenAt: seen, policy)
      ? nil : "nobody is known to have seen it before its keys ended: it was stamped again too late, or never"
  }
}
