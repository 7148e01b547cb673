import COSE
public import OpenSSL
import Roster
import TransparencyLog

/// What somebody holds of logs, to look for two things of which one only can be true.
public struct ForkMaterial: Sendable {
  /// Signed notes, of whatever logs.
  public var notes: [[UInt8]] = []
  public var statements: [SignedStatement] = []
  /// Ways from entries to roots, beside those of the statements' receipts.
  public var proofs: [Bundle.Proof] = []
  /// The slots beside statements.
  public var slots: [StatementID: [[UInt8]]] = [:]
  /// The lines beside statements, by `manifest_root`.
  public var manifests: [[UInt8]: Manifest] = [:]
  public var disclosures: [Disclosure] = []
  /// Proofs that somebody made before, or pairs that somebody holds for one.
  public var proven: [ForkProof] = []

  public init() {}

  /// Adds what a bundle brings.
  /// - Parameter key: a party's seal key: lines that are sealed to it count too.
  public mutating func add(_ bundle: Bundle, key: PrivateKey? = nil) {
    notes += bundle.checkpoints.map(\.value)
    statements += bundle.statements.map(\.value)
    proofs += bundle.proofs.map(\.value)
    slots.merge(bundle.slots) { first, _ in first }
    let opened = bundle.opened(with: key)
    for item in bundle.statements {
      if let manifest = opened.content(of: item.value).content.manifest { manifests[manifest.root.bytes] = manifest }
    }
  }
}

/// Looks for equivocation in what somebody holds. It finds those of one log that two of these objects show; what needs a
/// third is not looked for.
public struct ForkSearch: Sendable {
  /// What was found, and why what looked like it is none.
  public struct Result: Sendable {
    /// Of each log one of each kind at most.
    public internal(set) var proofs: [ForkProof] = []
    public internal(set) var refusals: [ForkRefusal] = []
  }

  private let verifier: ForkVerifier
  private let roster: [UInt8]?
  private var result = Result()

  /// - Parameter roster: goes with each proof, when there is one.
  public init(_ verifier: ForkVerifier, roster: [UInt8]? = nil) {
    self.verifier = verifier
    self.roster = roster
  }

  /// Finds what convicts somebody. Each proof has been verified; of what convicts nobody it says why.
  public static func find(in material: ForkMaterial, by verifier: ForkVerifier, roster: [UInt8]? = nil) -> Result {
    var search = ForkSearch(verifier, roster: roster)
    for proof in material.proven { search.take(proof.evidence) }
    search.checkpoints(material)
    search.openings(material.statements)
    search.slots(material)
    search.lines(material)
    return search.result
  }

  /// Keeps it where it holds.
  /// - Returns: whether it does.
  @discardableResult
  private mutating func take(_ evidence: ForkProof.Evidence) -> Bool {
    let proof = ForkProof(evidence, roster: roster)
    do throws(ForkRefusal) {
      _ = try verifier.verify(proof)
      result.proofs.append(proof)
      return true
    } catch {
      if !result.refusals.contains(error) { result.refusals.append(error) }
      return false
    }
  }

  // MARK: Checkpoints

  private mutating func checkpoints(_ material: ForkMaterial) {
    var (known, seen) = ([SignedCheckpoint](), Set<[UInt8]>())
    for bytes in material.notes where seen.insert(bytes).inserted {
      guard let note = try? SignedCheckpoint(decoding: bytes) else {
        result.refusals.append(.checkpoint("a checkpoint cannot be read"))
        continue
      }
      guard let note = verifier.cleaned(note) else {
        result.refusals.append(.checkpoint("a checkpoint of \(note.checkpoint.origin) is not signed by a listed key"))
        continue
      }
      known.append(note)
    }
    for (_, notes) in Dictionary(grouping: known, by: \.checkpoint.origin).sorted(by: { $0.key < $1.key }) {
      if !roots(notes) { sequences(notes, material) }
    }
    // Of two that were given for this and are none, it is told why.
    if material.statements.isEmpty, result.proofs.isEmpty, known.count == 2, result.refusals.isEmpty {
      take(.roots(Pair(known[0], known[1])))
    }
  }

  /// Two roots for one size.
  private mutating func roots(_ notes: [SignedCheckpoint]) -> Bool {
    for (_, same) in Dictionary(grouping: notes, by: \.checkpoint.size).sorted(by: { $0.key < $1.key }) {
      guard let first = same.first,
        let other = same.first(where: { $0.checkpoint.root != first.checkpoint.root })
      else { continue }
      if take(.roots(Pair(first, other))) { return true }
    }
    return false
  }

