/// What is said of a place that changes hands, beside the lines of its people: sealed to the parties (custody.md,
/// site-handover). Two sides' counts may differ, and both stay on record.
public struct SiteBlock: Hashable, Sendable, Codable {
  public static let id = "site"
  public static let mediaType = "application/vnd.amana.site+cbor"

  /// How people were counted, and what came of it.
  public struct Count: Hashable, Sendable, Codable {
    /// A code of the list `count-method`.
    public var method: String
    /// Until when people were counted, RFC 3339.
    public var cutOff: String
    /// By the register, by who leaves and by who takes over; a side that has not counted says nothing.
    public var declared: UInt64?
    public var releasing: UInt64?
    public var receiving: UInt64?

    enum CodingKeys: String, CodingKey, CaseIterable {
      case method, declared, releasing, receiving
      case cutOff = "cut_off"
    }
    public static let fields = CodingKeys.allCases.map(\.rawValue)
  }

  /// The register's entries of whom counting found absent, twice, disputed and so on.
  public struct Finding: Hashable, Sendable, Codable {
    /// A code of the list `register-status`.
    public var status: String
    public var entries: [String]

    enum CodingKeys: String, CodingKey, CaseIterable { case status, entries }
    public static let fields = CodingKeys.allCases.map(\.rawValue)
  }

  /// A book that changes hands with the place.
  public struct Register: Hashable, Sendable, Codable {
    public var kind: String
    public var name: String
    public var pages: UInt64
    /// SHA-256 of its scan, 64 hexadecimal digits.
    public var digest: String?

    enum CodingKeys: String, CodingKey, CaseIterable { case kind, name, pages, digest }
    public static let fields = CodingKeys.allCases.map(\.rawValue)
  }

  /// Whom a court expects, by the register's entry.
  public struct CourtDate: Hashable, Sendable, Codable {
    public var entry: String
    public var on: String
    public var court: String

    enum CodingKeys: String, CodingKey, CaseIterable { case entry, on, court }
    public static let fields = CodingKeys.allCases.map(\.rawValue)
  }

  /// How long something lasts.
  public struct Store: Hashable, Sendable, Codable {
    public var code: String
    public var days: UInt64

    enum CodingKeys: String, CodingKey, CaseIterable { case code, days }
    public static let fields = CodingKeys.allCases.map(\.rawValue)
  }

  /// A hazard or a duty: a code, and where or whose it is.
  public struct Remark: Hashable, Sendable, Codable {
    public var code: String
    public var note: String

    enum CodingKeys: String, CodingKey, CaseIterable { case code, note }
    public static let fields = CodingKeys.allCases.map(\.rawValue)
  }

  public var type: String
  public var sector: String?
  /// From when on the other side answers for the place, RFC 3339.
  public var effectiveAt: String
  public var count: Count
  public var reconciliation: [Finding]
  public var registers: [Register]
  public var courtDates: [CourtDate]
  public var complaintsPending: UInt64
  public var stores: [Store]
  public var hazards: [Remark]
  public var accessContinues: Bool
  /// The statement of who gives the place up, and of who takes it on, as they were read out.
  public var relinquishment: String?
  public var assumption: String?
  public var residualDuties: [Remark]

  enum CodingKeys: String, CodingKey, CaseIterable {
    case type, sector, count, reconciliation, registers, stores, hazards, relinquishment, assumption
    case effectiveAt = "effective_at"
    case courtDates = "court_dates"
    case complaintsPending = "complaints_pending"
    case accessContinues = "access_continues"
    case residualDuties = "residual_duties"
  }

  /// The names of its fields, as JSON and CBOR write them.
  public static let fields = CodingKeys.allCases.map(\.rawValue)
}

extension SiteBlock {
  /// Everything wrong with its form, by field: a time, a date or a digest that is none, a text too long or unsafe.
  public func problems() -> [(field: String, problem: String)] {
    var found: [(field: String, problem: String)] = []
    func time(_ field: String, _ text: String) {
      if OffsetTime(text) == nil { found.append((field, "\"\(text)\" is no time such as 2026-11-27T09:00:00+03:00")) }
    }
    time("effective_at", effectiveAt)
    time("count.cut_off", count.cutOff)
    for date in courtDates where !ManifestEntry.isDate(date.on) {
      found.append(("court_dates.on", "\"\(date.on)\" is no date such as 2026-12-14"))
    }
    for register in registers {
      guard let digest = register.digest, decodeHexadecimal(digest)?.count != 32 else { continue }
      found.append(("registers.digest", "\"\(digest)\" is no SHA-256 digest of 64 hexadecimal digits"))
    }
    for (field, text, limit) in texts {
      if text.isEmpty || text.utf8.count > limit { found.append((field, "must be text of 1 to \(limit) bytes")) }
      if let scalar = firstUnsafe(in: text) { found.append((field, "holds \(characterName(scalar))")) }
    }
    if counted > Manifest.maximumLeaves {
      found.append(("reconciliation", "lists more than \(Manifest.maximumLeaves)"))
    }
    return found
  }

  private var counted: Int {
    reconciliation.reduce(registers.count + courtDates.count + stores.count + hazards.count + residualDuties.count) {
      $0 + $1.entries.count
    }
  }

  private var texts: [(field: String, text: String, limit: Int)] {
    [("type", type, 64), ("count.method", count.method, 64)] + [("sector", sector)].compactMap(Self.given(256))
      + [("relinquishment", relinquishment), ("assumption", assumption)].compactMap(Self.given(8192))
      + reconciliation.flatMap { finding in
        [("reconciliation.status", finding.status, 64)]
          + finding.entries.map { ("reconciliation.entries", $0, 256) }
      } + registers.flatMap { [("registers.kind", $0.kind, 64), ("registers.name", $0.name, 256)] }
      + courtDates.flatMap { [("court_dates.entry", $0.entry, 256), ("court_dates.court", $0.court, 256)] }
      + stores.map { ("stores.code", $0.code, 64) }
      + (hazards + residualDuties).flatMap { [("code", $0.code, 64), ("note", $0.note, 1024)] }
  }

  private static func given(_ limit: Int) -> ((String, String?)) -> (field: String, text: String, limit: Int)? {
    { item in item.1.map { (field: item.0, text: $0, limit: limit) } }
  }
}

extension SiteBlock {
  /// One of each, invented: what a template shows.
  public static let example = SiteBlock(
    type: "detention-centre", sector: "B", effectiveAt: "2026-11-27T09:00:00+03:00",
    count: Count(
      method: "head-count", cutOff: "2026-11-27T06:00:00+03:00", declared: 412, releasing: 405, receiving: 404),
    reconciliation: [Finding(status: "absent", entries: ["ADM-2019/77"])],
    registers: [
      Register(kind: "admissions", name: "ADM-2019", pages: 240, digest: String(repeating: "0", count: 64))
    ], courtDates: [CourtDate(entry: "ADM-2019/12", on: "2026-12-14", court: "SYR-HSK-COURT-1")],
    complaintsPending: 3, stores: [Store(code: "food", days: 12)],
    hazards: [Remark(code: "structural", note: "roof of block B")], accessContinues: true,
    relinquishment: "…", assumption: "…",
    residualDuties: [Remark(code: "court-dates", note: "SYR/prisons")])
}
