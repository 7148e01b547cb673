import ControlAPI
import Foundation
import Testing

/// The steps of a convoy as officers do them at their desks, with the command alone.
struct CommandConvoy {
  let world: World

  init(_ world: World) { self.world = world }

  /// Intake, offer, agreement and release, carried as files. Returns the release's id.
  func release() async throws -> String {
    let (syr, irq) = (world.syr, world.irq)
    let people = "\(world.folder)/people.csv"
    try Persons.csv().write(toFile: people, atomically: true, encoding: .utf8)
    try sign(syr, "intake", people, "--site", syr.site, "--pcode", "SY080006", "--occurred-at", ago(hours: 6))
    let intake = try await syr.newest("intake").statement
    try sign(syr, "offer", intake, "--to", irq.name, "--officers", "2", "--occurred-at", ago(hours: 5))
    try await bring(from: syr, to: irq)
    let offer = try await irq.newest("offer").statement
    let agreed = try irq.amana("agree", offer, "--occurred-at", ago(hours: 4.5))
    #expect(agreed.code == 0, "\(agreed)")
    try await bring(from: irq, to: syr)
    try sign(
      syr, "release", String(offer.prefix(16)), "--to", irq.name, "--occurred-at", ago(hours: 4), "--accept-by",
      ago(hours: -24))
    try await bring(from: syr, to: irq)
    return try await syr.newest("release").statement
  }

  /// All accepted but two; one is missing, the other comes with a second bus.
  func answer(_ release: String, late: String, gone: String) async throws {
    let irq = world.irq
    try sign(
      irq, "accept", release, "--all", "--except", "\(late),\(gone)", "--site", irq.site, "--occurred-at",
      ago(hours: 2))
    try sign(irq, "missing", release, "--lines", gone, "--occurred-at", ago(hours: 2))
    try sign(irq, "accept", release, "--lines", late, "--site", irq.site, "--occurred-at", ago(hours: 1))
  }

  /// What a border asks of those of a statement, said anew in a file, without anybody's consent to their going on.
  func border(_ side: TestAuthority, _ statement: String, only reference: String? = nil) async throws -> String {
    let file = "\(world.folder)/border-\(UUID().uuidString).csv"
    let persons = try await side.lines(statement).compactMap(\.reference).filter { reference ?? $0 == $0 }
    try Persons.csv(
      persons.map(Persons.crossing), columns: ["reference", "assessment", "assessed_by", "assurances"]
    ).write(toFile: file, atomically: true, encoding: .utf8)
    return file
  }

  func bring(from: TestAuthority, to: TestAuthority) async throws {
    let file = "\(world.folder)/\(UUID().uuidString).amana"
    let exported = try from.amana("bundle", "export", file, "--to", to.name)
    #expect(exported.code == 0, "\(exported)")
    let imported = try to.amana("bundle", "import", file)
    #expect(imported.code == 0, "\(imported)")
  }

  /// Drafts and lets both officers approve with their own key.
  func sign(_ side: TestAuthority, _ arguments: String...) throws {
    let drafted = try side.start(arguments).finished()
    guard drafted.code == 0, let found = drafted.output.firstMatch(of: #/amana approve ([0-9a-f-]+) /#) else {
      throw Stopped("\(arguments) made no draft: \(drafted)")
    }
    for officer in 1...2 {
      let approved = try side.amana("approve", String(found.1), "--key", side.officer(officer))
      #expect(approved.code == 0, "\(approved)")
    }
  }
}
