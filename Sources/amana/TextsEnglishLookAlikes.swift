/// What the English catalogue says of people who could be the same.
let englishLookAlikeTexts: [Text: String] = [
  .fileNameVariant:
    "the name could be that of row %1 in another spelling, and the birth dates do not tell them apart: see that they "
    + "are two people",
  .fileNameTransliterated:
    "the name could be that of row %1 in another script, and the birth dates do not tell them apart: see that they "
    + "are two people",
  .alikePerson: "%1, line %2 of %3: %4, born %5",
  .alikeBecause: "alike: %1",
  .alikeName: "the name",
  .alikeVariant: "the name in another spelling",
  .alikeTransliteration: "the name in another script",
  .alikeBorn: "birth dates that can be one",
  .alikeBornNear: "birth dates at most two years apart, not certain",
  .alikeNone: "nobody here looks like anybody there",
  .alikeOnRecord: "left out, since same-as or not-same-as is on record: %1 pairs",
  .alikeUnnamed: "not compared, since their names are not here: %1 people",
  .alikeNext: "nothing is joined; find out, then put it on record: CODE is one of amana codes list link-basis",
  .alikeAbsent: "NOT COMPARED: the lines of %1 have not arrived, so nothing is known of whom they name",
]
