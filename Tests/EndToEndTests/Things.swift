/// Invented things, as a form holds them.
enum Things {
  static func item(_ number: Int) -> [String: String] {
    [
      "reference": "BAG-1/\(number)", "description": "ساعة", "container": "BAG-1", "seals": "A1 A2",
      "category": "valuables", "quantity": "2", "unit": "1", "condition": "worn", "obtained_on": "2019-03",
      "obtained_place": "SYR-DEZ-03", "obtained_by": "unknown", "purpose": "return-to-owner",
      "derived_from": number == 2 ? "BAG-1/1" : "",
    ]
  }
}
