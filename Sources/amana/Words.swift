/// A code of the formats as a word for people: an event, a phase, an outcome. One that has no word stays as it is.
func word(_ code: String, in language: Language) -> String {
  guard let text = words[code] else { return code }
  return say(text, in: language)
}

/// The phase of a chain as a word: members and lines are suspended in different ways.
func phaseWord(_ phase: String, in language: Language) -> String {
  switch phase {
  case "suspended": say(.phaseSuspended, in: language)
  case "ended": say(.phaseEnded, in: language)
  // Of whom an inquiry asks and this log knows nothing.
  case "unknown": say(.askUnknown, in: language)
  default: word(phase, in: language)
  }
}

/// The phase in a certificate or a shown field: a family must not read "released" as set free.
func certifiedPhaseWord(_ phase: String, in language: Language) -> String {
  phase == "released" ? say(.phaseHandedOver, in: language) : phaseWord(phase, in: language)
}

/// What stands between the items of a list.
func separator(in language: Language, between mark: Character = ",") -> String {
  language == .ar ? (mark == ";" ? "؛ " : "، ") : "\(mark) "
}

/// A code of ISO/IEC 5218 as a word.
func sexWord(_ code: UInt64, in language: Language) -> String {
  switch code {
  case 1: say(.wordMale, in: language)
  case 2: say(.wordFemale, in: language)
  case 0: say(.wordSexUnknown, in: language)
  default: say(.wordSexInapplicable, in: language)
  }
}

private let words: [String: Text] = [
  "held": .wordHeld, "released": .wordReleased, "missing": .wordMissing, "contested": .wordContested,
  "accepted": .wordAccepted, "refused": .wordRefused, "intake": .wordIntake, "offer": .wordOffer,
  "offer-agreed": .wordOfferAgreed, "offer-declined": .wordOfferDeclined, "release": .wordRelease,
  "outcome": .wordOutcome, "log-opened": .wordLogOpened, "log-answered": .wordLogAnswered,
  "log-sealed": .wordLogSealed, "roster-adopted": .wordRosterAdopted,
  "policy-adopted": .wordPolicyAdopted, "active": .wordActive, "suspended": .wordSuspended,
  "departed": .wordDeparted, "valid": .wordValid, "expired": .wordExpired, "revoked": .wordRevoked,
  "not-yet-valid": .wordNotYetValid, "adult": .wordAdult, "child": .wordChild, "child_presumed": .wordChildPresumed,
  "retired": .wordRetired, "superseded": .wordSuperseded, "lost": .wordLost, "compromised": .wordCompromised,
  "custodian": .wordCustodian, "carrier": .wordCarrier, "observer": .wordObserver, "not-listed": .wordNotListed,
  "unreadable": .wordUnreadable,
  "recalled": .wordRecalled, "resolved": .wordResolved, "disputed": .wordDisputed, "ended": .wordEnded,
  "recall": .wordRecall, "recall-agreed": .wordRecallAgreed,
  "detainee-transfer": .wordDetaineeTransfer, "family-return": .wordFamilyReturn,
  "third-country-repatriation": .wordRepatriation, "site-handover": .wordSiteHandover,
  "property-handover": .wordPropertyHandover, "direct": .wordDirect, "inherited": .wordInherited,
  "non-member": .wordNonMember, "unlisted-arrival": .wordUnlistedArrival, "born-in-transit": .wordBornInTransit,
  "officer": .wordOfficer, "authority-pq": .wordAuthorityPQ, "party": .wordParty, "judicial": .wordJudicial,
  "property": .wordProperty, "recovery": .wordRecovery, "signed": .wordSigned, "thumbprint": .wordThumbprint,
  "unable": .wordUnable,
  "waiting": .wordOnItsWay, "pending": .wordPending, "delivered": .wordDelivered, "wire": .wordWire,
  "bundle": .wordBundle, "sent": .wordSent, "received": .wordReceived, "message": .wordMessage,
  "incident": .wordIncident, "released-to-liberty": .wordReleasedToLiberty, "closed": .wordClosed,
  "death": .wordDeath, "birth": .wordBirth, "escape": .wordEscape, "hospital": .wordHospital, "injury": .wordInjury,
  "separation": .wordSeparation, "found": .wordFound, "released-in-error": .wordReleasedInError,
  "medical": .wordMedical, "witness": .wordWitness, "person": .wordPerson,
  "child-protection": .wordChildProtection,
  "recall-refused": .wordRecallRefused, "redirect": .wordRedirect, "dispute-resolved": .wordDisputeResolved,
  "certificate": .wordCertificate, "waypoint": .wordWaypoint, "stopover": .wordStopover, "lodged": .wordLodged,
  "arrived": .wordArrived, "carrier-changed": .wordCarrierChanged, "detained": .wordDetained,
  "restricted": .wordRestricted, "at_liberty": .wordAtLiberty, "return-requested": .wordReturnRequested,
  "return-agreed": .wordReturnAgreed, "return-refused": .wordReturnRefused, "onward-consent": .wordOnwardConsent,
  "given": .wordGiven, "withdrawn": .wordWithdrawn,
  "inquiry": .wordInquiry, "inquiry-answered": .wordInquiryAnswered,
  "same-as": .wordSameAs, "not-same-as": .wordNotSameAs, "under-protest": .wordUnderProtest,
  "corrected": .wordCorrected, "erased": .wordErased,
  "not-known": .wordNotKnown, "withheld": .wordWithheld,
  "overdue": .wordOverdue, "registered": .wordRegistered,
  "completed": .wordCompleted, "alarm": .wordAlarm, "alarm-ended": .wordAlarmEnded,
  "notified": .wordNotified, "observed": .wordObserved,
  "family": .wordFamily,
  "neutral-agency": .wordNeutralAgency, "state-of-nationality": .wordStateOfNationality,
]
