import COSE
import Custody
import GRDB
import Roster

extension StoreTransaction {
  /// Keeps what a correction says of ages.
  func keep(agesCorrectedBy manifest: Manifest, of id: StatementID) throws {
    let insert = try db.cachedStatement(sql: "INSERT OR IGNORE INTO age_word VALUES (?, ?, ?, ?, ?)")
    for (_, leaf) in manifest.lines {
      guard let correction = Correction(leaf) else { continue }
      for field in ["age", "observed_age"] {
        guard let age = correction.fields[.text(field)]?.text.flatMap({ AgeFlag(rawValue: $0) }) else { continue }
        try insert.execute(arguments: [
          blob(correction.subject.bytes), blob(id.bytes), blob(correction.original.bytes), field, age.rawValue,
        ])
      }
    }
  }
}

/// An age flag of somebody, as it was written, and as it is to be read since it was corrected.
struct ReadAge {
  let written: String?
  var read: String?
}

/// What one correction says of an age.
private struct AgeWord {
  let index: UInt64
  let issuer: AuthorityName?
  let original: StatementID
  let field: String
  let age: String

  init(_ row: Row) {
    index = UInt64(clamping: row["idx"] as Int64)
    issuer = AuthorityName(row["issuer"] as String)
    original = StatementID(unchecked: row.blob("original"))
    (field, age) = (row["field"], row["age"])
  }
}

extension StoreReader {
  /// The age of somebody whom an authority holds: what it saw when it took them in, until they were described anew, or else
  /// what the last description says; and of corrections the last one after that, by whoever signed what it corrects or has
  /// the person. What others may have signed (V15) corrects nothing.
  /// - Parameters:
  ///   - taken: by which statement they were taken in.
  ///   - isSeen: whether nothing newer than that describes them.
  func age(of chain: ChainState, takenInBy taken: StatementID?, isSeen: Bool) throws -> ReadAge {
    let seen = isSeen ? try taken.flatMap { try age(of: chain.subject, in: $0) } : nil
    let described = try age(of: chain.subject, in: chain.source)
    var found = ReadAge(written: seen ?? described, read: seen ?? described)
    let since = try seen == nil ? nil : taken.flatMap { try statement($0)?.index }
    let source = try statement(chain.source)?.index
    for word in try ageWords(about: chain) {
      if word.field == "observed_age" {
        guard isSeen, word.original == taken else { continue }
      } else {
        if let since, word.index < since { continue }
        // What was corrected elsewhere is wrong here too, where this description took it over.
        let isTakenOver = try word.index > source ?? .max && age(of: chain.subject, in: word.original) == described
        guard word.original == chain.source || isTakenOver else { continue }
      }
      found.read = word.age
    }
    return found
  }

  /// Corrections of somebody's age that count, oldest first.
  private func ageWords(about chain: ChainState) throws -> [AgeWord] {
    let holders = chain.claimants ?? [chain.custodian]
    return try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT k.original, k.field, k.age, s.idx, s.issuer FROM age_word k
          CROSS JOIN statement s ON s.id = k.statement AND s.effective = 1
          WHERE k.subject = ? AND NOT EXISTS (SELECT 1 FROM doubt d WHERE d.statement = k.statement) ORDER BY s.idx
          """), arguments: [blob(chain.subject.bytes)]
    ).map(AgeWord.init).filter { word in
      let signer = try summary(word.original)?.issuer
      return (holders + [signer].compactMap(\.self)).contains { chain.successions.areOne($0, word.issuer) }
    }
  }

  /// The chains of people whose age was corrected, of whom an authority is the custodian.
  func chainsWithCorrectedAge(of custodian: AuthorityName) throws -> [ChainState] {
    try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT c.* FROM (SELECT DISTINCT subject FROM age_word) k CROSS JOIN chain c ON c.subject = k.subject
          WHERE c.custodian = ? AND c.kind <> 'property-handover' AND c.phase <> 'ended'
          """), arguments: [custodian.description]
    ).map(ChainState.init)
  }

  /// The age flag that a line of a statement says of somebody.
  func age(of subject: SubjectReference, in statement: StatementID) throws -> String? {
    try String.fetchOne(
      db.cachedStatement(sql: "SELECT age FROM statement_line WHERE statement = ? AND subject = ?"),
      arguments: [blob(statement.bytes), blob(subject.bytes)])
  }
}
