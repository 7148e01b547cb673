import COSE
public import Custody
import GRDB

extension StoreTransaction {
  /// Keeps which chains the lines of a manifest are about, and what they say of an age.
  public func keep(linesOf manifest: Manifest?, of id: StatementID) throws {
    guard let manifest else { return }
    let insert = try db.cachedStatement(sql: "INSERT OR IGNORE INTO statement_line VALUES (?, ?, ?)")
    for (_, leaf) in manifest.lines {
      guard let subject = leaf.subject else { continue }
      try insert.execute(arguments: [blob(id.bytes), blob(subject.bytes), manifest.age(of: leaf)])
    }
    if manifest.schema == .correction { try keep(agesCorrectedBy: manifest, of: id) }
    // A link is about both of whom it speaks.
    for subject in manifest.subjects where manifest.schema == .link {
      try insert.execute(arguments: [blob(id.bytes), blob(subject.bytes), nil as String?])
    }
  }

  /// Keeps which inquiry a statement answers.
  public func keep(inquiryOf event: Event, of id: StatementID) throws {
    guard event.type == .inquiryAnswered, let inquiry = event.reference(.inquiry) else { return }
    try db.cachedStatement(sql: "INSERT OR IGNORE INTO inquiry_answer VALUES (?, ?)").execute(arguments: [
      blob(inquiry.bytes), blob(id.bytes),
    ])
  }

  /// Keeps where a statement takes people in.
  public func keep(placeOf event: Event, of id: StatementID) throws {
    guard event.type == .intake || event.type == .outcome, let place = event.place else { return }
    try db.cachedStatement(sql: "INSERT OR IGNORE INTO placed VALUES (?, ?)").execute(arguments: [
      blob(id.bytes), place.siteID,
    ])
  }
}

extension StoreReader {
  /// At which site a statement takes people in.
  public func site(of statement: StatementID) throws -> String? {
    try String.fetchOne(
      db.cachedStatement(sql: "SELECT site FROM placed WHERE statement = ?"), arguments: [blob(statement.bytes)])
  }
}

extension Manifest {
  /// The age flag of a person's line; of an answer that which the receiver observed.
  fileprivate func age(of leaf: ManifestLeaf) -> String? {
    (value("age", of: leaf) ?? value("observed_age", of: leaf))?.text.flatMap { AgeFlag(rawValue: $0) }?.rawValue
  }
}
