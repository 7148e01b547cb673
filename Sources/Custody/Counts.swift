import COSE

/// How many lines a manifest has, as the envelope may say it (custody.md, Record content).
public struct Counts: Hashable, Sendable {
  /// Nil stands for "<10": fewer persons than that are never counted in public.
  public let total: UInt64?
  /// Dimension → cell → count; nil is a suppressed cell. Empty under 10 persons.
  public let tallies: [String: [String: UInt64?]]

  public static let smallest = 10
  public static let smallestCell = 5

  /// Counts lines and the named cells of each dimension, suppressing what would identify people.
  /// - Parameter cells: dimension → cell → exact count, every cell of its closed list present.
  public init(lines: Int, cells: [String: [String: Int]]) { self.init(lines: lines, cells: cells, Self.suppressed) }

  init(lines: Int, cells: [String: [String: Int]], _ suppressed: ([String: Int]) -> [String: UInt64?]) {
    if lines < Self.smallest {
      total = nil
      tallies = [:]
    } else {
      total = UInt64(lines)
      tallies = cells.mapValues(suppressed)
    }
  }

  /// Cells under 5 vanish, and if anybody is in one of them, with them the smallest other one and all that equal it. Then
  /// neither the total nor this rule gives a small cell away (decision 8).
  static func suppressed(_ cells: [String: Int]) -> [String: UInt64?] {
    let ordered = ordered(cells)
    let small = ordered.prefix { $0.value < smallestCell }
    guard small.contains(where: { $0.value > 0 }), let complement = ordered.dropFirst(small.count).first else {
      return hiding(small.count, of: ordered)
    }
    return hiding(ordered.prefix { $0.value <= complement.value }.count, of: ordered)
  }

  /// As earlier versions hid them, which their statements still say: until two cells and five people were hidden.
  static func suppressedBefore(_ cells: [String: Int]) -> [String: UInt64?] {
    let ordered = ordered(cells)
    var hidden = ordered.prefix { $0.value < smallestCell }.count
    func hiddenPeople() -> Int { ordered.prefix(hidden).reduce(0) { $0 + $1.value } }
    while hidden < ordered.count, hiddenPeople() > 0, hidden < 2 || hiddenPeople() < smallestCell { hidden += 1 }
    return hiding(hidden, of: ordered)
  }

  private typealias Cell = (key: String, value: Int)

  /// The smallest first, equal ones by name.
  private static func ordered(_ cells: [String: Int]) -> [Cell] {
    cells.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
  }

  private static func hiding(_ hidden: Int, of ordered: [Cell]) -> [String: UInt64?] {
    var result: [String: UInt64?] = [:]
    for (index, cell) in ordered.enumerated() {
      result.updateValue(index < hidden ? nil : UInt64(cell.value), forKey: cell.key)
    }
    return result
  }

  var item: CBOR {
    let dimensions = tallies.map { name, cells in
      CBORMap.Entry(
        .text(name),
        .map(CBORMap(cells.map { CBORMap.Entry(.text($0.key), $0.value.map(CBOR.unsigned) ?? .null) })))
    }
    return .map(
      CBORMap(fields: [
        ("total", total.map(CBOR.unsigned) ?? .text("<10")),
        ("tallies", dimensions.isEmpty ? nil : .map(CBORMap(dimensions))),
      ]))
  }

  init(_ reader: consuming FieldReader) throws(DecodeError) {
    var fields = reader
    switch try fields.required("total") {
    case .unsigned(let value): total = value
    case .text("<10"): total = nil
    default: throw fields.invalid("total", "is neither a number nor \"<10\"")
    }
    var found: [String: [String: UInt64?]] = [:]
    let dimensions = fields.optional("tallies")
    guard dimensions == nil || dimensions?.map != nil else { throw fields.invalid("tallies", "must be a map") }
    for dimension in dimensions?.map?.entries ?? [] {
      guard let name = dimension.key.text, let cells = dimension.value.map else {
        throw fields.invalid("tallies", "must map names to cells")
      }
      guard found.updateValue(try Self.cells(cells, fields), forKey: name) == nil else {
        throw fields.invalid("tallies", "has a dimension twice")
      }
    }
    tallies = found
    try fields.finish()
  }

  private static func cells(_ map: CBORMap, _ fields: FieldReader) throws(DecodeError) -> [String: UInt64?] {
    var cells: [String: UInt64?] = [:]
    for cell in map.entries {
      guard let name = cell.key.text, cell.value == .null || cell.value.uint != nil else {
        throw fields.invalid("tallies", "has a cell that is neither a number nor suppressed")
      }
      guard cells.updateValue(cell.value.uint, forKey: name) == nil else {
        throw fields.invalid("tallies", "has a cell twice")
      }
    }
    return cells
  }
}
