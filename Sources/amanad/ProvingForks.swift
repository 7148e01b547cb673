import ControlAPI
import Custody
import ReceiptStore
import Roster
import TransparencyLog

/// Makes a file of what is kept here of a log that said two things of which one only can be true. It holds envelopes,
/// digests and a slot, and no line: whoever may read neither persons nor what is sealed may have it.
struct ProvingForks: Sendable {
  let office: Office
  let store: ReceiptStore

  /// How much is looked at of one log.
  private static let (notes, positions, statements) = (4096, 100_000, 256)

  /// - Parameter text: an authority's name, or a log's origin.
  /// - Throws: `Problem` where nobody is meant, and where nothing here convicts them.
  func proof(of text: String) async throws -> [UInt8] {
    let office = office
    let authority =
      AuthorityName(text).flatMap { office.roster.authority($0) }
      ?? office.roster.body.authorities.first { $0.owns(origin: text) }
    guard let authority else {
      throw Problem(
        status: 404, code: "not-found", title: "Nobody is called that", detail: "\(text) is no authority and no log",
        next: "check the name with `amana roster show`")
    }
    let named = authority.owns(origin: text) ? text : nil
    let verifier = ForkVerifier(office.verifier, now: currentTime())
    let result = try await store.read { reader in
      ForkSearch.find(
        in: try Self.material(of: authority, named, reader, office), by: verifier, roster: office.roster.bytes)
    }
    let meant = result.proofs.first { proof in
      guard let convicted = try? verifier.verify(proof) else { return false }
      return convicted.authority.name == authority.name && named.map { sameBytes($0, convicted.origin) } ?? true
    }
    guard let meant else { throw Self.nothing(authority, result.refusals) }
    return meant.encoded()
  }

  private static func nothing(_ authority: Authority, _ refusals: [ForkRefusal]) -> Problem {
    let why = refusals.first.map { ": \($0)" } ?? ""
    return Problem(
      status: 404, code: "not-found", title: "Nothing here convicts it",
      detail: "nothing that is kept of the log of \(authority.name) contradicts itself\(why)",
      next: "take in what others were shown (`amana bundle import`), or give both sides' files to `amana prove-fork`; "
        + "`amana status` says what is in doubt")
  }

  private static func material(
    of authority: Authority, _ named: String?, _ reader: StoreReader, _ office: Office
  ) throws -> ForkMaterial {
    var material = ForkMaterial()
    for origin in try reader.originsOfCheckpoints() where authority.owns(origin: origin) {
      guard named.map({ sameBytes($0, origin) }) ?? true else { continue }
      let kept = try reader.doubtfulCheckpoints(origin: origin, limit: notes)
      material.notes += kept
      guard kept.count > 1 else { continue }
      for known in try reader.positions(byReceiptsOf: origin, limit: positions) {
        guard let receipt = try? Receipt(decoding: known.receipt) else { continue }
        material.proofs.append(Bundle.Proof(entry: known.entry, proof: receipt.proof))
      }
    }
    let ids = try reader.openings(of: authority.name, limit: statements)
    for id in try ids + reader.releasesTwice(of: authority.name, limit: statements) {
      guard let stored = try reader.statement(id) else { continue }
      let signed = try SignedStatement(decoding: reader.transparent(stored, own: office.authority))
      material.statements.append(signed)
      if signed.event.type.isRelease { material.slots[id] = try reader.content(owner: id.bytes).slots }
    }
    return material
  }
}

extension Routes {
  func proveFork(_ call: Call) async throws -> Reply {
    guard let of = call.query.text("of") else {
      throw Query.invalid("of", "must name an authority, MEMBER/authority, or a log's origin")
    }
    return .bytes(try await ProvingForks(office: office, store: store).proof(of: of), call.operation)
  }
}
