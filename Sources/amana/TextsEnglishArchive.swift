/// What the English catalogue says of archives.
let englishArchiveTexts: [Text: String] = [
  .archiveReadMe:
    "AN ARCHIVE OF WHO HELD WHOM\n\nWritten by the authority %1. It holds what its log registered from %2 (a dash: "
    + "from its first entry) until %3, with the earlier statements that this builds on: %4 signed statements.\n\n"
    + "Each statement was signed by the authority that made it: that it took people in, released them, accepted them, or "
    + "did not. Their names are in none of these files in clear; what is sealed in them opens with the keys of those whom "
    + "it was sealed to.",
  .archiveReadMeFiles:
    "WHAT IS HERE\n\nINDEX         every file with its length and SHA-256 digest: a changed file is found out by it\n"
    + "stamps/       signatures over INDEX, each also over those before it, and time stamps over them\n"
    + "parts/        the statements, with receipts, proofs, sealed content and all that proves them\n"
    + "rosters/      who the authorities were and which keys they had, version by version\n"
    + "checkpoints/  what the logs signed of themselves, and who cosigned it\n"
    + "codes/        what the codes in the statements mean, as text",
  .archiveReadMeVerify:
    "HOW TO VERIFY IT\n\nNo network and no database is needed. With the program Amana:\n\n"
    + "    amana archive verify FOLDER --roster ROSTER\n\nROSTER is a roster that you trust because you have it from "
    + "elsewhere than from this folder. The newest one here has the digest %1: compare it with what the members of the "
    + "coalition have published or kept on paper.",
  .archiveReadMeAlone:
    "Without the program, its documentation (docs/formats.md, Archive) says what every byte means: the files are CBOR "
    + "(RFC 8949) and COSE (RFC 9052), JSON and plain text. One command does the first step; compare its answer with "
    + "INDEX line by line:\n\n    sha256sum README* parts/* rosters/* codes/* checkpoints/*",
  .archiveReadMeKeep:
    "HOW TO KEEP IT\n\nSignatures grow weak with time. Stamp it again before the keys of the last stamp end, and have an "
    + "authority of another member stamp it too:\n\n    amana archive stamp FOLDER\n\nChange, add and take away nothing "
    + "else: it would not hold any more. Keep several copies in several places. Hand it to nobody from whom something in "
    + "it is withheld.",
  .archiveWritten: "wrote %1: %2 statements in %3 files, %4 bytes; SHA-256 of its INDEX: %5",
  .archiveNothing:
    "nothing was registered in that period, so no archive was written; see `amana show` for what there is",
  .archiveHolds: "HOLDS: %1, the archive of %2 from %3 until %4",
  .archiveCannotTell:
    "CANNOT TELL: %1, the archive of %2 from %3 until %4: nothing is wrong with it, and not all is proven",
  .archiveDoesNotHold: "DOES NOT HOLD: %1, the archive of %2 from %3 until %4",
  .archiveHas: "%1 statements in %2 parts, %3 files, judged under roster version %4",
  .archiveIssuer: "signed by %1: %2 statements",
  .archiveFlag: "flagged %1: %2 statements; `amana verify` of the part says which and why",
  .archiveSealed: "%1 sealed payloads are not in it: they were erased, never came, or fit into no bundle",
  .archiveStamp: "stamp %1: %2 at %3, verified by %4",
  .archiveLapsed: "stamp %1: %2 at %3 PROVES NOTHING ANY MORE: %4",
  .archiveNotStamped: "nothing was stamped: whoever stamps vouches, so see first what is wrong with it",
  .archiveStamped: "stamped %1: stamp %2, %3 at %4",
  .archiveRequested: "the request for a time stamp over stamp %1 is in %2; bring the answer with --token",
  .archiveHasToken: "stamp %1 has a time stamp already: stamp the archive again, and have that stamp stamped",
  .archiveTokenKept: "stamp %1 has its time stamp: it existed by %2",
]
