/// The columns of the file of things that change hands: one item a row, sealed in containers.
enum FormOfProperty {
  private static let empty = ColumnRule(.text, empty: true)

  static let columns: [FormColumn] = [
    FormColumn("reference", ColumnRule(.text), .identity, required: true, example: "BAG-0017/3"),
    FormColumn("description", empty, .identity, required: true, example: "ساعة يد فضية"),
    FormColumn("container", ColumnRule(.text), .typed, required: true, example: "BAG-0017"),
    FormColumn("seals", empty, .typed, required: true, example: "A113 A114"),
    FormColumn("category", .code(.propertyCategory), required: true, example: "valuables"),
    FormColumn("quantity", ColumnRule(.number), required: true, example: "1"),
    FormColumn("unit", .code(PropertyCodes.unit), required: true, example: "1"),
    FormColumn("serials", empty, .typed, example: "SN-4471"),
    FormColumn("condition", .code(.propertyCondition), required: true, example: "worn"),
    FormColumn("owner", ColumnRule(.subject, empty: true), example: "00112233445566778899aabbccddeeff"),
    FormColumn("obtained_on", ColumnRule(.date, unknown: true), required: true, example: "2019-03-05"),
    FormColumn("obtained_place", ColumnRule(.text), required: true, example: "SYR-DEZ-03"),
    FormColumn(
      "obtained_by", .code(.deprivedBy, unknown: true), required: true, example: "self-administration"),
    FormColumn("purpose", .code(.propertyPurpose), required: true, example: "return-to-owner"),
    FormColumn("digest_before", ColumnRule(.digest, empty: true)),
    FormColumn("digest_after", ColumnRule(.digest, empty: true)),
    FormColumn("derived_from", empty, .typed, example: "BAG-0017/1"),
    FormColumn("disposition", .code(.disposition, empty: true), example: "kept"),
    FormColumn("disposition_witness", empty, .typed, example: "W-03"),
    FormColumn("owner_receipt", .code(.ownerReceipt, empty: true), example: "given"),
  ]
}
