import COSE
public import Roster

/// What stays of lines whose statement's content was erased, and what stands in the way of erasing any.
extension Manifest {
  /// Its lines without seeds and without whatever decides no custody: enough to derive every chain again, and it neither
  /// proves nor betrays what the rest said. That somebody took their consent back stays as well: nobody is moved against
  /// their will because a paper was destroyed.
  public var custodyAlone: Manifest {
    let kept = schema.fields.map { Self.ofCustody[schema.id]?.contains($0.name) ?? Self.ofEveryLine.contains($0.name) }
    let blank = [UInt8](repeating: 0, count: 32)
    return Manifest(
      schema: schema, recordID: recordID,
      leaves: leaves.map { leaf in
        let fields = leaf.fields.enumerated().map { position, value in
          let isWithdrawal = value.text == Withdrawals.reason && schema.position(of: "reason") == position
          return isWithdrawal || kept.indices.contains(position) && kept[position] ? value : .null
        }
        return ManifestLeaf(seed: blank, fields: fields)
      })
  }

  private static let ofEveryLine: Set<String> = ["subject_ref", "custody_prev"]
  private static let ofRelease = ofEveryLine.union(["release", "release_line"])

  /// Of those schemas whose lines move somebody, or say who may go on.
  private static let ofCustody: [String: Set<String>] = [
    LineSchema.outcome.id: ofRelease.union(["outcome", "incident"]),
    LineSchema.recall.id: ofRelease,
    LineSchema.dispute.id: ofEveryLine.union(["heads", "round", "custodian"]),
    LineSchema.incident.id: ofRelease.union(["incident", "child"]),
    LineSchema.liberty.id: ofRelease.union(["mark"]),
    LineSchema.onward.id: ofRelease.union(["consent", "onward_to", "conditions", "until"]),
    // Whom somebody was found to be stays known.
    LineSchema.link.id: ofEveryLine.union(["other", "basis"]),
    // What it discharges stays discharged.
    LineSchema.notice.id: ofEveryLine.union(["about", "duty", "means", "told_at"]),
  ]
}

extension Event {
  /// Whether an `observed` is a legal hold on the statements that it cites as `held`, or the end of one, and not what
  /// somebody saw.
  public var isHold: Bool { type == .observed && references.contains { $0.relation == .held } }
}

extension DutyTable {
  /// What an event makes somebody owe by its lines' content alone: once that is erased, nobody knows of whom.
  public static func ofContent(_ event: EventType) -> [DutyCode] {
    rows.filter { $0.event == event && $0.condition.isOfContent }.map(\.duty)
  }
}

/// What stands in the way of erasing the content of a statement.
public struct ErasureObstacle: Hashable, Sendable {
  public let detail: String
  /// From when on it stands there no more, since only others could remove it; nil where this authority can.
  public let until: UnixTime?

  public init(_ detail: String, until: UnixTime? = nil) {
    self.detail = detail
    self.until = until
  }

  /// For how long after its retention content waits for what only others can end, in seconds: two years of 365 days.
  public static let patience: Int64 = 63_072_000
}

/// V30: content is erased when nothing needs it.
enum ErasureChecks {
  static func obstacles(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    let event = proposal.event
    guard event.type == .erased else { return [] }
    let about = event.references.filter { $0.relation == .about }.map(\.statement)
    var found = about.isEmpty ? [Violation(.v30, "it names no statement whose content is erased")] : []
    if event.reason == nil { found.append(Violation(.v30, "it does not say by a code why")) }
    // What others erase of their own copies is theirs to answer for.
    guard proposal.stage != .received else { return found }
    let isExempt = ErasureReason.exempt.contains(event.reason ?? "")
    for id in about {
      guard try view.summary(id) != nil else {
        found.append(Violation(.v30, "\(id), whose content it erases, is not here"))
        continue
      }
      let obstacles = try view.obstacles(toErasing: id, at: isExempt ? nil : proposal.now)
      found += obstacles.map { violation($0, id, at: proposal.now) }
    }
    return found
  }

  /// What others have not ended in all that time is flagged, for both officers to read, and refuses no more.
  private static func violation(_ obstacle: ErasureObstacle, _ id: StatementID, at now: UnixTime) -> Violation {
    let detail = "\(id): \(obstacle.detail)"
    guard let until = obstacle.until else { return Violation(.v30, detail) }
    let day = OffsetTime(unix: until).text.prefix(10)
    return until > now
      ? Violation(.v30, "\(detail); from \(day) on that does not stand in the way any more")
      : Violation(.v30, "\(detail); erased all the same, since that has not stood in the way since \(day)").asWarning
  }
}

/// Reasons of list erasure-reason that do not wait for the end of retention.
enum ErasureReason { static let exempt: Set<String> = ["court-order", "mistake"] }
