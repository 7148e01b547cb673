import COSE
import Custody
import Foundation
import OpenSSL
import Roster

/// A roster file whose own root holders signed it. Only its digest can say whether it is the coalition's.
func readRoster(_ path: String, in language: Language) throws -> VerifiedRoster {
  let bytes = try readFile(path, limit: Sign.maximumByteCount)
  do {
    let roster = try VerifiedRoster.verify(bytes, pinned: VerifiedRoster.digest(of: bytes))
    if roster.body.exercise { Screen.beginExercise(in: language) }
    return roster
  } catch {
    throw CommandFailure(Exit.doesNotHold, say(.rosterBad, in: language, path, sentence(error, in: language)))
  }
}

/// Refuses a roster that no daemon would adopt, since a log that it says has ended is not sealed by what it names.
func refuseBadSeals(_ body: RosterBody, _ path: String, in language: Language) throws {
  do { _ = try SealedLogs(body) } catch {
    throw CommandFailure(Exit.doesNotHold, say(.rosterSealBad, in: language, path, error.description))
  }
}

/// A roster that goes from hand to hand to be signed.
struct ProposalFile {
  let path: String
  let language: Language
  let proposal: RosterProposal

  init(_ path: String, in language: Language) throws {
    self.path = path
    self.language = language
    do { proposal = try RosterProposal(decoding: readFile(path, limit: Sign.maximumByteCount)) } catch let refusal
      as RosterRefusal
    {
      throw CommandFailure(Exit.usage, say(.rosterBad, in: language, path, sentence(refusal, in: language)))
    }
    if proposal.body.exercise { Screen.beginExercise(in: language) }
  }

  /// The proposal with one more signature, and whose it is. Refuses a key whose signature would not count.
  func signed(by key: String, before old: RosterBody?) throws -> (proposal: RosterProposal, holder: String) {
    let key = try readKey(key, in: language)
    return try Self.sign(proposal, by: key, before: old, in: language)
  }

  static func sign(_ proposal: RosterProposal, by key: PrivateKey, before old: RosterBody?, in language: Language)
    throws
    -> (proposal: RosterProposal, holder: String)
  {
    do {
      let holder = try proposal.holder(of: key.publicKey, before: old)
      return (try proposal.signed(by: key), holder)
    } catch let refusal as RosterProposal.Refusal {
      throw CommandFailure(Exit.doesNotHold, say(text(refusal), in: language, values(refusal, key.publicKey, language)))
    }
  }

  private static func text(_ refusal: RosterProposal.Refusal) -> Text {
    switch refusal {
    case .noRootKey: .rosterNoRootKey
    case .standing: .rosterKeyStanding
    case .signedAlready: .rosterSignedAlready
    }
  }

  private static func values(_ refusal: RosterProposal.Refusal, _ key: PublicKey, _ language: Language) -> [String] {
    let kid = String(hexadecimal(key.thumbprint ?? []).prefix(16))
    switch refusal {
    case .noRootKey: return [kid]
    case .standing(let holder, let standing): return [kid, holder, word(code(standing), in: language)]
    case .signedAlready(let holder): return [kid, holder]
    }
  }
}

/// A key's standing as its code.
func code(_ standing: KeyStanding) -> String {
  switch standing {
  case .valid: "valid"
  case .notYetValid: "not-yet-valid"
  case .expired: "expired"
  case .revoked: "revoked"
  }
}
