import COSE
import Custody
import Roster

/// The steps and signatures of one line as the projection keeps them: CBOR of the store's own, derived from the
/// statements and never signed or exchanged.
enum ChainHistory {
  static func encoded(_ chain: ChainState) -> [UInt8] {
    let followers = chain.successions.pairs.map { pair in
      CBOR.array([.text(pair.predecessor.description), .text(pair.successor.description)])
    }
    let restored = chain.restored.map { log in
      CBOR.array([.text(log.authority.description)] + ([log.after] + log.signed).map { .bytes($0.bytes) })
    }
    return CBOR.array(
      [.array(chain.steps.map(item)), .array(chain.resolutions.map(item))]
        + (followers.isEmpty && restored == nil ? [] : [.array(followers)]) + [restored].compactMap(\.self)
    ).encoded()
  }

  /// Words that are no answer's.
  private static let endings: [Step.Effect: String] = [.end: "end", .suspend: "suspend", .resume: "resume"]

  private static func item(_ step: Step) -> CBOR {
    // A doubted step has its line negated and less one, so that the others keep their bytes.
    let line = step.isDoubted ? ~Int64(step.line) : Int64(step.line)
    // A late entry has what it builds on in an array, for the same reason.
    let previous: CBOR = step.previous.map { .bytes($0.bytes) } ?? .null
    let start: [CBOR] = [
      .bytes(step.id.bytes), step.isLateEntry ? .array([previous]) : previous, .text(step.issuer.description),
      .int(line), .int(step.earliest),
    ]
    switch step.effect {
    case .intake: return .array(start)
    case .answer(let code): return .array(start + [.text(code.rawValue)])
    case .end, .suspend, .resume: return .array(start + [.text(endings[step.effect] ?? "")])
    case .release(let to, let acceptBy):
      return .array(start + [.text(to.description), acceptBy.map(CBOR.int) ?? .null])
    }
  }

  private static func item(_ resolution: Resolution) -> CBOR {
    // A doubted signature has its round negated and less one, as a doubted step its line.
    .array([
      .bytes(resolution.id.bytes), .text(resolution.issuer.description),
      resolution.isDoubted ? .negative(resolution.round) : .unsigned(resolution.round),
      .array(resolution.heads.map { .bytes($0.bytes) }), .text(resolution.custodian.description),
    ])
  }

  /// - Throws: `StoreError.damaged` when it is not what `encoded` wrote.
  static func decode(_ bytes: [UInt8]) throws -> (
    steps: [Step], resolutions: [Resolution], successions: Successions, restored: RestoredLog?
  ) {
    guard let parts = try? CBOR.decode(bytes[...]).array, (2...4).contains(parts.count), let first = parts[0].array,
      let second = parts[1].array
    else { throw StoreError.damaged("a chain's history") }
    let third = parts.count > 2 ? parts[2].array ?? [] : []
    return (
      try first.map(step), try second.map(resolution), Successions(pairs: try third.map(pair)),
      parts.count > 3 ? try restored(parts[3]) : nil
    )
  }

  private static func restored(_ item: CBOR) throws -> RestoredLog {
    guard let fields = item.array, fields.count >= 2, let name = authority(fields[0]), let after = statement(fields[1])
    else { throw StoreError.damaged("the restored log of a chain") }
    let signed = fields.dropFirst(2).compactMap(statement)
    guard signed.count == fields.count - 2 else { throw StoreError.damaged("the restored log of a chain") }
    return RestoredLog(authority: name, after: after, signed: signed)
  }

  private static func pair(_ item: CBOR) throws -> (predecessor: AuthorityName, successor: AuthorityName) {
    guard let names = item.array, names.count == 2, let predecessor = authority(names[0]),
      let successor = authority(names[1])
    else { throw StoreError.damaged("a succession of a chain") }
    return (predecessor, successor)
  }

  private static func step(_ item: CBOR) throws -> Step {
    guard let fields = item.array, (5...7).contains(fields.count), let id = statement(fields[0]),
      let issuer = authority(fields[2]), let line = fields[3].int.flatMap({ Int(exactly: $0) }),
      let earliest = fields[4].int, let effect = effect(fields.dropFirst(5))
    else { throw StoreError.damaged("a step of a chain") }
    let paper = fields[1].array
    guard paper.map({ $0.count == 1 }) ?? true else { throw StoreError.damaged("a step of a chain") }
    return Step(
      id: id, previous: statement(paper?[0] ?? fields[1]), effect: effect, issuer: issuer,
      line: line < 0 ? ~line : line, earliest: earliest, isDoubted: line < 0, isLateEntry: paper != nil)
  }

  private static func effect(_ fields: ArraySlice<CBOR>) -> Step.Effect? {
    guard let first = fields.first else { return .intake }
    if fields.count == 1 {
      return first.text.flatMap(AnswerCode.init).map { .answer($0) }
        ?? endings.first { $0.value == first.text }?.key
    }
    return authority(first).map { .release(to: $0, acceptBy: fields.last?.int) }
  }

  private static func resolution(_ item: CBOR) throws -> Resolution {
    guard let fields = item.array, fields.count == 5, let id = statement(fields[0]), let issuer = authority(fields[1]),
      let round = fields[2].uint ?? fields[2].negated, let heads = fields[3].array, let custodian = authority(fields[4])
    else { throw StoreError.damaged("a signature under a settlement") }
    return Resolution(
      id: id, issuer: issuer, round: round, heads: heads.compactMap(statement), custodian: custodian,
      isDoubted: fields[2].uint == nil)
  }

  private static func statement(_ item: CBOR) -> StatementID? { item.bytes.flatMap { StatementID($0) } }
  private static func authority(_ item: CBOR) -> AuthorityName? { item.text.flatMap { AuthorityName($0) } }
}

extension CBOR {
  fileprivate var negated: UInt64? { if case .negative(let value) = self { value } else { nil } }
}
