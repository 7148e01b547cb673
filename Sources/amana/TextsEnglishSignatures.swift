/// What the English catalogue says of algorithms.
let englishSignatureTexts: [Text: String] = [
  .signedBy: "signed by %1",
  .verifiedBy: "verified by %1",
  .notVerifiedHere: "NOT verified here: %1",
  .noMLDSA:
    "no ML-DSA key can be made here: this machine has %1, and ML-DSA needs OpenSSL 3.5 or later. Nothing was written",
  .problemNotVerifiableHere: "This machine cannot verify it",
]
