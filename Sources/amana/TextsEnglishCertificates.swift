/// What the English catalogue says of time stamps and of CMS messages.
let englishCertificateTexts: [Text: String] = [
  .timeStampRequested:
    "wrote the request for a time stamp over the signature of %1 to %2; next: give it to the time stamping authority, then amana timestamp attach",
  .timeStampAttached: "the time stamp is kept beside %1 and goes with it: its signature existed by %2",
  .timeStampUnreadable: "%1 is no time stamp: %2; next: ask the time stamping authority again",
  .timeStampLater: "nothing changed: a time stamp that proves as much or more is kept beside %1",
  .cmsHolds: "HOLDS: %1 was signed for %2 at %3 by %4",
  .cmsListed: "a key that the roster lists",
  .cmsCertified: "a certificate of %1",
  .cmsEvent: "what was signed is an event: %1, record %2",
  .cmsNoEvent: "what was signed is no event that amana reads",
  .cmsUnreadable: "%1 is no CMS message: %2",
  .cmsRefused: "%1 was not taken: %2; nothing was sent",
  .cmsImported: "kept as message %1, sealed to %2: the CMS message and the event are its attachments",
  .crlUnreadable: "%1 is no revocation list: %2",
  .verifyStatementHolds: "HOLDS: %1 signed it, under roster %2. That a log holds it in its place only a bundle proves",
  .verifyLinesApart:
    "NOT RECOUNTED: its lines stand beside it and did not come with it; verify the bundle that carries them",
  .verifyNoRoster:
    "CANNOT TELL: no roster came with it, so that no signature was verified. Name the roster file that you trust with "
    + "--roster",
  .timeStampNotKept: "no time stamp was kept beside %1: look at amana status, and hand it in again",
  .statementWritten: "wrote %1 with the receipts that are held for it to %2",
]
