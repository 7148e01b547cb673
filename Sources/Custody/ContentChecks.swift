import COSE
import Roster

/// V26, V27 and V29: what must be said of whom moves, as far as the lines show it. None of them refuses a fact.
enum ContentChecks {
  static func deprivationStated(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    if proposal.event.type == .lodged { return RoadChecks.liberty(proposal) }
    if proposal.event.type == .outcome { return try deprivedAtArrival(proposal, view) }
    guard proposal.isDeprived else { return [] }
    return proposal.judged(.deprivation) { line in
      let missing = deprivationBlock.filter { !isStated(line[$0.field], $0.parts) }.map(\.field)
      return missing.isEmpty
        ? nil
        : "its Article 17(3) block lacks \(missing.joined(separator: ", ")): "
          + "fill it in, or write unknown with the reason"
    }
  }

  /// Whom their releaser held to be free, and who are not where they have come to.
  private static func deprivedAtArrival(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    let event = proposal.event
    guard event.libertyStatus != .atLiberty, event.basis == nil,
      event.kind?.row.rules.contains(.deprivation) == true, proposal.answers.contains(where: { $0.code == .accepted }),
      let release = event.reference(.release), try view.event(of: release)?.libertyStatus == .atLiberty
    else { return [] }
    return [Violation(.v26, "they were free when they were released, and are not where they arrived: name the basis")]
  }

  /// The block, but for who it is, which stands in the identity annex, and what the envelope says.
  private static let deprivationBlock: [(field: String, parts: [CBOR])] = [
    ("deprivation", ["on", "place", "by"]), ("ordered_by", []), ("grounds", []), ("supervising_authority", []),
    ("admission", []), ("health", []),
  ]

  /// Whether something is said, or that it is unknown and why.
  private static func isStated(_ value: CBOR?, _ parts: [CBOR]) -> Bool {
    guard let map = value?.map, !map.isEmpty else { return false }
    if let reason = map["unknown"] { return reason.text?.isEmpty == false }
    return parts.allSatisfy { isStated(map[$0], []) }
  }

  static func childrenProtected(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    if proposal.event.type == .outcome { return try observedChildren(proposal, view) }
    guard proposal.isJudgedForContent else { return [] }
    let isRelease = proposal.event.type.isRelease
    let fields = proposal.judged(.children) { line in
      guard line.isChild else { return nil }
      if line["unaccompanied"]?.bool != true, line["family_links"]?.array?.isEmpty != false {
        return "a child goes with somebody or alone: name the family, or say unaccompanied"
      }
      let place = line[isRelease ? "release_or_transfer" : "admission"]?.map
      if place?["regime"]?.text == RuleCodes.adultsOnly { return "a child must not go to a place for adults only" }
      guard isRelease else { return nil }
      if line.has("child_views"), line["child_views"] == .null { return "the child's views are missing" }
      if line.has("best_interests"), line["best_interests"] == .null {
        return "its best-interests reference is missing"
      }
      return nil
    }
    return fields + childProtectionApproval(proposal)
  }

  /// Whom their receiver saw to be a child, and whose release sent them to a place for adults only.
  private static func observedChildren(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    guard proposal.event.kind?.row.rules.contains(.children) == true,
      let seen = proposal.content.manifest?.observedAges.filter({ $0.value != .adult }), !seen.isEmpty,
      let released = try proposal.event.reference(.release).flatMap({ try view.manifest(of: $0) })
    else { return [] }
    return proposal.answers.compactMap { answer in
      guard answer.code == .accepted, let age = seen[answer.answered.subject],
        ContentLine(of: answer.answered, in: released)?["release_or_transfer"]?.map?["regime"]?.text
          == RuleCodes.adultsOnly
      else { return nil }
      return Violation(
        .v27, line: answer.index,
        "was taken for \(age.rawValue) at arrival, at a place for adults only: a child must not stay there")
    }
  }

  /// Who protects children must approve their release. Before anybody has approved there is nothing to say, and where
  /// the roster lists no such officer of ours the receiver says so.
  private static func childProtectionApproval(_ proposal: Proposal) -> [Violation] {
    guard proposal.stage != .draft, !proposal.approvals.contains(where: { $0.role == .childProtection }),
      proposal.releasesChildren, proposal.stage == .received || proposal.hasChildProtection
    else { return [] }
    return [Violation(.v27, "children are released without the approval of a child-protection officer")]
  }

  static func consented(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    if proposal.event.type == .outcome { return try WithdrawalChecks.accepted(proposal, view) }
    if proposal.event.type == .departed { return try WithdrawalChecks.departed(proposal, view) }
    guard proposal.event.type.isRelease, let row = proposal.event.kind?.row else { return [] }
    var withdrawals = Withdrawals(before: proposal, view)
    return try [ContentRule.consent, .basis].flatMap { rule in
      try proposal.judged(rule) { line in
        guard line.asksConsent(row) else { return nil }
        return try consentProblem(line) ?? WithdrawalChecks.problem(line, &withdrawals)
      }
    }
  }

  private static func consentProblem(_ line: ContentLine) -> String? {
    switch line["consent"]?.map?["status"]?.text {
    case RuleCodes.given: nil
    case let status?: "consent was \(status): who does not want to go stays"
    case nil: "the consent of an adult is missing"
    }
  }
}

extension Proposal {
  fileprivate var releasesChildren: Bool {
    event.type.isRelease && linesOfContent(.children).contains(where: \.isChild)
  }

  /// Whether the roster lists somebody of the issuer who protects children.
  fileprivate var hasChildProtection: Bool {
    let role = ApprovalRole.childProtection.rawValue
    return issuer.officers.contains { $0.status == .active && $0.roles.contains(role) }
  }

  /// Whether somebody who protects children must approve a release beside the officers. Of fewer than ten people always:
  /// approvals stand in the envelope, where one more would say that a child is among them, and of one person who it is.
  public var awaitsChildProtection: Bool {
    guard event.type.isRelease, hasChildProtection else { return false }
    let people = linesOfContent(.children).count
    return releasesChildren || people > 0 && people < Counts.smallest
  }
}
