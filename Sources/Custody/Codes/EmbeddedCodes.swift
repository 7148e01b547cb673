// Made from docs/codes/*.json by docs/codes/embed.py: change the lists there.

/// The code lists that are part of this program, every version that was ever published.
enum EmbeddedCodes {
  static let all: [CodeList] = [
    age1, ageBasis1, basis1, consent1, consentMethod1, deprivedBy1, discrepancy1, familyRole1, fitToTravel1, grounds1,
    health1, incident1, kind1, libertyStatus1, nationalityStatus1, orderedBy1, outcome1, propertyCategory1,
    propertyDisposition1, provenance1, reason1, retentionClass1, sex1, unknownReason1, vulnerability1, withheldReason1,
  ]

  static let byName = Dictionary(grouping: all, by: \.name)
}
