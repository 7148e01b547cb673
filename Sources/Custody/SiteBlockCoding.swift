public import COSE
import Roster

extension SiteBlock {
  /// The deterministic CBOR map that is sealed beside the statement.
  public func encoded() -> [UInt8] {
    CBOR.map(
      CBORMap(fields: [
        ("type", .text(type)), ("sector", sector.map(CBOR.text)), ("effective_at", .text(effectiveAt)),
        ("count", count.item), ("reconciliation", .array(reconciliation.map(\.item))),
        ("registers", .array(registers.map(\.item))), ("court_dates", .array(courtDates.map(\.item))),
        ("complaints_pending", .unsigned(complaintsPending)), ("stores", .array(stores.map(\.item))),
        ("hazards", .array(hazards.map(\.item))), ("access_continues", .bool(accessContinues)),
        ("relinquishment", relinquishment.map(CBOR.text)), ("assumption", assumption.map(CBOR.text)),
        ("residual_duties", .array(residualDuties.map(\.item))),
      ])
    ).encoded()
  }

  /// Decodes strictly; what is no site block in form is refused.
  public init(decoding bytes: ArraySlice<UInt8>) throws(DecodeError) {
    let item = try CBOR.decode(bytes)
    try refuseForbiddenText(in: item, at: bytes.startIndex)
    var fields = try FieldReader(item, path: "site", offset: bytes.startIndex)
    type = try fields.text("type", maximum: 64)
    sector = try fields.optionalText("sector", maximum: 256)
    effectiveAt = try fields.text("effective_at", maximum: 32)
    count = try Count(fields.fields("count"))
    reconciliation = try Self.list("reconciliation", &fields, Finding.init)
    registers = try Self.list("registers", &fields, Register.init)
    courtDates = try Self.list("court_dates", &fields, CourtDate.init)
    complaintsPending = try fields.uint("complaints_pending")
    stores = try Self.list("stores", &fields, Store.init)
    hazards = try Self.list("hazards", &fields, Remark.init)
    accessContinues = try fields.bool("access_continues")
    relinquishment = try fields.optionalText("relinquishment", maximum: 8192)
    assumption = try fields.optionalText("assumption", maximum: 8192)
    residualDuties = try Self.list("residual_duties", &fields, Remark.init)
    try fields.finish()
    if let wrong = problems().first { throw fields.invalid(wrong.field, wrong.problem) }
  }

  private static func list<Item>(
    _ name: String, _ fields: inout FieldReader, _ make: (FieldReader) throws(DecodeError) -> Item
  ) throws(DecodeError) -> [Item] {
    let path = fields.name(name)
    var found: [Item] = []
    for item in try fields.array(name, maximum: Manifest.maximumLeaves) {
      found.append(try make(FieldReader(item, path: path, offset: fields.offset)))
    }
    return found
  }
}

extension SiteBlock.Count {
  fileprivate var item: CBOR {
    .map(
      CBORMap(fields: [
        ("method", .text(method)), ("cut_off", .text(cutOff)), ("declared", declared.map(CBOR.unsigned)),
        ("releasing", releasing.map(CBOR.unsigned)), ("receiving", receiving.map(CBOR.unsigned)),
      ]))
  }

  fileprivate init(_ reader: FieldReader) throws(DecodeError) {
    var fields = reader
    method = try fields.text("method", maximum: 64)
    cutOff = try fields.text("cut_off", maximum: 32)
    declared = try fields.optionalUInt("declared")
    releasing = try fields.optionalUInt("releasing")
    receiving = try fields.optionalUInt("receiving")
    try fields.finish()
  }
}

extension SiteBlock.Finding {
  fileprivate var item: CBOR { .map(["status": .text(status), "entries": .array(entries.map(CBOR.text))]) }

  fileprivate init(_ reader: FieldReader) throws(DecodeError) {
    var fields = reader
    status = try fields.text("status", maximum: 64)
    let items = try fields.array("entries", maximum: Manifest.maximumLeaves)
    entries = items.compactMap(\.text)
    guard entries.count == items.count else { throw fields.invalid("entries", "must be texts") }
    try fields.finish()
  }
}

extension SiteBlock.Register {
  fileprivate var item: CBOR {
    .map(
      CBORMap(fields: [
        ("kind", .text(kind)), ("name", .text(name)), ("pages", .unsigned(pages)),
        ("digest", digest.flatMap(decodeHexadecimal).map(CBOR.bytes)),
      ]))
  }

  fileprivate init(_ reader: FieldReader) throws(DecodeError) {
    var fields = reader
    kind = try fields.text("kind", maximum: 64)
    name = try fields.text("name", maximum: 256)
    pages = try fields.uint("pages")
    digest = try fields.optionalBytes("digest", count: 32).map { hexadecimal($0) }
    try fields.finish()
  }
}

extension SiteBlock.CourtDate {
  fileprivate var item: CBOR { .map(["entry": .text(entry), "on": .text(on), "court": .text(court)]) }

  fileprivate init(_ reader: FieldReader) throws(DecodeError) {
    var fields = reader
    entry = try fields.text("entry", maximum: 256)
    on = try fields.text("on", maximum: 32)
    court = try fields.text("court", maximum: 256)
    try fields.finish()
  }
}

extension SiteBlock.Store {
  fileprivate var item: CBOR { .map(["code": .text(code), "days": .unsigned(days)]) }

  fileprivate init(_ reader: FieldReader) throws(DecodeError) {
    var fields = reader
    code = try fields.text("code", maximum: 64)
    days = try fields.uint("days")
    try fields.finish()
  }
}

extension SiteBlock.Remark {
  fileprivate var item: CBOR { .map(["code": .text(code), "note": .text(note)]) }

  fileprivate init(_ reader: FieldReader) throws(DecodeError) {
    var fields = reader
    code = try fields.text("code", maximum: 64)
    note = try fields.text("note", maximum: 1024)
    try fields.finish()
  }
}
