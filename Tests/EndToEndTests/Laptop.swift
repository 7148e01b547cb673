import ControlAPI
import Custody
import Foundation
import Testing

/// An officer's laptop: the command, a roster, a stick, and no daemon.
struct Laptop {
  let world: World
  let authority: TestAuthority
  /// Where its drafts and kits are.
  let stick: String

  init(_ world: World, _ authority: TestAuthority) throws {
    self.world = world
    self.authority = authority
    stick = "\(world.folder)/stick-\(authority.site.prefix(3))"
    try FileManager.default.createDirectory(atPath: stick, withIntermediateDirectories: true)
  }

  func file(_ name: String) -> String { "\(stick)/\(name)" }
  func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: file(name)))) }
  func write(_ bytes: [UInt8], to name: String) throws { try Data(bytes).write(to: URL(filePath: file(name))) }
  func decoded(_ name: String) throws -> DraftFile { try DraftFile(decoding: bytes(name)) }

  /// Drafts without a daemon. No socket is named, and the one that is looked for by itself is not there.
  @discardableResult
  func draft(
    _ arguments: [String], to name: String, kit: String? = nil, code: Int32 = 0,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Answer {
    try world.amana(
      arguments + ["--offline", file(name), "--as", authority.name, "--roster", "\(world.folder)/roster.cose"]
        + (kit.map { ["--kit", file($0)] } ?? []), code: code, sourceLocation: sourceLocation)
  }

  @discardableResult
  func intake(_ count: Int = 3, to name: String = "intake.draft", _ extra: [String] = []) throws -> Answer {
    let people = file("people.csv")
    try Persons.csv(Persons.list(count)).write(toFile: people, atomically: true, encoding: .utf8)
    return try draft(["intake", people, "--site", authority.site] + extra, to: name)
  }

  @discardableResult
  func approve(
    _ name: String, _ key: String, code: Int32 = 0, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Answer {
    try world.amana(["approve", file(name), "--key", key], code: code, sourceLocation: sourceLocation)
  }

  func approve(_ name: String) throws {
    for officer in 1...2 { try approve(name, authority.officer(officer)) }
  }

  struct Shown: Decodable { let drafts: [Draft] }
  struct Draft: Decodable {
    let approvedBy: [UInt64]
    let approvalsMissing: Int
    let mayApprove: [UInt64]
    let lines: Int

    enum CodingKeys: String, CodingKey {
      case lines
      case approvedBy = "approved_by"
      case approvalsMissing = "approvals_missing"
      case mayApprove = "may_approve"
    }
  }

  func show(_ name: String) throws -> Draft {
    let answer = try world.amana(["show", file(name), "--json"])
    return try #require(JSONDecoder().decode(Shown.self, from: Data(answer.output.utf8)).drafts.first)
  }

  struct Brought: Decodable, Equatable {
    let draftID: String
    let approvedBy: [UInt64]
    let approvalsMissing: Int
    let statement: String?
    let left: [String]

    enum CodingKeys: String, CodingKey {
      case statement, left
      case draftID = "draft_id"
      case approvedBy = "approved_by"
      case approvalsMissing = "approvals_missing"
    }
  }

  /// Brings a file to the daemon by the command.
  func bring(_ name: String, code: Int32 = 0, sourceLocation: SourceLocation = #_sourceLocation) throws -> Brought {
    let answer = try authority.amana("import", file(name), "--json")
    #expect(answer.code == code, "\(answer)", sourceLocation: sourceLocation)
    guard let brought = try? JSONDecoder().decode(Brought.self, from: Data(answer.output.utf8)) else {
      throw Stopped("not imported: \(answer)")
    }
    return brought
  }

  /// Brings bytes to the daemon as another client would, whatever they are.
  func hand(_ bytes: [UInt8]) async throws -> ControlResponse {
    try await authority.client.send(.post, "/v1/draft-files", body: bytes, contentType: DraftFile.mediaType)
  }

  /// Writes a kit where the daemon is.
  func fetchKit(_ name: String = "kit.amana") throws {
    let answer = try authority.amana("kit", file(name))
    #expect(answer.code == 0 && answer.output.contains("IN CLEAR"), "\(answer)")
  }
}
