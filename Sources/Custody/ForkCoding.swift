public import COSE
import Roster
import TransparencyLog

extension ForkProof {
  /// Whether bytes begin like a proof of equivocation of some version, so that they are to be read as one.
  public static func isForkProof(_ bytes: [UInt8]) -> Bool {
    FormatHead.begins(with: "amana-fork-", in: bytes)
  }

  /// Whether bytes that begin like such a proof are one of the version that is read here.
  public static func isOfThisVersion(_ bytes: [UInt8]) -> Bool {
    FormatHead.isExactly(format, in: bytes)
  }

  /// One deterministic CBOR map (docs/schema/fork.cddl).
  public func encoded() -> [UInt8] {
    CBOR.map(
      CBORMap(fields: [
        ("format", .text(Self.format)), ("roster", roster.map(CBOR.bytes)),
        ("signed", .array(evidence.signedBytes.map(CBOR.bytes))), ("contradiction", .array(evidence.items)),
      ])
    ).encoded()
  }

  /// Decodes strictly; sizes are limited before anything is kept. Nothing is proven yet.
  public init(decoding bytes: [UInt8]) throws(DecodeError) {
    guard bytes.count <= Self.maximumByteCount else {
      throw DecodeError(.tooLarge, at: Self.maximumByteCount, "such a proof has at most \(Self.maximumByteCount) bytes")
    }
    var fields = try FieldReader(CBOR.decode(bytes[...]), path: "fork")
    let format = try fields.text("format", maximum: 64)
    guard format == Self.format else { throw DecodeError(.unsupported, at: 0, "no format \"\(format)\" is known") }
    let roster = try fields.optionalBytes("roster", maximum: Sign.maximumByteCount)
    let signed = try fields.array("signed", maximum: 2).compactMap(\.bytes)
    let contradiction = try fields.array("contradiction", maximum: 4)
    try fields.finish()
    guard signed.count == 2, signed.allSatisfy({ $0.count <= Sign1.maximumByteCount }) else {
      throw DecodeError(.invalidValue, at: 0, "fork.signed holds two byte strings of at most 4 MiB")
    }
    let evidence = try Evidence(Array(contradiction), Pair(signed[0], signed[1]))
    guard evidence == evidence.ordered else {
      throw DecodeError(.invalidValue, at: 0, "fork.signed stands in another order than it must")
    }
    self.init(evidence, roster: roster)
  }
}

extension ForkProof.Evidence {
  /// What a contradiction is called in the file.
  private enum Kind: String {
    case roots, sequences, openings, slots, lines

    var item: CBOR { .text(rawValue) }
  }

  /// The two signed objects, as they were received.
  var signedBytes: [[UInt8]] {
    switch self {
    case .roots(let notes), .sequences(let notes, _, _): notes.both.map { $0.note.encoded() }
    case .openings(let signed), .slots(let signed, _, _), .lines(let signed, _): signed.both.map(\.message.bytes)
    }
  }

  /// The kind, and what shows the contradiction.
  fileprivate var items: [CBOR] {
    switch self {
    case .roots: [Kind.roots.item]
    case .sequences(_, let index, let leaves):
      [Kind.sequences.item, .unsigned(index)] + leaves.both.map { .array([.bytes($0.entry.bytes), path($0.path)]) }
    case .openings: [Kind.openings.item]
    case .slots(_, let slot, let places):
      [Kind.slots.item, .bytes(slot)] + places.both.map { .array([.unsigned($0.index), path($0.path)]) }
    case .lines(_, let proofs): [Kind.lines.item] + proofs.both.map { .array(line($0)) }
    }
  }

  private func path(_ hashes: [TreeHash]) -> CBOR { .array(hashes.map { .bytes($0.bytes) }) }

  private func line(_ proof: LineProof) -> [CBOR] {
    [
      .int(Int64(proof.line)), .array(proof.digests.map(CBOR.bytes)),
      .array(proof.fields.map { .array([.int(Int64($0.position)), .bytes($0.salt), $0.value]) }), path(proof.path),
    ]
  }

