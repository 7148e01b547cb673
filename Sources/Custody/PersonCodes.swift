/// Closed code lists of person lines, version 1. They are published as data with the custody issue.
public enum PersonCodes {
  public static let ageBasis = ["document", "statement", "medical", "appearance", "unknown"]
  public static let nationalityStatus = ["claimed", "verified", "denied", "unknown"]
  public static let familyRole = ["parent", "child", "spouse", "sibling", "grandparent", "guardian"]
  public static let vulnerability = ["pregnant", "disability", "chronic-illness", "elderly", "nursing", "at-risk"]
  public static let fitToTravel = ["yes", "no", "conditions"]
  public static let deprivedBy = [
    "syr-internal-security", "syr-military", "self-administration", "coalition-forces", "unknown",
  ]
  public static let orderedBy = ["syr-court-counter-terrorism", "syr-prosecutor", "no-order", "unknown"]
  public static let grounds = [
    "terrorism-law", "armed-group-membership", "security-measure", "accompanying-family", "under-investigation",
    "unknown",
  ]
  public static let health = ["good", "treatment", "urgent", "unknown"]
}
