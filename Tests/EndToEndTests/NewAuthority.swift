import ControlAPI
import Foundation
import Testing

extension World {
  /// Makes a new authority's keys, and the second version, which lists it; signed by two of three holders.
  /// - Parameters:
  ///   - introduction: what `init authority` is told of it beside its name and its site.
  ///   - change: puts what the new authority's own roster says into the one in force.
  func nextRoster(
    adding new: TestAuthority, _ introduction: [String],
    _ change: (_ all: inout [String: Any], _ alone: [String: Any]) throws -> Void
  ) throws -> (file: String, digest: String) {
    try amana(["init", "authority", new.folder, "--name", new.name, "--sites", new.site] + introduction)
    let (first, second, own) = ("\(folder)/roster.cose", "\(folder)/roster-2.cose", "\(new.folder).json")
    try amana([
      "roster", "init", own, "--coalition", "Test", "--introduction", "\(new.folder)/introduction.json",
    ])
    var all = try object(amana(["roster", "show", first, "--text"]).output)
    try change(&all, object(String(contentsOfFile: own, encoding: .utf8)))
    try JSONSerialization.data(withJSONObject: all).write(to: URL(filePath: "\(second).json"))
    try amana(["roster", "propose", "\(second).json", "--previous", first, "--output", second])
    for side in [syr, irq] {
      try amana(["roster", "sign", second, "--root-key", "\(side.folder)/root/root.pem"])
    }
    let shown = try object(amana(["roster", "show", second, "--json"]).output)
    return (second, try #require(shown["digest"] as? String))
  }

  /// Pins a roster for an authority.
  func trust(_ side: TestAuthority, _ file: String, _ digest: String) throws {
    try amana([
      "init", "trust", side.folder, "--name", side.name, "--roster", file, "--digest", digest, "--one-user",
    ])
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }
}
