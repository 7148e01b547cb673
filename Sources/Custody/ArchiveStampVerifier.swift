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
    let authority: Authority
    let stamp: ArchiveStamp
    /// The keys whose signatures hold, and that were valid when they signed.
    var records: [KeyRecord] = []
    /// Whether a signature holds by a key that was not: a roster may say so afterwards, which changes no archive.
    var hasVoidKey = false
    var algorithms: [String] = []
    var unverified: [String] = []
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
    guard let authority = roster.authority(uri: stamp.content.issuer) else {
      throw ArchiveRefusal("\(path): roster version \(roster.body.version) lists no authority \(stamp.content.issuer)")
    }
    guard stamp.content.at <= now + policy.toleranceSeconds else { throw ArchiveRefusal("\(path) is of the future") }
    var found = Found(authority: authority, stamp: stamp)
    for signature in stamp.message.signatures {
      let record = try record(signature.protected.keyID ?? [], of: authority, path)
      switch stamp.message.verify(signature, with: record.key) {
      case .valid:
        guard record.standing(at: stamp.content.at) == .valid else {
          found.hasVoidKey = true
          continue
        }
        found.records.append(record)
        if let algorithm = signature.protected.algorithm { found.algorithms.append(algorithm.name) }
      case .notVerifiableHere: found.unverified.append(MLDSA.absence)
      default: throw ArchiveRefusal("\(path): the signature by \(hexadecimal(record.kid.prefix(8))) does not hold")
      }
    }
    if let token = file.token { try readToken(token, path, &found) }
    return found
  }

  private func record(_ kid: [UInt8], of authority: Authority, _ path: String) throws(ArchiveRefusal) -> KeyRecord {
    guard let holder = roster.holder(of: kid), holder.officer == nil, holder.authority.name == authority.name,
      holder.record.purpose == .statement
    else {
      throw ArchiveRefusal(
        "\(path): the key \(hexadecimal(kid.prefix(8))) is no statement key of \(authority.name) that roster version "
          + "\(roster.body.version) lists")
    }
    return holder.record
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
      let kids = Set(one.records.map(\.kid))
      // The same key says nothing new of when: only that it was before that stamp had been seen.
      if let next = judged.last, next.lapse == nil, kids.isDisjoint(with: later) { seen = min(seen, next.at) }
      if let time = one.stampedAt { seen = min(seen, time) }
      let lapse = lapse(of: one, seenAt: seen)
      judged.append(
        VerifiedArchiveStamp(
          number: position + 1, authority: one.authority.name, at: one.stamp.content.at, algorithms: one.algorithms,
          unverified: one.unverified, stampedBy: one.stampedBy, stampedAt: one.stampedAt, lapse: lapse))
      later = kids
    }
    return judged.reversed()
  }

  /// Nil while one of its signatures had been seen before its key ended, and the grace, and before others may have had it.
  private func lapse(of found: Found, seenAt seen: UnixTime) -> String? {
    guard !found.records.isEmpty else {
      return found.hasVoidKey ? "its key was not valid when it signed" : found.unverified.first ?? ""
    }
    let standing = found.records.contains { record in
      policy.isInTime(seen, forEnd: record.endsAt) && record.exposedFrom.map { seen < $0 } != false
    }
    return standing
      ? nil : "nobody is known to have seen it before its keys ended: it was stamped again too late, or never"
  }
}
