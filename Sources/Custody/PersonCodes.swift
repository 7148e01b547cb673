/// The codes of person lines that may be written, by version 1 of their lists (docs/codes.md).
public enum PersonCodes {
  public static let ageBasis = standard(.ageBasis)
  public static let nationalityStatus = standard(.nationalityStatus)
  public static let familyRole = standard(.familyRole)
  public static let vulnerability = standard(.vulnerability)
  public static let fitToTravel = standard(.fitToTravel)
  public static let deprivedBy = standard(.deprivedBy)
  public static let orderedBy = standard(.orderedBy)
  public static let grounds = standard(.grounds)
  public static let health = standard(.health)

  private static func standard(_ name: CodeListName) -> [String] { CodesInForce.standard[name]?.ids ?? [] }
}
