import ControlAPI
import Custody
import Logging
import OpenSSL
import ReceiptStore
import Roster
import TransparencyLog

extension OfficeKeys {
  /// The keys that cosign, which an authority need not have: nobody who signs and records is stopped by want of one.
  static func witness(of authority: Authority, in folder: KeyFolder) -> OfficeKeys? {
    let names = [KeyPurpose.witness.rawValue, KeyFolder.next(.witness)]
    guard names.contains(where: { folder.place($0).isThere }) else { return nil }
    do {
      let keys = try open(.witness, of: authority, in: folder)
      guard [keys.held, keys.following].compactMap(\.self).allSatisfy({ $0.record.key.type == .ed25519 }) else {
        throw StartError("a witness key must be Ed25519")
      }
      return keys
    } catch {
      Logger.amanad.warning("nothing is cosigned here: \(error)")
      return nil
    }
  }

  /// The thumbprints of those that sign now or may follow.
  var kids: [[UInt8]] { [held.record.kid, following?.record.kid].compactMap(\.self) }
}

extension Office {
  /// Whose log an origin names, where the roster assigns it to us as a witness; nil otherwise. One that has ended is
  /// witnessed no more.
  func witnessed(origin: String) -> Authority? {
    peers.first { $0.owns(origin: origin) && $0.witnessing?.witnesses.contains(authority.name) == true }
  }

  /// Whether the roster assigns any log to us as a witness.
  var isWitness: Bool { peers.contains { $0.witnessing?.witnesses.contains(authority.name) == true } }

  /// The keys that are trusted for the logs of an authority now.
  private static func logKeys(of authority: Authority, at time: UnixTime) -> [PublicKey] {
    authority.keys.filter { $0.purpose == .checkpoint && $0.standing(at: time) == .valid }.map(\.key)
  }

  /// Whether the log itself signed what is to be cosigned.
  func verified(_ request: WitnessRequest, at time: UnixTime) throws(WitnessRefusal) -> VerifiedWitnessRequest {
    let origin = request.checkpoint.checkpoint.origin
    return try request.verified(by: witnessed(origin: origin).map { Self.logKeys(of: $0, at: time) })
  }

  /// The cosignatures of a log's checkpoint by other members' listed witness keys that were valid then.
  func cosignatures(in signed: SignedCheckpoint, of log: Authority, at now: UnixTime) -> [KeptCosignature] {
    signed.note.signatures.compactMap { line in
      guard let witness = roster.body.authorities.first(where: { sameBytes($0.witnessKeyName, line.name) }),
        witness.name.member != log.name.member
      else { return nil }
      return Self.cosignature(line, over: signed.note.text, by: witness, at: now)
    }
  }

  /// A witness's cosignature of a text, if the key that the roster lists for it made it, and was valid then. One that says
  /// it was made more than a day from now is none.
  static func cosignature(_ line: NoteSignature, over text: String, by witness: Authority, at now: UnixTime)
    -> KeptCosignature?
  {
    guard let note = try? SignedNote(text: text, signatures: [line]) else { return nil }
    for record in witness.keys where record.purpose == .witness {
      guard
        let key = NoteKey(name: witness.witnessKeyName, type: .cosignature, publicKey: record.key), key.signed(line),
        let seconds = key.cosignatureTime(in: note), let time = UnixTime(exactly: seconds), time > 0,
        time <= now.addingReportingOverflow(secondsPerDay).partialValue, record.standing(at: time) == .valid
      else { continue }
      return KeptCosignature(witness: witness.name, line: line, at: time)
    }
    return nil
  }
}
