import COSE
import Roster

/// V25: codes exist in the version of the list that the roster in force names.
enum CodeChecks {
  static func codesExist(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    // What came first was judged when it came.
    let envelope = proposal.isCompletion ? [] : CodePlaces.ofEnvelope(proposal.event)
    let found = envelope.compactMap { place in
      problem(place.field, .text(place.code), place.list, nil, proposal)
    }
    return found + lines(proposal)
  }

  private static func lines(_ proposal: Proposal) -> [Violation] {
    guard let schema = proposal.content.manifest?.schema, let places = CodePlaces.ofLines[schema.id] else { return [] }
    let positions = places.compactMap { place in schema.position(of: place.field).map { (place, $0) } }
    var found: [Violation] = []
    for (index, leaf) in proposal.lines {
      for (place, position) in positions where position < leaf.fields.count {
        for item in place.items(in: leaf.fields[position]) {
          found += [problem(place.field, item, place.list, index, proposal)].compactMap(\.self)
        }
      }
    }
    return found
  }

  /// One code that stands somewhere. A list that isn't here says nothing of a code; but then nothing of ours that may wait is
  /// signed with it.
  private static func problem(
    _ field: String, _ item: CBOR, _ name: CodeListName, _ line: Int?, _ proposal: Proposal
  ) -> Violation? {
    let isOwnIntention = proposal.stage != .received && proposal.isIntention
    guard let list = proposal.codes[name] else {
      guard isOwnIntention, proposal.stage == .draft else { return nil }
      let version = proposal.roster.body.codeLists[name.rawValue] ?? ""
      return Violation(
        .v25, line: line,
        "\(field): the roster names version \"\(version)\" of code list \(name.rawValue), which is not here: "
          + "put its file into codes/ and reload")
    }
    guard let code = item.text.flatMap({ list[$0] }) else {
      return Violation(
        .v25, line: line,
        "\(field): \(shown(item)) is no code of list \(list.name), version \(list.version): \(remedy(list))",
        isWarning: proposal.isOnRecord)
    }
    guard code.isDeprecated, isOwnIntention else { return nil }
    return Violation(
      .v25, line: line,
      "\(field): \"\(code.id)\" is deprecated in list \(list.name), version \(list.version): "
        + (code.replacedBy.map { "write \"\($0)\"" } ?? remedy(list)), isWarning: true)
  }

  private static func shown(_ item: CBOR) -> String { item.text.map { "\"\($0.prefix(64))\"" } ?? "what stands there" }

  private static func remedy(_ list: CodeList) -> String {
    list.ids.count <= 8
      ? "write one of \(list.ids.joined(separator: ", "))" : "`amana codes \(list.name)` prints those there are"
  }
}

extension Proposal {
  /// The code lists by the versions that its roster names.
  var codes: CodesInForce { CodesInForce(codeBook, under: roster.body) }

  var isIntention: Bool { Lifecycle.row(for: event.type)?.isIntention == true }
}
