/// Closed code lists of what the kinds ask for beside a detained person's line, version 1.
extension PersonCodes {
  /// Why something of the Article 17(3) block is unknown.
  public static let unknownReason = ["not-in-register", "not-disclosed", "not-asked", "no-record"]
  /// Who lives at a place of deprivation of liberty.
  public static let regime = ["adults-only", "families", "children", "mixed", "unknown"]
  /// What an assessment of non-refoulement came to. The software records it and concludes nothing.
  public static let assessment = ["no-risk-found", "risk-found", "risk-mitigated", "pending"]
  public static let assurance = ["treaty", "memorandum", "individual", "diplomatic-note"]
  public static let monitoring = ["full", "on-request", "none", "unknown"]
  public static let consent = ["given", "refused", "withdrawn"]
  public static let consentMethod = ["written", "oral", "thumbprint", "signed-language", "unknown"]
  public static let childViews = ["heard-agrees", "heard-objects", "heard-unsure", "too-young", "not-heard"]
  /// Why a family does not go together.
  public static let splitReason = [
    "member-detained", "member-missing", "member-refuses", "member-died", "member-elsewhere", "other",
  ]
  public static let civilDocument = [
    "birth-certificate", "identity-card", "passport", "family-booklet", "marriage-certificate", "death-certificate",
  ]
  public static let consularContact = ["made", "declined-by-person", "not-offered", "no-consulate", "unknown"]
  public static let travelDocument = ["passport", "laissez-passer", "emergency-travel-document", "none"]
  /// On what a return to the State of nationality rests.
  public static let legalBasis = [
    "consent", "deportation-order", "extradition", "transfer-of-sentenced", "court-order",
  ]
  public static let expectedStatus = ["at-liberty", "supervised", "prosecution", "detained", "in-care", "unknown"]
  public static let libertyStatus = LibertyStatus.allCases.map(\.rawValue)
}

/// Closed code lists of a site's handover, version 1.
public enum SiteCodes {
  /// What counting found of a person on the site's register, or of one that stands nowhere on it.
  public static let register = [
    "present", "absent", "unregistered", "duplicate", "disputed", "in-hospital", "born", "died",
  ]
  public static let siteType = ["prison", "detention-centre", "camp", "annex", "hospital-ward", "transit-centre"]
  public static let countMethod = ["head-count", "roll-call", "registration", "biometric-registration", "estimate"]
  public static let registerKind = [
    "persons", "admissions", "medical", "property", "deaths", "births", "visits", "court",
  ]
  public static let store = ["food", "water", "medicine", "fuel", "bedding", "hygiene", "cash"]
  public static let hazard = [
    "explosives", "fire", "flood", "disease", "structural", "unrest", "weapons", "hazardous-material",
  ]
  public static let duty = [
    "court-dates", "complaints", "medical-referrals", "burials", "payments", "family-visits", "investigations",
  ]
}

/// Closed code lists of things, version 1.
public enum PropertyCodes {
  public static let category = [
    "personal-effects", "document", "money", "valuables", "electronic-device", "data-carrier", "medicine", "evidence",
    "register", "weapon", "other",
  ]
  public static let condition = ["good", "worn", "damaged", "broken", "incomplete", "not-examined"]
  /// UCUM: one, gram, kilogram, litre, metre; or a count of packages.
  public static let unit = ["1", "g", "kg", "L", "m"]
  public static let purpose = [
    "return-to-owner", "transfer-with-owner", "evidence", "examination", "safekeeping", "disposal",
  ]
  public static let disposition = ["kept", "returned", "handed-to-court", "destroyed", "forfeited", "lost"]
  public static let ownerReceipt = ["given", "refused", "owner-absent", "none"]
  public static let obtainedBy = PersonCodes.deprivedBy
}
