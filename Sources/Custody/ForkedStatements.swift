public import COSE
import OpenSSL
import Roster
import TransparencyLog

/// What a statement decides of one line, as its fields say it: of one issuer in one epoch of its log two of these are an
/// equivocation (custody.md, Statements and chains).
public struct LineDeed: Hashable, Sendable {
  /// What is decided: each of them once, of one line and step.
  public enum Step: String, Sendable {
    case intake, release, answer, settlement
  }

  public let step: Step
  /// The values that say which step of whose line it is, by the names of their fields, in the schema's order.
  public let fields: [String: CBOR]
  public let subject: SubjectReference

  /// The fields of a line that say which step a statement of this event decides; nil where it decides none.
  public static func fields(of event: EventType) -> (step: Step, names: [String])? {
    switch event {
    case .intake: (.intake, ["subject_ref"])
    case .release, .redirect: (.release, ["subject_ref", "custody_prev"])
    case .outcome, .recallAgreed: (.answer, ["subject_ref", "release", "release_line"])
    // Rounds are counted anew in each contest: the last steps say in which.
    case .disputeResolved: (.settlement, ["subject_ref", "heads", "round"])
    default: nil
    }
  }

  /// Reads what a line's shown fields say; nil where they do not say it, or say more.
  init?(_ shown: DisclosedLine, of event: EventType) {
    guard let (step, names) = Self.fields(of: event), shown.fields.map(\.name).sorted() == names.sorted() else {
      return nil
    }
    self.step = step
    fields = Dictionary(shown.fields.map { ($0.name, $0.value) }) { first, _ in first }
    subject = shown.subject
    // A release that cites no step, or a dispute without a round, decides nothing.
    guard fields.values.allSatisfy(Self.isPlain) else { return nil }
  }

  private static func isPlain(_ value: CBOR) -> Bool {
    value.bytes != nil || value.uint != nil || value.array?.allSatisfy { $0.bytes != nil } == true
  }

  /// The same of a manifest's line.
  init?(_ leaf: ManifestLeaf, of manifest: Manifest, _ event: EventType) {
    guard let (step, names) = Self.fields(of: event), let subject = leaf.subject else { return nil }
    var fields: [String: CBOR] = [:]
    for name in names {
      guard let value = manifest.value(name, of: leaf), Self.isPlain(value) else { return nil }
      fields[name] = value
    }
    (self.step, self.fields, self.subject) = (step, fields, subject)
  }
}

extension ForkVerifier {
  /// Two `log-opened` of one log. Each names its log itself, so that no receipt is needed.
  func openings(_ signed: Pair<SignedStatement>) throws(ForkRefusal) -> ForkConviction {
    let deeds = try deeds(signed)
    guard signed.both.allSatisfy({ $0.event.type == .logOpened }) else {
      throw .notDeciding(signed.first.event.type.rawValue, signed.second.event.type.rawValue)
    }
    let origins = signed.both.map { $0.event.log?.origin ?? "" }
    guard sameBytes(origins[0], origins[1]) else { throw .otherEpochs(origins[0], origins[1]) }
    guard deeds.authority.owns(origin: origins[0]) else { throw .otherLogs(origins[0], deeds.authority.uri) }
    return conviction(deeds.authority, origins[0], .openings, deeds.signed)
  }

  /// Two releases that list one slot.
  func slots(
    _ signed: Pair<SignedStatement>, _ slot: [UInt8], _ places: Pair<ForkProof.Place>
  ) throws(ForkRefusal) -> ForkConviction {
    let deeds = try deeds(signed)
    guard signed.both.allSatisfy(\.event.type.isRelease) else {
      throw .notDeciding(signed.first.event.type.rawValue, signed.second.event.type.rawValue)
    }
    for (one, place) in zip(signed.both, places.both) {
      if let kind = one.event.kind, kind.row.hidesSlots { throw .hiddenSlots(kind.rawValue) }
      guard let root = one.event.slotsRoot.flatMap({ TreeHash($0) }), let bucket = one.event.manifestBucket,
        InclusionProof(size: bucket, index: place.index, path: place.path).holds(leaf: .leaf(slot), root: root)
      else { throw .notProven("the slot in the list of \(one.id)") }
    }
    return conviction(deeds.authority, try log(of: deeds, signed), .slot(slot), deeds.signed)
  }

