/// What the English catalogue says where no daemon is, and of what comes from there.
let englishOfflineTexts: [Text: String] = [
  .offlineWritten:
    "drafted %1 of record %2 into %3: %4 lines. Nothing but the envelope is in clear in the file, and nothing is signed yet",
  .offlineOfficers: "waits for %1 officers; next: amana approve %2 --key OFFICER.pem",
  .offlineBring: "everybody needed has approved; bring it to the daemon: amana import %1",
  .offlineApproved: "officer %1 has approved %2 in the office of %3; the approval stands in the file",
  .offlineNotCounted: "this approval would not count: %1. The file is as it was",
  .offlineTwice: "officer %1 has approved %2 already: another officer must. The file is as it was",
  .offlineKitNeeded:
    "without a daemon this needs a kit: run `amana kit FILE` where the daemon is, and name it with --kit",
  .offlineKitBad:
    "the kit %1 cannot be relied on: %2. Write it again with `amana kit`, under the roster that you trust",
  .offlineKitAge:
    "the kit says how things stood at %1, and the newest statement in it is of %2: what happened since is judged when the "
    + "draft is imported",
  .offlineKitOld:
    "THE KIT IS OLD: %1 days. Whoever has moved since is refused at the import; fetch a new one with `amana kit` if you can",
  .offlineKitAhead:
    "THE KIT OR THIS CLOCK IS WRONG: it says that it was written after now, %1. Set the clock, or say --time-source unknown",
  .offlineNothing: "nothing in the kit that fits has an id that begins with %1",
  .draftFileBad: "%1 is not to be relied on: %2. Copy it again from where it was made",
  .kitWritten:
    "wrote %1 (%2 bytes): it holds names and lines IN CLEAR. Carry it as you would the register itself, and delete it when "
    + "the drafts are imported",
  .importLeft: "NOT TAKEN: the approval of officer %1 as %2: %3",
  .problemOtherAuthority: "The draft is another authority's",
  .problemRosterUnknown: "This log never adopted the roster of the draft",
  .draftFileCount: "its header says that it has %1 lines, and what is signed says otherwise: it was altered",
]
