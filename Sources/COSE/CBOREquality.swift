/// Two items are equal when their encodings are. Swift's own comparison would not do: it calls texts equal that are
/// canonically equivalent in Unicode, such as "K" and the Kelvin sign, and NaN unequal to itself.
extension CBOR {
  public static func == (left: CBOR, right: CBOR) -> Bool {
    switch (left, right) {
    case (.unsigned(let left), .unsigned(let right)), (.negative(let left), .negative(let right)): left == right
    case (.bytes(let left), .bytes(let right)): left == right
    case (.text(let left), .text(let right)): left.utf8.elementsEqual(right.utf8)
    case (.array(let left), .array(let right)): left == right
    case (.map(let left), .map(let right)): left == right
    case (.tagged(let leftTag, let left), .tagged(let rightTag, let right)): leftTag == rightTag && left == right
    case (.bool(let left), .bool(let right)): left == right
    case (.null, .null), (.undefined, .undefined): true
    case (.simple(let left), .simple(let right)): left == right
    case (.float(let left), .float(let right)): left.bitPattern == right.bitPattern || left.isNaN && right.isNaN
    default: false
    }
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(encoded()) }
}