  /// Two statements whose shown fields decide one step of one line.
  func lines(_ signed: Pair<SignedStatement>, _ proofs: Pair<LineProof>) throws(ForkRefusal) -> ForkConviction {
    let deeds = try deeds(signed)
    let first = try deed(signed.first, proofs.first)
    let second = try deed(signed.second, proofs.second)
    guard let first, let second, first.step == second.step else {
      throw .notDeciding(signed.first.event.type.rawValue, signed.second.event.type.rawValue)
    }
    if let other = first.fields.keys.sorted().first(where: { first.fields[$0] != second.fields[$0] }) {
      throw .otherLines(other)
    }
    return conviction(deeds.authority, try log(of: deeds, signed), .lines(first), deeds.signed)
  }

  private func deed(_ signed: SignedStatement, _ proof: LineProof) throws(ForkRefusal) -> LineDeed? {
    guard let schema = Lifecycle.row(for: signed.event.type)?.manifest(of: signed.event.kind) else { return nil }
    do throws(DisclosureRefusal) {
      return LineDeed(
        try Disclosure(schema: schema.id, proof: proof, statement: signed).verify(), of: signed.event.type)
    } catch { throw .notProven("the line of \(signed.id) (\(error))") }
  }

  /// Two statements of one authority whose signatures hold and that each count by themselves.
  private struct Deeds {
    let authority: Authority
    let signed: Pair<ForkConviction.Signed>
    /// The own logs whose receipts each bears.
    let origins: Pair<Set<String>>
  }

  private func deeds(_ signed: Pair<SignedStatement>) throws(ForkRefusal) -> Deeds {
    guard signed.first.id != signed.second.id else { throw .sameStatement }
    let first = try anchored(signed.first)
    let second = try anchored(signed.second)
    let (one, other) = (first.statement.issuer, second.statement.issuer)
    guard one.name == other.name else { throw .otherIssuers(one.name, other.name) }
    return Deeds(
      authority: one, signed: Pair(described(first), described(second)), origins: Pair(own(first), own(second)))
  }

  private func anchored(_ signed: SignedStatement) throws(ForkRefusal) -> AnchoredStatement {
    guard signed.event.lateEntry == nil else { throw .lateEntry("\(signed.id)") }
    let anchored: AnchoredStatement
    do {
      anchored = try statements.verify(signed, seenAt: now)
    } catch StatementRefusal.notVerifiableHere {
      throw .unverifiable(StatementRefusal.notVerifiableHere.description)
    } catch { throw .statement("\(signed.id): \(error)") }
    if let since = anchored.statement.approvalsExposedFrom { throw .exposed(since) }
    let witnessed = statements.witnessedAt(signed, anchored.receipts, anchored.timeStamp)
    guard !statements.isBeyondSeal(anchored.statement.issuer.name, witnessedAt: witnessed, isProven: { _ in false })
    else { throw .beyondSeal("\(signed.id)") }
    return anchored
  }

  private func described(_ anchored: AnchoredStatement) -> ForkConviction.Signed {
    let signed = anchored.statement.signed
    let others = anchored.receipts.map(\.authority.name).filter { $0 != anchored.statement.issuer.name }
    return ForkConviction.Signed(
      what: signed.event.type.rawValue, id: signed.id.bytes, size: nil, entry: nil, signedAt: signed.issuedAt,
      seenAt: statements.witnessedAt(signed, anchored.receipts, anchored.timeStamp), seenBy: Set(others).sorted())
  }

  private func own(_ anchored: AnchoredStatement) -> Set<String> {
    let issuer = anchored.statement.issuer
    return Set(anchored.receipts.map(\.receipt.origin).filter { issuer.owns(origin: $0) })
  }

  /// The epoch of the issuer's log that holds both, as its receipts say. What was signed in different epochs, or in one that
  /// followed another, may be what a restored log lost: that convicts nobody.
  private func log(of deeds: Deeds, _ signed: Pair<SignedStatement>) throws(ForkRefusal) -> String {
    let first = deeds.authority.origin(epoch: 1)
    for (one, origins) in zip(signed.both, deeds.origins.both) where origins.isEmpty { throw .noReceipt("\(one.id)") }
    if deeds.origins.both.allSatisfy({ $0.contains(first) }) { return first }
    if let later = deeds.origins.first.intersection(deeds.origins.second).sorted().first { throw .restored(later) }
    let (one, other) = (deeds.origins.first.sorted(), deeds.origins.second.sorted())
    throw .otherEpochs(one[0], other[0])
  }
}
