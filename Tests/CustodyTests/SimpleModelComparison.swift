import Custody
import Roster

/// Where the code and the model part.
struct Disagreement: Error, CustomStringConvertible {
  let description: String
}

extension ModelledLog {
  func compareAll(_ world: ModelledWorld) throws {
    for subject in words.keys { try compare(subject, world.order) }
  }

  /// The same custodian, phase, head and contest.
  func compare(_ subject: SubjectReference, _ order: [UInt64: Int64]) throws {
    let (chain, model) = (ledger.chain(subject), model(subject, order))
    if let chain, let model, Self.isSame(chain, model) { return }
    guard chain != nil || model != nil else { return }
    let (code, plain) = (chain.map(Self.describe) ?? "unknown", model.map(Self.describe) ?? "unknown")
    throw Disagreement(description: "\(name) about \(subject.short): the model says \(plain), the code \(code)")
  }

  private static func isSame(_ chain: ChainState, _ model: SimpleModel) -> Bool {
    switch (chain.phase, model.phase) {
    case (.contested(let contest), .contested(let parties, let heads, let round)):
      return contest.parties == parties && contest.round == UInt64(round) && contest.heads.map(\.number) == heads
    case (.held, .held), (.missing, .missing), (.suspended, .suspended), (.ended, .ended): break
    case (.released(let open), .released(let to)): guard open.to == to else { return false }
    default: return false
    }
    return chain.custodian == model.custodian && chain.head.number == model.head
  }

  private static func describe(_ chain: ChainState) -> String {
    if let contest = chain.contest {
      return contested(contest.parties, contest.heads.map(\.number), Int(contest.round))
    }
    let to = chain.openRelease.map { " to \($0.to)" } ?? ""
    return "\(chain.custodian) \(chain.phaseName)\(to) after \(chain.head.short)"
  }

  private static func contested(_ parties: [AuthorityName], _ heads: [UInt64], _ round: Int) -> String {
    "contested \(parties.map(\.description).joined(separator: " ")) over "
      + "\(heads.map(text).joined(separator: " ")) in round \(round)"
  }

  private static func describe(_ model: SimpleModel) -> String {
    let after = " after \(text(model.head))"
    return switch model.phase {
    case .held: "\(model.custodian) held\(after)"
    case .missing: "\(model.custodian) missing\(after)"
    case .suspended: "\(model.custodian) suspended\(after)"
    case .ended: "\(model.custodian) ended\(after)"
    case .released(let to): "\(model.custodian) released to \(to)\(after)"
    case .contested(let parties, let heads, let round): contested(parties, heads, round)
    }
  }

  /// As the first digits of the statement's identifier.
  static func text(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String((String(repeating: "0", count: 16 - digits.count) + digits).prefix(6))
  }
}

extension ModelledLog {
  /// V5: of each release, each line is open or has one answer, which its addressee gave.
  func countLines(of release: Told, _ world: ModelledWorld) throws {
    guard held.contains(release.number), !outside.contains(release.number) else { return }
    let lines = ledger.releaseLines(of: release.id)
    guard Set(lines.map(\.subject)) == Set(release.subjects), lines.count == release.lines.count else {
      throw Disagreement(description: "\(name) knows other lines of \(release.text) than it has")
    }
    for line in lines {
      let said = words[line.subject] ?? []
      let answers = said.filter { word in
        areOne(word.by, release.event.to)
          && (word.isAnswer
            ? word.after == release.id.number : word.settlement?.heads.contains(release.id.number) == true)
      }
      let given = line.answer.map { answer in answers.contains { $0.id == answer.statement.number } }
      guard given ?? !answers.contains(where: \.isAnswer) else {
        throw Disagreement(
          description: "\(name) has as the answer to \(release.text) of \(line.subject.short) "
            + "\(line.answer.map { "\($0.code) by \($0.statement.short)" } ?? "none")")
      }
    }
  }
}
