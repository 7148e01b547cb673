/// What the English catalogue says of equivocation proofs.
let englishForkTexts: [Text: String] = [
  .forkHead: "PROVEN under roster %3: %1 said two things in its log %2 of which one only can be true.",
  .forkRoots:
    "The log signed two different roots for its first %1 entries. A log that only grows has one root for each size: whoever "
    + "was shown the one was shown another history than whoever was shown the other.",
  .forkSequences:
    "The log signed two checkpoints that have different entries at place %1, counted from 0. A log that only grows never "
    + "changes an entry: whoever was shown the one was shown another history than whoever was shown the other.",
  .forkOpenings: "The log was begun twice: two different statements say that they are its first entry.",
  .forkSlot:
    "One line was released twice from the same step of its custody: both releases list the slot %1. Whose line it is, a slot "
    + "does not say.",
  .forkIntake: "The line %1 was taken in twice, by two different statements.",
  .forkRelease: "The line %1 was released twice from the same step of its custody, by two different statements.",
  .forkAnswer: "One release of the line %1 was answered twice, by two different statements.",
  .forkSettlement: "In one round of one dispute over the line %1 two different statements were signed.",
  .forkCheckpoint: "checkpoint of %1 entries, root %2;",
  .forkStatement: "%1 %2, signed on %3 as its signer says;",
  .forkEntry: "entry %1;",
  .forkSeen: "%1 had seen it by %2.",
  .forkUnseen: "nothing here says when somebody else had seen it.",
  .forkSince: "Others had seen both by %1: the contradiction is no later than that.",
  .forkSinceUnknown: "Since when it stands, nothing here says: nobody else attests of both when they had seen them.",
  .forkMeans:
    "Both are signed with keys that the roster lists for this authority, so that nobody need trust who wrote this file. It does "
    + "not say which of the two is true, who at the authority signed, or whether it was done on purpose.",
  .forkNext:
    "Give the file to everybody who relies on %1: compare with them what each was shown, rely on nothing that this log alone "
    + "says until that is explained, and tell the holders of the coalition's root.",
  .forkWritten: "wrote %1",
  .forkMore:
    "%1 more are proven by the same; name what you mean with --of, or give fewer files, to have another one written.",
  .forkCheck: "Others check it with: amana verify FILE --roster-digest %1",
  .forkNone: "nothing here convicts anybody; nothing was written",
  .forkNoRoster:
    "cannot tell whom it convicts: name a roster you trust with --roster, or its digest with --roster-digest where it comes along",
  .forkFileUnread: "%1 is no note, bundle, statement, disclosure or equivocation proof that can be read: %2",
  .forkNotCheckpoint: "%1: it convicts nobody; take a newer roster, or ask whoever gave it to you",
  .forkStrayLine:
    "a signature line of %1 is neither the log's nor a listed witness's: the note was altered, or take a newer roster",
  .forkNotStatement: "%1: what is not surely signed convicts nobody",
  .forkUnverifiable: "%1",
  .forkSameCheckpoint: "both are one checkpoint, which contradicts nothing; you need two that differ",
  .forkSameStatement: "both are one statement, which contradicts nothing; you need two that differ",
  .forkOtherLogs: "they are of different logs, %1 and %2: a log can contradict itself only",
  .forkOtherEpochs:
    "they are of two epochs of one authority's log, %1 and %2: a restored log begins anew, which is no equivocation",
  .forkOtherSizes:
    "a log that grows signs many sizes, %1 and %2 among them, and nothing here shows two entries at one place: give bundles of "
    + "both sides, whose proofs may",
  .forkSameEntry: "both checkpoints have the same entry at place %1, as they must",
  .forkNotProven: "%1 does not lead to what was signed: the file was altered, or made of what does not belong together",
  .forkOtherIssuers:
    "they are of different authorities, %1 and %2: two who contradict each other are in dispute, and neither is convicted",
  .forkNoReceipt:
    "%1 bears no receipt of its own signer's log: nothing says in which epoch it counts. Take the whole one, with its receipts",
  .forkRestored:
    "the log %1 was begun after a restored one: what an epoch lost convicts nobody, so that two statements do not suffice; two "
    + "checkpoints of it would",
  .forkLateEntry:
    "%1 was entered from paper: where such a statement does not fit it decides nothing, and convicts nobody",
  .forkBeyondSeal:
    "the log of %1 had ended, and nobody is known to have seen it before: it counts for nothing by itself",
  .forkExposed:
    "others may have had its key since %1, and nobody is known to have seen it before: it may be theirs, and convicts nobody",
  .forkNotDeciding: "%1 and %2 decide no step of custody twice",
  .forkHiddenSlots: "the slots of %1 are random, and one that stands twice says nothing; disclose both lines instead",
  .forkOtherLines: "they differ in %1: they are not about one step of one line",
]
