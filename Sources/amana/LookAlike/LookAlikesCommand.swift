import ArgumentParser
import ControlAPI
import Foundation

/// Points out who could be the same person under two references.
struct LookAlikesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "look-alikes",
    abstract: "Point out people of one statement who could be those of others: by name, its spelling, birth dates.",
    discussion: """
      Compared are names in Arabic and Latin script by their sound, and birth dates, where uncertain ones may differ by two \
      years. Nothing is joined: what you find out goes on record with `amana same-as` or `amana not-same-as`. There is no \
      search by name: name the statements or the operation, and every read of their lines is noted. Exit code 3 when lines \
      have not arrived, so that nobody of them was compared.
      """)
  @Argument(help: "The statement: the beginning of its id or its record's id.") var statement: String
  @Argument(help: "Other statements with people.") var others: [String] = []
  @Option(name: .long, help: "Instead: every statement of this operation that describes people, a UUID.")
  var `case`: String?
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.look-alikes of docs/json.md.") var json = false
  @OptionGroup var connection: Connection

  /// Events that describe people; others only name them again.
  private static let describing: Set = ["intake", "release", "redirect", "offer"]

  func validate() throws {
    guard others.isEmpty != (self.case == nil) else {
      throw usage(.usageEither, "STATEMENT …", "--case UUID")
    }
    if let id = self.case, UUID(uuidString: id) == nil { throw usage(.usageForm, "--case", "UUID") }
  }

  func run() async throws {
    let session = connection.session
    let first = try await session.statement(statement, events: bearingLines)
    var (read, absent): (Set<String>, [String]) = ([first.statement], [])
    var search = LookAlikeSearch(try await lines(of: first, session, &absent), of: first.statement)
    for other in try await compared(session) where read.insert(other.statement).inserted && !Screen.isClosed {
      search.compare(try await lines(of: other, session, &absent), of: other.statement)
    }
    if json {
      try printJSON(.lookAlikes, Found(search, absent: absent))
    } else {
      show(search, absent, session.language)
    }
    if !absent.isEmpty { throw ExitCode(Exit.cannotTell) }
  }

  private struct Found: Encodable {
    let lookAlikes: [LookAlikeSearch.Pair]
    let onRecord: Int
    let unnamed: Int
    let absent: [String]

    init(_ search: LookAlikeSearch, absent: [String]) {
      (lookAlikes, onRecord, unnamed) = (search.pairs, search.onRecord, search.unnamed)
      self.absent = absent
    }

    enum CodingKeys: String, CodingKey {
      case unnamed, absent
      case lookAlikes = "look_alikes"
      case onRecord = "on_record"
    }
  }

  private func compared(_ session: Session) async throws -> [StatementView] {
    if let id = self.case {
      return try await session.all("/v1/statements", ["case=\(id.lowercased())"], as: StatementView.self) {
        Self.describing.contains($0.event) && ($0.lines > 0 || $0.incomplete != nil)
      }
    }
    var found: [StatementView] = []
    for other in others { found.append(try await session.statement(other, events: bearingLines)) }
    return found
  }

  /// - Parameter absent: takes the statement down where its lines have not arrived: nobody of them can be compared.
  private func lines(of statement: StatementView, _ session: Session, _ absent: inout [String]) async throws
    -> [LineView]
  {
    let found = try await session.get("/v1/statements/\(statement.statement)/lines", as: [LineView].self)
    if found.isEmpty { absent.append(statement.statement) }
    return found
  }

  private func show(_ search: LookAlikeSearch, _ absent: [String], _ language: Language) {
    for statement in absent { print(say(.alikeAbsent, in: language, String(statement.prefix(16)))) }
    if search.pairs.isEmpty { print(say(.alikeNone, in: language)) }
    for pair in search.pairs {
      print(describe(pair.person, language))
      print(describe(pair.other, language))
      let because = pair.because.map { say(Self.texts[$0] ?? .alikeName, in: language) }
      print("  " + say(.alikeBecause, in: language, because.joined(separator: separator(in: language))))
      print("  \(pair.sameAs)")
      print("  \(pair.notSameAs)")
    }
    if search.onRecord > 0 { print(say(.alikeOnRecord, in: language, String(search.onRecord))) }
    if search.unnamed > 0 { print(say(.alikeUnnamed, in: language, String(search.unnamed))) }
    if !search.pairs.isEmpty { print(say(.alikeNext, in: language)) }
  }

  private func describe(_ person: LookAlikeSearch.Person, _ language: Language) -> String {
    let names = [person.name, person.nameArabic].compactMap(\.self).joined(separator: " / ")
    return say(
      .alikePerson, in: language, person.reference ?? String(person.subject.prefix(8)), String(person.line),
      String(person.statement.prefix(16)), names, person.born ?? "-")
  }

  private static let texts: [LookAlikeSearch.Reason: Text] = [
    .name: .alikeName, .nameVariant: .alikeVariant, .transliteration: .alikeTransliteration, .birthDates: .alikeBorn,
    .nearBirthDates: .alikeBornNear,
  ]
}
