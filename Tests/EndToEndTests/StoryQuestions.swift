import ControlAPI
import Foundation

extension Story {
  /// A duty officer's questions, with every field of their answers: of somebody overdue, contested, in hospital, and last
  /// of a statement whose signature was changed in the store.
  static func questions(_ world: World) async throws -> [Answer] {
    let (syr, irq) = (world.syr, world.irq)
    var taken = syr.intake(2, hours: 300)
    taken.caseID = "0194f0a0-0000-7000-8000-000000000001"
    let intake = try await syr.sign(taken).signedID
    var leaving = syr.request("release", intake, to: irq.name, hours: 8)
    (leaving.caseID, leaving.acceptBy) = (taken.caseID, ago(hours: 1))
    let release = try await syr.sign(leaving).signedID
    let waiting = try await syr.lines(release)[0].subject
    // What was released twice, and who is in hospital on that road.
    let first = try await irq.get("/v1/statements?event=release", as: [StatementView].self)[0].statement
    let lines = try await irq.lines(first) + syr.lines(first)
    let subjects = [
      lines.first { $0.claimants != nil }?.subject, lines.first { $0.incident != nil }?.subject,
      lines.first { $0.answer == "accepted" }?.subject,
    ].compactMap(\.self)
    var asked: [(TestAuthority, [String])] = [
      (syr, ["transit"]), (irq, ["transit"]), (syr, ["unresolved", release]), (irq, ["unresolved", first]),
      (syr, ["unresolved", first]),
      (syr, ["held"]), (irq, ["held"]), (syr, ["changes"]), (irq, ["changes"]),
    ]
    for (side, subject) in [(syr, waiting)] + subjects.flatMap({ [(syr, $0), (irq, $0)] }) {
      asked += [(side, ["who", "--subject", subject]), (side, ["chain", "--subject", subject])]
    }
    // All of many accepted: a number is shown.
    var many = syr.intake(12)
    many.caseID = "0194f0a0-0000-7000-8000-000000000002"
    var convoy = syr.request("release", try await syr.sign(many).statement, to: irq.name, hours: 8)
    convoy.caseID = many.caseID
    _ = try await syr.sign(convoy)
    asked.append((syr, ["tally", many.caseID ?? ""]))
    var printed = try asked.map { side, arguments in try side.start(["ask"] + arguments + ["--json"]).finished() }
    try Database(syr.store, world.logs).tamper(lastByteOfIntake(intake))
    for question in ["who", "chain"] {
      printed.append(try syr.amana("ask", question, "--subject", waiting, "--json"))
    }
    return printed
  }

  /// The last byte of what is stored belongs to the signature.
  static func lastByteOfIntake(_ id: String) -> String {
    """
    UPDATE statement SET bytes = CAST(substr(bytes, 1, length(bytes) - 1)
    || CASE substr(bytes, -1) WHEN x'00' THEN x'01' ELSE x'00' END AS BLOB) WHERE id = x'\(id)'
    """
  }
}
