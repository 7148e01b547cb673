import COSE
import ControlAPI
import Custody
import ReceiptStore
import Roster

/// What becomes of content that somebody says to have erased.
extension Registrar {
  /// A statement of ours destroys what it names, in the transaction that registers it; a partner's is only noted.
  func erase(_ verified: VerifiedStatement) throws {
    let about = verified.event.references.filter { $0.relation == .about }.map(\.statement)
    try transaction.note(erasure: verified.id, by: verified.issuer.name, of: about)
    guard verified.issuer.name == office.authority.name else { return }
    for id in about where try transaction.reader.statement(id) != nil {
      try transaction.erase(id, by: verified.id, at: now)
    }
  }
}

extension Registrar {
  /// A hold of ours keeps what it cites; what supersedes it lifts it.
  func hold(_ verified: VerifiedStatement) throws {
    guard verified.issuer.name == office.authority.name else { return }
    let event = verified.event
    let held = event.references.filter { $0.relation == .held }.map(\.statement)
    if let lifted = event.supersedes {
      try transaction.lift(hold: lifted, by: verified.id)
    } else if event.reason != nil {
      try transaction.keep(hold: verified.id, on: held)
    }
  }
}

extension Drafting {
  /// A legal hold on what stands beside statements, or, where the statement named is one, its end.
  func hold(_ request: DraftRequest, _ event: inout Event) throws {
    guard event.reason != nil else { throw badRequest("reason", "must say by a code of list reason why") }
    let named = try named(request, atMost: 256)
    for text in named {
      guard let id = StatementID(hex: text), let stored = try reader.statement(id) else {
        throw badRequest("statements", "\"\(text)\" is no statement that is here, by its full id")
      }
      if event.references.isEmpty { event.recordID = stored.summary.recordID }
      guard try !reader.isHold(id) else {
        guard named.count == 1 else { throw badRequest("statements", "lift one hold at a time") }
        event.supersedes = id
        event.references = try SignedStatement(decoding: stored.bytes).event.references
        return
      }
      try reader.refuseErased(id)
      event.references.append(Reference(.held, id))
    }
  }

  /// What stands beside these statements is to be erased here. Everybody else who has it is told.
  func erase(_ request: DraftRequest, _ event: inout Event) throws {
    let named = try named(request, atMost: 256)
    var holders: Set<AuthorityName> = []
    for text in named {
      guard let id = StatementID(hex: text), let stored = try reader.statement(id) else {
        throw badRequest("statements", "\"\(text)\" is no statement that is here, by its full id")
      }
      if let done = try reader.erasure(of: id) { throw Problem.erased(id, done) }
      if event.references.isEmpty {
        (event.recordID, event.caseID) = (stored.summary.recordID, event.caseID ?? stored.summary.caseID)
      }
      let signed = try SignedStatement(decoding: stored.bytes)
      guard !signed.event.sealed.isEmpty || !signed.event.annexes.isEmpty else {
        throw badRequest("statements", "nothing stands beside \(id) that could be erased")
      }
      event.references.append(Reference(.about, id))
      holders.formUnion(signed.event.readers + [stored.summary.issuer])
    }
    event.parties = holders.subtracting([office.authority.name]).sorted()
  }
}

extension Problem {
  /// Whoever asks for what was erased is told so, and not that it is missing.
  static func erased(_ id: StatementID, _ erasure: Erasure) -> Problem {
    Problem(
      status: 410, code: "erased", title: "Its content was erased",
      detail: erasure.isExpiry(of: id)
        ? "\(id): its retention was over at \(OffsetTime(unix: erasure.at).text)"
        : "\(id): erased by \(erasure.by) at \(OffsetTime(unix: erasure.at).text)",
      next: "the statement and its commitments stay; `amana show` says who else had it")
  }
}

extension StoreReader {
  /// - Throws: `Problem` where the content of a statement was erased here.
  func refuseErased(_ id: StatementID) throws {
    if let done = try erasure(of: id) { throw Problem.erased(id, done) }
  }
}
