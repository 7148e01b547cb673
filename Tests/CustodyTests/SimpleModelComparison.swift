import Custody
import Roster

/// Where the code and the model part.
struct Disagreement: Error, CustomStringConvertible {
  let description: String
}

extension ByteIdentifier {
  var short: String { String(description.prefix(6)) }
}

extension ModelledLog {
  /// The same custodian, phase, head and contest.
  func compare(_ subject: SubjectReference, _ order: [String: Int]) throws {
    let (chain, model) = (office.ledger.chain(subject), model(subject, order))
    let (code, plain) = (chain.map(ModelledLog.describe) ?? "unknown", model.map(ModelledLog.describe) ?? "unknown")
    guard code == plain else {
      throw Disagreement(description: "\(name) about \(subject.short): the model says \(plain), the code \(code)")
    }
  }

  private static func describe(_ chain: ChainState) -> String {
    if let contest = chain.contest {
      return contested(contest.parties.map(\.description), contest.heads.map(\.description), Int(contest.round))
    }
    let to = chain.openRelease.map { " to \($0.to)" } ?? ""
    return "\(chain.custodian) \(chain.phaseName)\(to) after \(chain.head.short)"
  }

  private static func contested(_ parties: [String], _ heads: [String], _ round: Int) -> String {
    "contested \(parties.joined(separator: " ")) over \(heads.map { "\($0.prefix(6))" }.joined(separator: " ")) "
      + "in round \(round)"
  }

  private static func describe(_ model: SimpleModel) -> String {
    let after = " after \(model.head.prefix(6))"
    return switch model.phase {
    case .held: "\(model.custodian) held\(after)"
    case .missing: "\(model.custodian) missing\(after)"
    case .suspended: "\(model.custodian) suspended\(after)"
    case .ended: "\(model.custodian) ended\(after)"
    case .released(let to): "\(model.custodian) released to \(to)\(after)"
    case .contested(let parties, let heads, let round): contested(parties, heads, round)
    }
  }
}
