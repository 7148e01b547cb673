import COSE
import Roster

/// V25: codes exist in the version of the list that the roster in force names.
enum CodeChecks {
  static func codesExist(_ proposal: Proposal, _ view: any CustodyView) throws -> [Violation] {
    // What came first was judged when it came.
    let envelope = proposal.isCompletion ? [] : CodePlaces.ofEnvelope(proposal.event)
    let found = (envelope + ofSite(proposal)).compactMap { place in
      Lookup(place.field, place.list, proposal).problem(.text(place.code), line: nil)
    }
    var standing = StandingCodes(proposal, view)
    return try found + lines(proposal, &standing) + units(proposal, &standing)
  }

  /// A block that cannot be read is V30's.
  private static func ofSite(_ proposal: Proposal) -> [(field: String, list: CodeListName, code: String)] {
    let annex = proposal.content.annexes.first { $0.id == SiteBlock.id }
    let block = annex.flatMap { try? SiteBlock(decoding: $0.content[...]) }
    return (block.map(CodePlaces.ofSite) ?? []).map { ("the site block's \($0.field)", $0.list, $0.code) }
  }

  private static func lines(_ proposal: Proposal, _ standing: inout StandingCodes) throws -> [Violation] {
    guard let schema = proposal.content.manifest?.schema, let places = CodePlaces.ofLines[schema.id] else { return [] }
    let lookups = places.compactMap { place in
      schema.position(of: place.field).map { (place, $0, Lookup(place.field, place.list, proposal)) }
    }
    var found: [Violation] = []
    for (index, leaf) in proposal.lines {
      for (place, position, lookup) in lookups where position < leaf.fields.count {
        // One word for a field, however many of its codes are wrong.
        var told: Violation?
        for item in place.items(in: leaf.fields[position]) {
          guard let problem = lookup.problem(item, line: index) else { continue }
          guard try lookup.isHere && standing.holds(item, in: place.field, of: leaf, place.items) else {
            told = problem
            break
          }
          told = told ?? problem.asWarning
        }
        if let told { found.append(told) }
      }
    }
    return found
  }

  /// Units are UCUM's, of which a few are taken; no list of ours names them.
  private static func units(_ proposal: Proposal, _ standing: inout StandingCodes) throws -> [Violation] {
    guard let schema = proposal.content.manifest?.schema, schema == .property,
      let position = schema.position(of: "quantity")
    else { return [] }
    return try proposal.lines.compactMap { index, leaf in
      guard position < leaf.fields.count, let unit = leaf.fields[position].map?["unit"] else { return nil }
      if let text = unit.text, PropertyCodes.unit.contains(text) { return nil }
      let units = PropertyCodes.unit.joined(separator: ", ")
      let problem = Violation(.v25, line: index, "quantity: its unit is none of \(units)")
      let stands = try standing.holds(unit, in: "quantity", of: leaf) { [$0.map?["unit"]].compactMap(\.self) }
      return stands ? problem.asWarning : problem
    }
  }
}

/// What the statements hold that described those last whom an intention of ours moves. What stands there already is on
/// record: no draft can change it, and nobody is held for it.
private struct StandingCodes {
  private let view: any CustodyView
  private let isAsked: Bool
  private var known: [StatementID: Manifest?] = [:]

  init(_ proposal: Proposal, _ view: any CustodyView) {
    self.view = view
    isAsked = proposal.stage != .received && proposal.isIntention
  }

  mutating func holds(
    _ item: CBOR, in field: String, of leaf: ManifestLeaf, _ items: (CBOR) -> [CBOR]
  ) throws -> Bool {
    guard isAsked, let subject = leaf.subject, let chain = try view.chain(subject),
      let source = try manifest(of: chain.source), source.leaves.indices.contains(chain.line),
      source.leaves[chain.line].subject == subject,
      let value = source.value(field, of: source.leaves[chain.line])
    else { return false }
    return items(value).contains(item)
  }

  private mutating func manifest(of id: StatementID) throws -> Manifest? {
    if let known = known[id] { return known }
    let manifest = try view.manifest(of: id)
    known[id] = .some(manifest)
    return manifest
  }
}

/// The look-up of one field's codes in the list in force.
private struct Lookup {
  private let field: String
  private let name: CodeListName
  /// Nil where the roster names a version that is not here.
  private let list: CodeList?
  private let proposal: Proposal
  private let isOwnIntention: Bool

  init(_ field: String, _ name: CodeListName, _ proposal: Proposal) {
    self.field = field
    self.name = name
    self.proposal = proposal
    list = proposal.codes[name]
    isOwnIntention = proposal.stage != .received && proposal.isIntention
  }

  /// Whether the version that the roster names is here.
  var isHere: Bool { list != nil }

  /// What is wrong with what stands there.
  func problem(_ item: CBOR, line: Int?) -> Violation? {
    guard let list else { return missing(line) }
    // A flag is signed: nobody is blamed for a list that their roster names and ours does not yet.
    guard proposal.stage != .received || proposal.isUnderKnownRoster else { return nil }
    guard let code = item.text.flatMap({ list[$0] }) else {
      return Violation(
        .v25, line: line,
        "\(field): \(shown(item)) is no code of list \(list.name), version \(list.version): \(remedy(list))")
    }
    guard code.isDeprecated, isOwnIntention else { return nil }
    return Violation(
      .v25, line: line,
      "\(field): \"\(code.id)\" is deprecated in list \(list.name), version \(list.version): "
        + (code.replacedBy.map { "write \"\($0)\"" } ?? remedy(list)), isWarning: true)
  }

  /// A list that isn't here says nothing of a code; but then nothing of ours that may wait is drafted with it.
  private func missing(_ line: Int?) -> Violation? {
    guard isOwnIntention, proposal.stage == .draft else { return nil }
    let version = proposal.roster.body.codeLists[name.rawValue] ?? ""
    return Violation(
      .v25, line: line,
      "\(field): the roster names version \"\(version)\" of code list \(name.rawValue), which is not here: "
        + "put its file into codes/ and reload")
  }

  private func shown(_ item: CBOR) -> String { item.text.map { "\"\($0.prefix(64))\"" } ?? "what stands there" }

  private func remedy(_ list: CodeList) -> String {
    list.ids.count <= 8
      ? "write one of \(list.ids.joined(separator: ", "))" : "`amana codes \(list.name)` prints those there are"
  }
}

extension Proposal {
  /// The code lists by the versions that its roster names.
  var codes: CodesInForce { CodesInForce(codeBook, under: roster.body) }

  var isIntention: Bool { Lifecycle.row(for: event.type)?.isIntention == true }
}
