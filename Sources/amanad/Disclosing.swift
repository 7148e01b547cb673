import ControlAPI
import Custody
import ReceiptStore
import Roster

/// Makes files that prove chosen fields of one line to somebody who must not learn the rest.
struct Disclosing: Sendable {
  let office: Office
  let store: ReceiptStore

  /// - Throws: `Problem` when there is no such line or field, or when its lines are not here.
  func disclosure(of id: StatementID, _ request: DisclosureRequest) async throws -> [UInt8] {
    guard let subject = SubjectReference(hex: request.subject) else {
      throw badRequest("subject", "must be the line's subject_ref, 32 hexadecimal digits")
    }
    let (statement, manifest) = try await store.read { reader in
      let stored = try Questions.stored(id, reader)
      guard try SignedStatement(decoding: stored.bytes).event.manifestRoot != nil else { throw Self.noLines(id) }
      guard let manifest = try reader.content(owner: id.bytes).manifest else { throw Self.notHere(id) }
      return (try SignedStatement(decoding: reader.transparent(stored, own: office.authority)), manifest)
    }
    guard manifest.leaves.indices.contains(request.line), manifest.leaves[request.line].subject == subject else {
      throw badRequest("line", "is not the line of that subject_ref")
    }
    let roster = request.roster == true ? office.roster.bytes : nil
    do throws(DisclosureRefusal) {
      return try Disclosure(
        of: manifest, line: request.line, fields: request.fields, statement: statement, roster: roster
      ).encoded()
    } catch { throw Self.problem(error, manifest.schema, id) }
  }

  private static func problem(_ refusal: DisclosureRefusal, _ schema: LineSchema, _ id: StatementID) -> Problem {
    switch refusal {
    case .unknownField:
      return badRequest(
        "fields", "one is no field of \(schema.id), which has \(schema.fields.map(\.name).joined(separator: ", "))")
    case .fieldTwice(let position): return badRequest("fields", "\(schema.fields[position].name) stands twice")
    default:
      return Problem(
        status: 409, code: "not-provable", title: "Its lines do not prove anything",
        detail: "\(id): \(refusal.description)",
        next: "see its flags with `amana show`; ask its sender for its lines again")
    }
  }

  private static func noLines(_ id: StatementID) -> Problem {
    Problem(
      status: 409, code: "no-lines", title: "It has no lines", detail: "\(id) bears no manifest",
      next: "name the intake, release or outcome whose line it is; `amana show` lists them")
  }

  private static func notHere(_ id: StatementID) -> Problem {
    Problem(
      status: 409, code: "content-missing", title: "Its content has not arrived",
      detail: "the lines of \(id) are not here: on their way, sealed to others, or erased",
      next: "see what is missing with `amana inbox`, or ask who holds them")
  }
}

extension Routes {
  func disclose(_ call: Call) async throws -> Reply {
    let request = try decode(DisclosureRequest.self, call.body)
    let id = try await questions.statementID(call.id)
    let file = try await Disclosing(office: office, store: store).disclosure(of: id, request)
    try await readLog.note([id], by: call.caller, call.operation)
    return .bytes(file, call.operation)
  }
}
