/// What the English catalogue says of keys.
let englishKeyTexts: [Text: String] = [
  .keyPrompt: "Passphrase or PIN of %1: ",
  .keyPromptNew: "New passphrase: ",
  .keyPromptAgain: "The same again: ",
  .keyPromptsDiffer: "the two passphrases differ or are empty; no key was made",
  .keyNoTerminal: "there is no terminal to ask for a passphrase: name a file with --passphrase-file",
  .keyTypeUnfit: "a %1 key is a %2 key, not %3",
  .keyStoreUnfit: "a %1 key lies in a file: TPMs and tokens are for keys that sign",
  .keyNotMade: "no key was made at %1: %2",
  .keyMade: "made the %1 key %2, kid %3",
  .keyNoDirectory: "%1 is no authority's directory: it has no authority.json that `amana init trust` wrote",
  .keyListHead: "%1 — keys, by roster version %2",
  .keyLacking: "no %1 key is here that the roster lists as valid now: the daemon does not start without it",
  .keyShown: "%1 key, kid %2",
  .keyListed: "listed: %1, %2, %3 until %4 (days left: %5)",
  .keyNotListed: "the roster does not list this key",
  .keyReplaces: "it took over from %1",
  .keyEnded: "%1 from %2 on",
  .keyNoKid: "the roster lists no key whose kid begins with %1",
  .keyRotated: "made the %1 key that follows, %2, kid %3",
  .keyRotatedNext:
    "next: give %1 to the roster's writers. The key in use stays in use until a roster lists the new one as valid",
  .keyNextWaits:
    "%1 is there already and not in force: have it listed first, or take it away if nobody was given it",
  .keyMayNotAsk:
    "a revocation is asked for with a statement key or the root key that the roster lists for this authority, and that a "
    + "key is compromised with another one than that key",
  .keyRevocation:
    "asked for %1 to be %2 from %3 on: give %4 to the roster's writers; until a roster lists it nothing changes",
  .keyNotCertified: "DOES NOT HOLD: the certificate %1 is of another key",
  .keySealSigns: "a seal key signs nothing and answers no challenge: prove it without --challenge",
  .keyDoesNotOpen: "DOES NOT HOLD: the key does not open what is sealed to it",
  .keyDoesNotSign: "DOES NOT HOLD: the key does not sign: %1",
  .keyNoProof: "%1 is no answer of amana key prove",
  .keyNothingToTrust: "CANNOT TELL: name a roster or a certificate that you trust, with --roster or --certificate",
  .keyProofFails: "DOES NOT HOLD: %1 does not answer this challenge with that key",
  .keyProven: "HOLDS: the key %1 works",
  .keyNotCompared: "it was compared with no roster and no certificate",
  .headDaysLeft: "days left",
  .headPlace: "where",
  .wordNotListed: "not listed",
  .wordUnreadable: "unreadable",
]