  /// Reads what `items` wrote: exactly that.
  fileprivate init(_ items: [CBOR], _ signed: Pair<[UInt8]>) throws(DecodeError) {
    switch (items.first?.text.flatMap { Kind(rawValue: $0) }, items.count) {
    case (.roots, 1): self = .roots(try Self.checkpoints(signed))
    case (.sequences, 4):
      guard let index = items[1].uint else { throw Self.wrong("index") }
      self = .sequences(
        try Self.checkpoints(signed), index: index, Pair(try Self.leaf(items[2]), try Self.leaf(items[3])))
    case (.openings, 1): self = .openings(try Self.statements(signed))
    case (.slots, 4):
      guard let slot = items[1].bytes, slot.count == TreeHash.byteCount else { throw Self.wrong("slot") }
      self = .slots(
        try Self.statements(signed), slot: slot, Pair(try Self.place(items[2]), try Self.place(items[3])))
    case (.lines, 3):
      let statements = try Self.statements(signed)
      self = .lines(
        statements,
        Pair(
          try Self.line(items[1], statements.first.event.recordID),
          try Self.line(items[2], statements.second.event.recordID)))
    default: throw Self.wrong("kind")
    }
  }

  private static func wrong(_ what: String) -> DecodeError {
    DecodeError(.invalidValue, at: 0, "fork.contradiction: its \(what) is none that is known")
  }

  private static func checkpoints(_ signed: Pair<[UInt8]>) throws(DecodeError) -> Pair<SignedCheckpoint> {
    func note(_ bytes: [UInt8]) throws(DecodeError) -> SignedCheckpoint {
      let note = try SignedCheckpoint(decoding: bytes)
      // One text, one form: what is read must be what was there.
      guard note.note.encoded() == bytes else { throw DecodeError(.invalidValue, at: 0, "fork.signed: not a note") }
      return note
    }
    return Pair(try note(signed.first), try note(signed.second))
  }

  private static func statements(_ signed: Pair<[UInt8]>) throws(DecodeError) -> Pair<SignedStatement> {
    Pair(try SignedStatement(decoding: signed.first), try SignedStatement(decoding: signed.second))
  }

  private static func path(_ item: CBOR) throws(DecodeError) -> [TreeHash] {
    guard let list = item.array, list.count <= InclusionProof.maximumPathCount else { throw wrong("path") }
    let hashes = list.compactMap { $0.bytes.flatMap { TreeHash($0) } }
    guard hashes.count == list.count else { throw wrong("path") }
    return hashes
  }

  private static func leaf(_ item: CBOR) throws(DecodeError) -> ForkProof.Leaf {
    guard let parts = item.array, parts.count == 2, let entry = parts[0].bytes.flatMap({ LogEntry($0) }) else {
      throw wrong("entry")
    }
    return ForkProof.Leaf(entry: entry, path: try path(parts[1]))
  }

  private static func place(_ item: CBOR) throws(DecodeError) -> ForkProof.Place {
    guard let parts = item.array, parts.count == 2, let index = parts[0].uint else { throw wrong("place") }
    return ForkProof.Place(index: index, path: try path(parts[1]))
  }

  private static func line(_ item: CBOR, _ record: RecordID) throws(DecodeError) -> LineProof {
    guard let parts = item.array, parts.count == 4, let line = parts[0].uint.flatMap({ Int(exactly: $0) }),
      let digests = parts[1].array, digests.count <= LineProof.maximumFields, let shown = parts[2].array,
      shown.count <= LineProof.maximumFields
    else { throw wrong("line") }
    let hashes = digests.compactMap(\.bytes)
    guard hashes.count == digests.count else { throw wrong("line") }
    var fields: [LineProof.Field] = []
    for item in shown {
      guard let field = item.array, field.count == 3, let position = field[0].uint.flatMap({ Int(exactly: $0) }),
        let salt = field[1].bytes
      else { throw wrong("field") }
      fields.append(LineProof.Field(position: position, salt: salt, value: field[2]))
    }
    return LineProof(recordID: record, line: line, digests: hashes, fields: fields, path: try path(parts[3]))
  }
}