  /// Two entries at one index, each under a checkpoint.
  private mutating func sequences(_ notes: [SignedCheckpoint], _ material: ForkMaterial) {
    let byState = Dictionary(notes.map { (TreeState($0.checkpoint), $0) }) { first, _ in first }
    guard byState.count > 1 else { return }
    let receipted = material.statements.flatMap { signed in
      signed.receipts.compactMap { try? Receipt(decoding: $0) }.map {
        Bundle.Proof(entry: signed.entry, proof: $0.proof)
      }
    }
    var first: [UInt64: (note: SignedCheckpoint, leaf: ForkProof.Leaf)] = [:]
    for item in material.proofs + receipted {
      guard let root = item.proof.root(from: item.entry.leafHash),
        let note = byState[TreeState(size: item.proof.size, root: root)]
      else { continue }
      let leaf = ForkProof.Leaf(entry: item.entry, path: item.proof.path)
      guard let known = first[item.proof.index] else {
        first[item.proof.index] = (note, leaf)
        continue
      }
      guard known.leaf.entry != leaf.entry else { continue }
      let evidence = ForkProof.Evidence.sequences(
        Pair(known.note, note), index: item.proof.index, Pair(known.leaf, leaf))
      if take(evidence) { return }
    }
  }

  // MARK: Statements

  private mutating func openings(_ statements: [SignedStatement]) {
    var first: [String: SignedStatement] = [:]
    for signed in statements where signed.event.type == .logOpened {
      guard let origin = signed.event.log?.origin else { continue }
      guard let known = first[origin] else {
        first[origin] = signed
        continue
      }
      if known.id != signed.id, take(.openings(Pair(known, signed))) { return }
    }
  }

  private mutating func slots(_ material: ForkMaterial) {
    var first: [[UInt8]: SignedStatement] = [:]
    var seen: Set<StatementID> = []
    for signed in material.statements where signed.event.type.isRelease && seen.insert(signed.id).inserted {
      guard signed.event.kind?.row.hidesSlots != true, let list = material.slots[signed.id],
        ObservedStatement.fits(list, signed)
      else { continue }
      for slot in list {
        guard let known = first[slot] else {
          first[slot] = signed
          continue
        }
        guard let other = material.slots[known.id], let one = place(of: slot, in: other),
          let two = place(of: slot, in: list)
        else { continue }
        if take(.slots(Pair(known, signed), slot: slot, Pair(one, two))) { return }
        // What convicts nobody by one line does by none.
        break
      }
    }
  }

  private func place(of slot: [UInt8], in list: [[UInt8]]) -> ForkProof.Place? {
    guard let index = list.firstIndex(of: slot),
      let path = MerkleTree.inclusionPath(of: index, in: list.map { TreeHash.leaf($0) })
    else { return nil }
    return ForkProof.Place(index: UInt64(index), path: path)
  }

  /// Whose step it is.
  private struct DeedOf: Hashable {
    let issuer: String
    let deed: LineDeed
  }

  private mutating func lines(_ material: ForkMaterial) {
    var first: [DeedOf: (signed: SignedStatement, proof: LineProof)] = [:]
    var seen: Set<StatementID> = []
    func offer(_ signed: SignedStatement, _ deed: LineDeed, _ proof: () -> LineProof?) -> ForkProof.Evidence? {
      let key = DeedOf(issuer: signed.issuer, deed: deed)
      guard let known = first[key] else {
        if let proof = proof() { first[key] = (signed, proof) }
        return nil
      }
      guard known.signed.id != signed.id, let proof = proof() else { return nil }
      return .lines(Pair(known.signed, signed), Pair(known.proof, proof))
    }
    for signed in material.statements where seen.insert(signed.id).inserted {
      guard let (_, names) = LineDeed.fields(of: signed.event.type),
        let manifest = signed.event.manifestRoot.flatMap({ material.manifests[$0] })
      else { continue }
      for (index, leaf) in manifest.lines {
        guard let deed = LineDeed(leaf, of: manifest, signed.event.type) else { continue }
        let positions = Set(names.compactMap { manifest.schema.position(of: $0) })
        let found = offer(signed, deed) { try? LineProof(of: manifest, line: index, positions: positions) }
        if let found, take(found) { return }
        if found != nil { break }
      }
    }
    for disclosure in material.disclosures {
      guard let proof = disclosure.proof.reduced(for: disclosure.statement.event),
        let shown = try? Disclosure(schema: disclosure.schema, proof: proof, statement: disclosure.statement).verify(),
        let deed = LineDeed(shown, of: disclosure.statement.event.type)
      else { continue }
      if let found = offer(disclosure.statement, deed, { proof }), take(found) { return }
    }
  }
}

extension LineProof {
  /// The same proof with no field but those that say which step of whose line it is; nil where one of them is not shown.
  func reduced(for event: Event) -> LineProof? {
    guard let (_, names) = LineDeed.fields(of: event.type),
      let schema = Lifecycle.row(for: event.type)?.manifest(of: event.kind)
    else { return nil }
    let positions = Set(names.compactMap { schema.position(of: $0) })
    let fields = fields.filter { positions.contains($0.position) }
    guard fields.count == names.count else { return nil }
    return LineProof(recordID: recordID, line: line, digests: digests, fields: fields, path: path)
  }
}
