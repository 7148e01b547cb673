/// What the English catalogue says of signed reports of monitors.
let englishReportTexts: [Text: String] = [
  .reportName:
    "%1 is no report's name: name the file NAME.json that the monitor wrote, where NAME has only letters A to Z, digits and . _ -",
  .reportUnread: "%1 is no report that `amana-courier monitor` of this version wrote",
  .reportOtherRoster:
    "%1 was made under version %2 of the Roster of %3, and the daemon has version %4 of the Roster of %5: what was seen under "
    + "another Roster is not signed. Look again with the daemon's Roster, and sign that report",
  .reportFilesOdd:
    "%1 has %2 files; at most %3 can be signed over, and its proofs must all lie below %4: look again, or settle some of the alarms first",
  .reportNotOver: "%1 is there and is no signature over a report: it is left as it is, and nothing was signed",
  .reportSigned: "signed: %1, by %2 at %3, over %4 files",
  .reportCheck:
    "hand out the folder whole; others check it with: amana verify NAME.cose --roster ROSTER",
  .reportHolds:
    "HOLDS: %1 vouches for what its monitor saw. It signed at %2 by its own clock, and all %3 files that it signed over are as they were",
  .reportSaw: "seen of %1 from %2 on, under version %3 of its Roster",
  .reportGood: "the report says that nothing was found wrong",
  .reportAlarm: "the report raises alarms: %1",
  .reportUnreachable: "the report raises no alarm, and says that not everything could be looked at",
  .reportMeans:
    "This is the word of %1 for what it saw. It does not make an alarm true, nor say that nothing else is wrong: proofs convince by "
    + "themselves (verify them too), and where an alarm has none, ask. Other files of the folder are nobody's word.",
  .reportUnreadable: "it is no signed report of a monitor: %1",
  .reportIssuer: "this Roster lists no authority %1; take the Roster of that coalition",
  .reportFuture: "it says that it was signed at %1, which is yet to come",
  .reportStranger: "the key %1 is no statement key of %2 in this Roster",
  .reportBroken: "the signature by the key %1 does not hold: something was changed after it was signed",
  .reportNotValid: "its key was not valid at %1, when it says that it was signed",
  .reportExposed:
    "others may have had its key since %1, and nobody is known to have seen the report before: it may be theirs. Ask the authority for "
    + "another one",
  .reportEnded:
    "CANNOT TELL: its key ended at %1, and nobody is known to have seen the report before that. Ask the authority for another one",
  .reportMissing: "%1 is missing, or no plain file: a report is handed out whole, with its texts and proofs",
  .reportChanged: "%1 is not what it was when it was signed over: get it anew from whoever signed",
  .reportUncovered: "the report names the proof %1, which was not signed over",
  .reportOther: "what the report says of itself, its Roster and whether it is an exercise's, is not what was signed",
  .problemOtherRoster: "The report was made under another Roster",
]
