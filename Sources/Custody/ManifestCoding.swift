public import COSE

extension Manifest {
  /// The deterministic CBOR map that travels beside the statement:
  /// {schema, record_id, leaves: [[seed] or [seed, [fields…]]]}.
  public func encoded() -> [UInt8] {
    let items = leaves.map { leaf in
      CBOR.array(leaf.isNull ? [.bytes(leaf.seed)] : [.bytes(leaf.seed), .array(leaf.fields)])
    }
    return CBOR.map([
      "schema": .text(schema.id), "record_id": .bytes(recordID.bytes), "leaves": .array(items),
    ]).encoded()
  }

  /// Decodes strictly; sizes are limited before anything is kept.
  public init(decoding bytes: ArraySlice<UInt8>) throws(DecodeError) {
    guard bytes.count <= Self.maximumByteCount else { throw DecodeError(.tooLarge, at: bytes.startIndex, "manifest") }
    let item = try CBOR.decode(bytes)
    try refuseForbiddenText(in: item, at: bytes.startIndex)
    var fields = try FieldReader(item, path: "manifest", offset: bytes.startIndex)
    guard let schema = LineSchema.named(try fields.text("schema", maximum: 64)) else {
      throw fields.invalid("schema", "is none we know")
    }
    let record = RecordID(unchecked: try fields.bytes("record_id", count: 16))
    var leaves: [ManifestLeaf] = []
    for (index, item) in try fields.array("leaves", maximum: Self.maximumLeaves).enumerated() {
      guard let parts = item.array, parts.count == 1 || parts.count == 2, let seed = parts[0].bytes, seed.count == 32,
        let values = parts.count == 2 ? parts[1].array : [], parts.count == 1 || !values.isEmpty
      else { throw DecodeError(.invalidValue, at: bytes.startIndex, "manifest.leaves[\(index)] is no leaf") }
      leaves.append(ManifestLeaf(seed: seed, fields: values))
    }
    try fields.finish()
    self.init(schema: schema, recordID: record, leaves: leaves)
  }

  /// What the envelope may say of how many there are.
  public var counts: Counts { Counts(lines: lines.count, cells: exactCells) }

  /// The same as an earlier version said it.
  var countsBefore: Counts { Counts(lines: lines.count, cells: exactCells, Counts.suppressedBefore) }

  private var exactCells: [String: [String: Int]] {
    var cells: [String: [String: Int]] = [:]
    for (dimension, field, names) in schema.dimensions {
      var counted = Dictionary(names.map { ($0, 0) }) { first, _ in first }
      for (_, leaf) in lines {
        let value = self.value(field, of: leaf)
        if let name = value?.text ?? value?.uint.map(String.init) { counted[name, default: 0] += 1 }
      }
      cells[dimension] = counted
    }
    return cells
  }
}

extension LineSchema {
  /// What the lines of an envelope are tallied by: a name, the field, and every code of its closed list. Only codes that no
  /// newer version of a published list can add to: all recount the same.
  var dimensions: [(name: String, field: String, codes: [String])] {
    if self == .outcome { return [("by_outcome", "outcome", OutcomeCode.allCases.map(\.rawValue))] }
    guard isOfPersons else { return [] }
    return [("by_age", "age", AgeFlag.allCases.map(\.rawValue)), ("by_sex", "sex", ["0", "1", "2", "9"])]
  }
}
