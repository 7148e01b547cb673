/// What the English catalogue says of incidents and of what ends a chain.
let englishEndTexts: [Text: String] = [
  .wordIncident: "incident",
  .wordReleasedToLiberty: "released-to-liberty",
  .wordClosed: "closed",
  .wordDeath: "death",
  .wordBirth: "birth",
  .wordEscape: "escape",
  .wordHospital: "hospital",
  .wordInjury: "injury",
  .wordSeparation: "separation",
  .wordFound: "found",
  .wordReleasedInError: "released-in-error",
  .wordMedical: "medical",
  .wordWitness: "witness",
  .wordPerson: "person",
  .wordChildProtection: "child-protection",
  .phaseSuspended: "suspended",
  .phaseEnded: "ended",
  .statusSuspended: "escaped or missed: the custodian named stays responsible until they are found",
  .needsOffice: "waits for an approval in the office of %1; next: amana approve %2 --role %3 --key OFFICER.pem",
  .incidentOfOthers:
    "nobody of %1 is in the release %2: see who it is about with amana show --lines, or name the lines with --lines",
]
