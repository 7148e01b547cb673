public import Roster

/// The lists that this version looks codes up in.
public enum CodeListName: String, Sendable, CaseIterable {
  case age, assessment, assurance, basis, consent, discrepancy, disposition, grounds, hazard, health, incident, kind
  case monitoring, outcome, provenance, reason, regime, sex, store, vulnerability
  case ageBasis = "age-basis"
  case childViews = "child-views"
  case civilDocument = "civil-document"
  case consentMethod = "consent-method"
  case consularContact = "consular-contact"
  case countMethod = "count-method"
  case deprivedBy = "deprived-by"
  case expectedStatus = "expected-status"
  case familyRole = "family-role"
  case fitToTravel = "fit-to-travel"
  case inquirer
  case linkBasis = "link-basis"
  case legalBasis = "legal-basis"
  case libertyMark = "liberty-mark"
  case libertyStatus = "liberty-status"
  case nationalityStatus = "nationality-status"
  case onwardCondition = "onward-condition"
  case orderedBy = "ordered-by"
  case ownerReceipt = "owner-receipt"
  case propertyCategory = "property-category"
  case propertyCondition = "property-condition"
  case propertyPurpose = "property-purpose"
  case registerKind = "register-kind"
  case registerStatus = "register-status"
  case residualDuty = "residual-duty"
  case retentionClass = "retention-class"
  case siteType = "site-type"
  case splitFamily = "split-family"
  case travelDocument = "travel-document"
  case unknownReason = "unknown-reason"
  case withheldReason = "withheld-reason"
}

/// The code lists at hand: those that are part of this program, and those that came as files.
public struct CodeBook: Hashable, Sendable {
  /// What a roster that names no version of a list means.
  public static let standardVersion: UInt64 = 1
  public static let embedded = CodeBook()

  /// Files: they count only where a roster names their digest.
  public private(set) var added: [CodeList] = []

  /// The same with more lists.
  public func adding(_ lists: [CodeList]) -> CodeBook {
    var book = self
    book.added += lists.filter { !book.added.contains($0) }
    return book
  }

  /// The list of a name that a roster refers to; nil when it is not here.
  public func list(_ name: String, _ reference: CodeListReference) -> CodeList? {
    let embedded = EmbeddedCodes.byName[name] ?? []
    guard let digest = reference.digest else { return embedded.first { $0.version == reference.version } }
    return (embedded + added).first {
      $0.name == name && $0.version == reference.version && $0.digest == digest
    }
  }
}

/// The code lists by the versions that one roster names (V25).
public struct CodesInForce: Sendable {
  let book: CodeBook
  /// Version by name, as the roster writes it.
  let named: [String: String]
  /// Whether whatever looks like a code will do where a list is asked (`takingAnyCode`).
  public private(set) var takesAnyCode = false

  public init(_ book: CodeBook, under roster: RosterBody) {
    self.book = book
    named = roster.codeLists
  }

  private init(_ book: CodeBook) {
    self.book = book
    named = [:]
  }

  /// Those of version 1.
  public static let standard = CodesInForce(.embedded)

  /// The same, but a code that no list has is left to those who know the version in force: it need only look like one.
  public var takingAnyCode: CodesInForce {
    var codes = self
    codes.takesAnyCode = true
    return codes
  }

  /// The list in force; nil when the roster names a version that is not here.
  public subscript(name: CodeListName) -> CodeList? { list(name.rawValue) }

  func list(_ name: String) -> CodeList? {
    guard let text = named[name] else {
      return book.list(name, CodeListReference(version: CodeBook.standardVersion))
    }
    return CodeListReference(text).flatMap { book.list(name, $0) }
  }

  /// What the roster names and is not here, of the lists that this version looks codes up in: name and version.
  public var missing: [(name: String, version: String)] {
    named.sorted { $0.key < $1.key }.filter { CodeListName(rawValue: $0.key) != nil && list($0.key) == nil }
      .map { ($0.key, $0.value) }
  }

  /// The lists that the roster names and that came as files: what somebody else needs to judge by them.
  public var fromFiles: [CodeList] {
    named.keys.sorted().compactMap { list($0) }.filter { EmbeddedCodes.byName[$0.name]?.contains($0) != true }
  }
}

extension CodeList {
  /// Those that are part of this program, by name and version.
  public static var embedded: [CodeList] { EmbeddedCodes.all }
}
