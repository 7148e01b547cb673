import Custody
import Roster

/// Why a roster is not trusted, in the reader's language.
func sentence(_ refusal: RosterRefusal, in language: Language) -> String {
  switch refusal {
  case .form(let error): say(.refusedForm, in: language, "\(error)")
  case .notPinned(let digest): say(.refusedDigest, in: language, grouped(digest))
  case .thresholdNotMet(let signed, let needed):
    say(.refusedThreshold, in: language, String(signed), String(needed))
  case .wrongType: say(.refusedType, in: language)
  case .doesNotFollow(let found): sentence(found, in: language)
  }
}

/// Why a roster is not the one after another.
func sentence(_ found: RosterBreak, in language: Language) -> String {
  switch found {
  case .anotherCoalition: say(.breakCoalition, in: language)
  case .rollback(let version, let inForce):
    say(.breakRollback, in: language, String(version), String(inForce))
  case .sameVersion(let version, let isFork):
    say(isFork ? .breakFork : .breakSameVersion, in: language, String(version))
  case .versionsMissing(let missing):
    missing.count == 1
      ? say(.breakMissingOne, in: language, String(missing.lowerBound))
      : say(.breakMissing, in: language, String(missing.lowerBound), String(missing.upperBound))
  case .anotherHistory(let version): say(.breakHistory, in: language, String(version))
  case .issuedBefore: say(.breakIssued, in: language)
  case .staleWhenIssued: say(.breakStale, in: language)
  case .vanished(let subject): say(.breakVanished, in: language, phrase(subject, in: language))
  case .changed(let subject, let field): say(.breakChanged, in: language, phrase(subject, in: language), field)
  case .cutShort(let key): say(.breakCutShort, in: language, phrase(.key(key), in: language))
  case .revocationMissing(let key): say(.breakRevocation, in: language, phrase(.key(key), in: language))
  }
}
