import ArgumentParser
import COSE
import Custody
import Roster

/// What `amana roster propose` is told about who witnesses whose logs.
struct RosterWitnesses: ParsableArguments {
  @Option(
    name: .long,
    help: "AUTHORITY=WITNESS: an authority of another member that witnesses its logs from now on; repeat.")
  var witness: [String] = []
  @Option(
    name: .long,
    help:
      "AUTHORITY=N: how many of its witnesses must cosign a checkpoint; repeat. Default: what stood, else more than half."
  )
  var quorum: [String] = []

  func validate() throws {
    for text in witness where Self.pair(text, { AuthorityName($0) }) == nil {
      throw usage(.usageForm, "--witness", "MEMBER/authority=MEMBER/authority")
    }
    for text in quorum where Self.pair(text, { UInt64($0) }) == nil {
      throw usage(.usageForm, "--quorum", "MEMBER/authority=NUMBER")
    }
    let counted = quorum.compactMap { Self.pair($0, { UInt64($0) })?.0 }
    guard Set(counted).count == counted.count else { throw usage(.usageOnce, "--quorum") }
  }

  /// The body with these witnesses beside those that it names.
  func applied(to body: RosterBody, in language: Language) throws -> RosterBody {
    let witnesses = witness.compactMap { Self.pair($0, { AuthorityName($0) }) }
    let quorums = quorum.compactMap { Self.pair($0, { UInt64($0) }) }
    var body = body
    for name in Set(witnesses.map(\.0) + quorums.map(\.0)).sorted() {
      guard let authority = body.authorities.first(where: { $0.name == name }) else {
        throw CommandFailure(Exit.doesNotHold, say(.notListed, in: language, name.description))
      }
      let named = (authority.witnessing?.witnesses ?? []) + witnesses.filter { $0.0 == name }.map(\.1)
      let asked = quorums.last { $0.0 == name }?.1 ?? authority.witnessing?.quorum
      body = body.replacing(
        authority.with(
          witnessing: Witnessing(witnesses: named, quorum: asked ?? Witnessing.majority(of: named.count))))
    }
    guard !witnesses.isEmpty || !quorums.isEmpty else { return body }
    do { return try RosterBody(decoding: body.encoded()[...]) } catch { throw refusal(error.detail, language) }
  }

  private func refusal(_ why: String, _ language: Language) -> CommandFailure {
    CommandFailure(Exit.doesNotHold, say(.rosterWitnessBad, in: language, foreign(why, in: language)))
  }

  private static func pair<Value>(_ text: String, _ read: (String) -> Value?) -> (AuthorityName, Value)? {
    let parts = text.split(separator: "=", maxSplits: 1)
    guard parts.count == 2, let name = AuthorityName(String(parts[0])), let value = read(String(parts[1])) else {
      return nil
    }
    return (name, value)
  }
}
