/// What the English catalogue says of code lists.
let englishCodeTexts: [Text: String] = [
  .codesUnknown: "there is no code list \"%1\" here; there are: %2",
  .codesUnknownVersion: "code list %1 is here in version %2, not %3",
  .codesNamed: "%1: a roster names this version as \"%2\"",
  .codesHold: "%1 holds: code list %2, version %3, codes: %4",
  .codesFail: "%1 does not hold: %2",
  .codesExported: "code lists written to %1: %2",
  .codesNone: "%1 holds no code list",
  .codesDeprecated: "deprecated: write it no more",
  .codesReplaced: "deprecated: write %1",
  .headMeaning: "meaning",
  .headList: "list",
  .headCodes: "codes",
  .headSinceVersion: "since version",
]
