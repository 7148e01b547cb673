/// What the English catalogue says of logs as plain files.
let englishTileTexts: [Text: String] = [
  .tilesWritten: "wrote %1: log %2, %3 entries; %4 files are new",
  .tilesFolder: "nothing can be done with the folder: %1",
  .tilesDiffer:
    "%1: %2 is not what the checkpoint was signed over; fetch it again, and if it stays so tell whoever runs the log",
  .tilesUnsigned:
    "%1 is not signed by its log's key as this roster lists it; take a newer roster, or ask whoever gave you the folder",
  .tilesHold: "HOLDS: log %1, %2 entries: every entry and every tile leads to the signed root",
  .tilesWhole:
    "every entry and every tile of log %1, %2 entries, leads to the checkpoint's root; without --roster nothing says "
    + "whose log it is",
  .verifyWitnessed: "log %1: enough of its witnesses cosigned its first %2 entries, of %3 that are shown here: %4",
  .verifyUnwitnessed:
    "log %1: %3 of its witnesses cosigned the newest checkpoint here (%2 entries), and %4 must: that it shows everybody the "
    + "same log, nobody else says here",
]
