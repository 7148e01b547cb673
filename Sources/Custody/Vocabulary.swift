/// What moves (custody.md, The setting).
public enum Kind: String, Sendable, CaseIterable {
  case detaineeTransfer = "detainee-transfer"
  case familyReturn = "family-return"
  case thirdCountryRepatriation = "third-country-repatriation"
  case siteHandover = "site-handover"
  case propertyHandover = "property-handover"
}

/// Every event of the lifecycle (custody.md, Lifecycle).
public enum EventType: String, Sendable, CaseIterable {
  case intake, offer, release, departed, waypoint, arrived, stopover, lodged, outcome, recall, redirect
  case offerAgreed = "offer-agreed"
  case offerDeclined = "offer-declined"
  case carrierChanged = "carrier-changed"
  case recallAgreed = "recall-agreed"
  case recallRefused = "recall-refused"
  case returnRequested = "return-requested"
  case returnAgreed = "return-agreed"
  case returnRefused = "return-refused"
  case onwardConsent = "onward-consent"
  case incident, corrected, disputed, notified, observed
  case disputeResolved = "dispute-resolved"
  case sameAs = "same-as"
  case notSameAs = "not-same-as"
  case underProtest = "under-protest"
  case releasedToLiberty = "released-to-liberty"
  case erased, closed, message, certificate, inquiry
  case lateEntry = "late-entry"
  case inquiryAnswered = "inquiry-answered"
  case logOpened = "log-opened"
  case logAnswered = "log-answered"
  case logSealed = "log-sealed"
  case rosterAdopted = "roster-adopted"
  case policyAdopted = "policy-adopted"

  /// What a log says of itself to nobody else.
  public static let ofOneLog: [EventType] = [.rosterAdopted, .policyAdopted]

  /// What happens on the road of a release, as whoever carries or lodges people tells it.
  public var isOfRoad: Bool {
    [.departed, .waypoint, .carrierChanged, .stopover, .lodged, .arrived].contains(self)
  }

  /// A release, or a redirect, which is a new one.
  public var isRelease: Bool { self == .release || self == .redirect }
}

public enum LibertyStatus: String, Sendable, CaseIterable {
  case detained, restricted
  case atLiberty = "at_liberty"
}

/// Where an intake's people came from.
public enum Provenance: String, Sendable, CaseIterable {
  case direct, inherited
  case nonMember = "non-member"
  case unlistedArrival = "unlisted-arrival"
  case bornInTransit = "born-in-transit"
}

/// A receiver's answer for one line.
public enum OutcomeCode: String, Sendable, CaseIterable { case accepted, refused, missing, ended }

/// How a line of a release was answered: by an outcome, by `recall-agreed`, or by signing the end of a dispute over it.
public enum AnswerCode: String, Sendable, CaseIterable {
  case accepted, refused, missing, ended, recalled, resolved

  /// Whether it ended the release in another way than by an outcome, so that an outcome after it is void (V7).
  var isSerialized: Bool { self == .recalled || self == .resolved }

  public init(_ code: OutcomeCode) {
    self =
      switch code {
      case .accepted: .accepted
      case .refused: .refused
      case .missing: .missing
      case .ended: .ended
      }
  }
}

/// A child is presumed where in doubt.
public enum AgeFlag: String, Sendable, CaseIterable {
  case adult, child, disputed
  case childPresumed = "child_presumed"
}

/// What a reference to another statement means.
public enum Relation: String, Sendable, CaseIterable {
  case intake, offer, release, outcome, answer, basis, recall, head, held, incident, closed, stopover, consent
  case inquiry, original
  case returnRequested = "return-requested"
  case offerAgreed = "offer-agreed"
}

/// What the receiver found different from the manifest.
public enum Discrepancy: String, Sendable, CaseIterable {
  case age, sex, nationality, identity, family, health, property, injuries, documents
}
