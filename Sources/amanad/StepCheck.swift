import COSE
import ControlAPI
import Custody
import ReceiptStore
import Roster
import TransparencyLog

/// Checks statements about somebody again, from their bytes: signatures, approvals, receipts, the place in our tree, and
/// that the line stands in the manifest that was signed.
struct StepCheck {
  private let office: Office
  private let reader: StoreReader
  private let chain: ChainState
  private let moving: Set<StatementID>
  private let checkpoint: Checkpoint?
  private var replay: Replay

  init(office: Office, reader: StoreReader, chain: ChainState) {
    self.office = office
    self.reader = reader
    self.chain = chain
    moving = Set(chain.steps.map(\.id) + chain.resolutions.map(\.id))
    replay = Replay(office: office, reader: reader)
    let signed = (try? reader.latestCheckpoint(origin: office.origin)).flatMap { note in
      note.flatMap { try? SignedCheckpoint(decoding: $0) }
    }
    checkpoint = signed.flatMap { office.signedCheckpoint($0) ? $0.checkpoint : nil }
  }

  mutating func view(_ stored: StoredStatement) throws -> StepView {
    let signed = try SignedStatement(decoding: stored.bytes)
    var problems: [String] = []
    if let violation = LogChecks().kept(signed, entry: stored.entry, id: stored.id) {
      problems.append("\(violation)")
    }
    let (signatures, roster) = try signatures(of: stored, signed, &problems)
    let receipts = try receipts(of: stored, roster, &problems)
    let leaf = try leaf(of: stored, &problems)
    let line = try line(of: stored, signed, &problems)
    return StepView(
      statement: stored.id.description, recordID: stored.summary.recordID.uuid, index: stored.index,
      event: stored.summary.type.rawValue, says: line.says, line: line.number, moves: moving.contains(stored.id),
      issuer: stored.summary.issuer.description, from: stored.summary.from?.description,
      to: stored.summary.to?.description, occurredAt: signed.event.occurred.at.text,
      registeredAt: stored.registeredAt, site: try reader.site(of: stored.id),
      flags: try reader.flags(stored.id).map(failing), signatures: signatures, receipts: receipts, leaf: leaf,
      manifest: line.manifest, holds: problems.isEmpty, problems: problems)
  }

  /// The authority's own signature and every approval, under the roster and the policy of then.
  private mutating func signatures(
    of stored: StoredStatement, _ signed: SignedStatement, _ problems: inout [String]
  ) throws -> ([StepView.Signature], VerifiedRoster?) {
    let issuer = stored.summary.issuer.description
    func own(_ holds: Bool, _ why: String?) -> StepView.Signature {
      if let why { problems.append("the signature of \(issuer): \(why)") }
      return StepView.Signature(
        by: issuer, role: "authority", algorithm: signed.algorithms.first, holds: holds, why: why)
    }
    let found: (AnchoredStatement, Proposal)?
    do { found = try replay.proposal(of: stored, Content(), .awaited) } catch {
      return ([own(false, "\(error)")], nil)
    }
    guard let (anchored, proposal) = found else {
      return ([own(false, "the roster or the policy that it was judged under is not here")], nil)
    }
    var signatures = [own(true, nil)]
    for approval in anchored.statement.approvals {
      signatures.append(
        StepView.Signature(
          by: approval.officer.map { "officer \($0)" } ?? issuer, role: approval.role.rawValue,
          algorithm: approval.algorithm.name, holds: true))
    }
    for failed in anchored.statement.failedApprovals {
      signatures.append(StepView.Signature(by: "-", role: failed.role?.rawValue ?? "-", holds: false, why: failed.why))
      problems.append("an approval does not count: \(failed.why)")
    }
    return (signatures, proposal.roster)
  }

  /// Under the roster of then, else under the one in force: a later one may list the log that gave it.
  private func receipts(of stored: StoredStatement, _ roster: VerifiedRoster?, _ problems: inout [String]) throws
    -> [StepView.Receipt]
  {
    let verifiers = [roster, office.roster].compactMap(\.self).map { LogVerifier(roster: $0) }
    return try reader.receipts(stored.entry).map { origin, bytes, issuedAt in
      let holds = verifiers.contains { (try? $0.verify(receipt: bytes, for: stored.entry)) != nil }
      if !holds { problems.append("the receipt of \(origin) does not hold") }
      return StepView.Receipt(origin: origin, issuedAt: issuedAt, holds: holds)
    }
  }

  /// Its leaf, proven within the newest signed checkpoint; nil while that does not cover it.
  private func leaf(of stored: StoredStatement, _ problems: inout [String]) throws -> UInt64? {
    guard let checkpoint, let leaf = try reader.leaf(of: stored.entry), leaf < checkpoint.size else { return nil }
    let proof = try TileReader(source: reader).inclusionProof(index: leaf, size: checkpoint.size)
    guard let proof, proof.holds(leaf: stored.entry.leafHash, root: checkpoint.root) else {
      problems.append("it is not proven to be leaf \(leaf) of the tree that was signed at size \(checkpoint.size)")
      return nil
    }
    return leaf
  }

  /// What it says of this line, and whether that stands in the manifest that was signed.
  private func line(of stored: StoredStatement, _ signed: SignedStatement, _ problems: inout [String]) throws
    -> (manifest: String, number: Int?, says: String?)
  {
    guard let root = signed.event.manifestRoot else { return ("none", nil, nil) }
    guard let manifest = try reader.content(owner: stored.id.bytes).manifest else { return ("absent", nil, nil) }
    if manifest.root.bytes != root { problems.append("its lines are not those that it signed") }
    guard let line = manifest.lines.first(where: { $0.leaf.subject == chain.subject }) else {
      problems.append("its lines do not name this person")
      return ("held", nil, nil)
    }
    let says = ["outcome", "incident", "mark", "phase"].lazy.compactMap { manifest.value($0, of: line.leaf)?.text }
    return ("held", line.index, says.first)
  }
}
