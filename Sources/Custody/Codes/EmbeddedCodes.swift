// Made from docs/codes/*.json by docs/codes/embed.py: change the lists there.

/// The code lists that are part of this program, every version that was ever published.
enum EmbeddedCodes {
  static let all: [CodeList] = [
    age1, ageBasis1, assessment1, assurance1, basis1, childViews1, civilDocument1, consent1, consentMethod1,
    consularContact1, countMethod1, deprivedBy1, discrepancy1, disposition1, expectedStatus1, familyRole1, fitToTravel1,
    grounds1, hazard1, health1, incident1, inquirer1, kind1, legalBasis1, libertyMark1, libertyStatus1, linkBasis1,
    monitoring1, nationalityStatus1, onwardCondition1, orderedBy1, outcome1, ownerReceipt1, propertyCategory1,
    propertyCondition1, propertyPurpose1, provenance1, reason1, regime1, registerKind1, registerStatus1, residualDuty1,
    retentionClass1, sex1, siteType1, splitFamily1, store1, travelDocument1, unknownReason1, vulnerability1,
    withheldReason1,
  ]

  static let byName = Dictionary(grouping: all, by: \.name)
}
