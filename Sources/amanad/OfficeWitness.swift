import ControlAPI
import Custody
import Logging
import OpenSSL
import ReceiptStore
import Roster
import TransparencyLog

extension OfficeKeys {
  /// The keys that cosign, which an authority need not have: nobody who signs and records is stopped by want of one.
  /// - Parameter isNamed: whether the roster assigns any log to it as a witness: then it is told that no key is here.
  static func witness(of authority: Authority, isNamed: Bool, in folder: KeyFolder) -> OfficeKeys? {
    let names = [KeyPurpose.witness.rawValue, KeyFolder.next(.witness)]
    guard names.contains(where: { folder.place($0).isThere }) else {
      if isNamed {
        let place = folder.place(KeyPurpose.witness.rawValue).text
        Logger.amanad.warning(
          "nothing is cosigned here: the roster names \(authority.name) as a witness, and there is no \(place)")
      }
      return nil
    }
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
}

extension Office {
  /// The thumbprints of our witness keys that the roster lists, whether they are at hand or not.
  var witnessKids: [[UInt8]] { authority.keys.filter { $0.purpose == .witness }.map(\.kid) }

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
}

extension VerifiedCosignature {
  /// As it is kept; nil for one that says it was made more than a day from now.
  func kept(at now: UnixTime) -> KeptCosignature? {
    guard at <= now.addingReportingOverflow(secondsPerDay).partialValue else { return nil }
    return KeptCosignature(witness: witness.name, line: line, at: at)
  }
}
