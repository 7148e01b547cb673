import COSE
import Testing

@Suite struct FieldReaderTests {
  static let item: CBOR = .map([
    "text": "abc", "uint": 7, "flag": .bool(true), "bytes": .bytes([1, 2]), "list": .array([1, 2]),
    "map": .map(["a": 1]),
  ])

  @Test func everyFieldIsReadOnce() throws {
    var reader = try FieldReader(Self.item, path: "event")
    #expect(try reader.text("text") == "abc")
    #expect(try reader.uint("uint") == 7)
    #expect(try reader.bool("flag"))
    #expect(try reader.bytes("bytes", count: 2) == [1, 2])
    #expect(try reader.array("list", maximum: 2) == [1, 2])
    var nested = try reader.fields("map")
    #expect(nested.path == "event.map")
    #expect(try nested.uint("a") == 1)
    try nested.finish()
    try reader.finish()
    #expect(throws: DecodeError(.missingField, at: 0, "event.text")) { try reader.text("text") }
  }

  @Test func whatNobodyReadIsRefusedByName() throws {
    var reader = try FieldReader(Self.item, path: "event", offset: 5)
    for field in ["text", "uint", "flag", "list", "map"] { #expect(reader.optional(field) != nil) }
    #expect(throws: DecodeError(.unknownField, at: 5, "event.bytes")) { try reader.finish() }
  }

  private func reasons(_ read: (inout FieldReader) throws -> Void) throws -> DecodeError.Reason {
    var reader = try FieldReader(Self.item, path: "event")
    return try #require(throws: DecodeError.self) { try read(&reader) }.reason
  }

  @Test func wrongTypesAndSizes() throws {
    #expect(try reasons { _ = try $0.uint("text") } == .unexpectedType)
    #expect(try reasons { _ = try $0.text("uint") } == .unexpectedType)
    #expect(try reasons { _ = try $0.bool("uint") } == .unexpectedType)
    #expect(try reasons { _ = try $0.bytes("text", count: 3) } == .unexpectedType)
    #expect(try reasons { _ = try $0.array("map", maximum: 9) } == .unexpectedType)
    #expect(try reasons { _ = try $0.fields("list") } == .unexpectedType)
    #expect(try reasons { _ = try $0.bytes("bytes", count: 3) } == .invalidValue)
    #expect(try reasons { _ = try $0.bytes("bytes", maximum: 1) } == .tooLarge)
    #expect(try reasons { _ = try $0.text("text", maximum: 2) } == .tooLarge)
    #expect(try reasons { _ = try $0.array("list", maximum: 1) } == .tooLarge)
    #expect(try reasons { _ = try $0.optionalText("uint") } == .unexpectedType)
    #expect(try reasons { _ = try $0.optionalUInt("text") } == .unexpectedType)
    #expect(try reasons { _ = try $0.optionalBytes("bytes", count: 3) } == .invalidValue)
    #expect(try reasons { _ = try $0.optionalArray("list", maximum: 1) } == .tooLarge)
    #expect(try reasons { _ = try $0.optionalFields("list") } == .unexpectedType)
  }

  @Test func anAbsentOptionalFieldIsNil() throws {
    var reader = try FieldReader(.map([:]), path: "")
    #expect(try reader.optionalText("a") == nil && reader.optionalUInt("a") == nil)
    #expect(try reader.optionalBytes("a", count: 1) == nil && reader.optionalArray("a", maximum: 1) == nil)
    #expect(try reader.optionalFields("a") == nil)
    #expect(throws: DecodeError(.missingField, at: 0, "a")) { try reader.required("a") }
  }

  @Test func onlyMapsWithTextKeys() {
    #expect(throws: DecodeError.self) { try FieldReader(.array([]), path: "event") }
    #expect(throws: DecodeError.self) { try FieldReader(.map([1: 2]), path: "event") }
  }
}
