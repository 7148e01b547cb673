import Custody
import Foundation

/// What a text looks like: texts that a reader takes for the same have the same skeleton (field-cases.md, F17). It serves
/// to point out, never to change what is signed.
func skeleton(_ text: String) -> String {
  // Decomposed, the hamza and madda forms of alef, waw and yeh are letter and mark; presentation forms are letters.
  let scalars = text.decomposedStringWithCompatibilityMapping.lowercased().unicodeScalars
  var skeleton = String.UnicodeScalarView()
  for scalar in scalars {
    switch scalar.value {
    case 0x0300...0x036f, 0x0610...0x061a, 0x0640, 0x064b...0x065f, 0x0670, 0x06d6...0x06ed, 0xad, 0x061c,
      0x200b...0x200f,
      0x2060, 0x2066...0x2069, 0xfe00...0xfe0f, 0xfeff:
      break
    case 0x0649, 0x06cc, 0x06d2: skeleton.append("\u{64a}")
    case 0x06a9, 0x06aa: skeleton.append("\u{643}")
    case 0x0671: skeleton.append("\u{627}")
    case 0x0629, 0x06be, 0x06c1, 0x06d5: skeleton.append("\u{647}")
    case 0x2010...0x2015, 0x2212: skeleton.append("-")
    case 0x131: skeleton.append("i")
    default: skeleton.append(plainDigit(scalar) ?? scalar)
    }
  }
  return String(skeleton).split(whereSeparator: \.isWhitespace).joined(separator: " ")
}

private func plainDigit(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
  guard scalar.properties.numericType == .decimal, let digit = scalar.properties.numericValue else { return nil }
  return Unicode.Scalar(UInt8(ascii: "0") + UInt8(digit))
}

/// Finds rows whose reference, name or family mark is taken for another's.
struct LookAlikes {
  private struct Seen {
    let row: Int
    let text: String
    let entry: ManifestEntry
  }

  private var references: [String: Seen] = [:]
  private var names: [String: Seen] = [:]
  private var families: [String: Seen] = [:]
  private var sounds: [String: [Heard]] = [:]

  /// A name as it sounds, and whose it is.
  private struct Heard {
    let sound: NameSound
    let row: Int
    let entry: ManifestEntry
  }

  /// How many names of one sound are compared with the next: a file of one sound alone must not take for ever.
  private static let remembered = 32

  /// - Returns: what is refused, and what is only pointed out.
  mutating func judge(_ entry: ManifestEntry, row: Int) -> (problems: [Finding], warnings: [Finding]) {
    var problems: [Finding] = []
    var warnings: [Finding] = []
    let reference = entry["reference"]
    if let earlier = Self.earlier(reference, row, entry, &references) {
      let finding = Self.reference(reference, earlier).at(row: row, column: "reference", value: reference)
      // Swift compares texts by canonical equivalence, as the daemon does.
      if earlier.text == reference { problems.append(finding) } else { warnings.append(finding) }
    }
    let column = entry["name_arabic"].isEmpty ? "name_latin" : "name_arabic"
    if let earlier = Self.earlier(entry[column], row, entry, &names), let text = Self.name(entry, column, earlier) {
      warnings.append(Finding(text, String(earlier.row)).at(row: row, column: column))
    } else if let heard = heard(entry, row) {
      warnings.append(heard)
    }
    let family = entry["family"]
    if let earlier = Self.earlier(family, row, entry, &families), !Self.isSame(earlier.text, family) {
      let finding = Finding(.fileFamilyLooksAlike, shown(family), String(earlier.row))
      warnings.append(finding.at(row: row, column: "family", value: family))
    }
    return (problems, warnings)
  }

  /// The first row with a text that looks like this.
  private static func earlier(_ text: String, _ row: Int, _ entry: ManifestEntry, _ seen: inout [String: Seen])
    -> Seen?
  {
    guard !text.isEmpty, text != "unknown" else { return nil }
    let skeleton = skeleton(text)
    if let earlier = seen[skeleton] { return earlier }
    seen[skeleton] = Seen(row: row, text: text, entry: entry)
    return nil
  }

  private static func reference(_ text: String, _ earlier: Seen) -> Finding {
    let row = String(earlier.row)
    if isSame(earlier.text, text) { return Finding(.fileReferenceTwice, shown(text), row) }
    return Finding(earlier.text == text ? .fileReferenceForm : .fileReferenceLooksAlike, shown(text), row)
  }

  /// Two people may well have one name; the same parents and birth date besides are rarely two people.
  private static func name(_ entry: ManifestEntry, _ column: String, _ earlier: Seen) -> Text? {
    guard isSame(earlier.text, entry[column]) else {
      return earlier.text == entry[column] ? .fileNameForm : .fileNameLooksAlike
    }
    let alike = ["father_name", "mother_name", "born"].allSatisfy { entry[$0] == earlier.entry[$0] }
    return alike ? .fileNameTwice : nil
  }

  /// Whether a name is that of an earlier row in another spelling or script, where birth dates do not tell the two apart.
  private mutating func heard(_ entry: ManifestEntry, _ row: Int) -> Finding? {
    var finding: Finding?
    for column in ["name_arabic", "name_latin"] {
      guard let sound = NameSound(entry[column]) else { continue }
      let known = sounds[sound.key] ?? []
      if finding == nil, let earlier = known.first(where: { $0.row != row && Self.isVariant(sound, entry, $0) }) {
        let text = sound.isArabic == earlier.sound.isArabic ? Text.fileNameVariant : .fileNameTransliterated
        finding = Finding(text, String(earlier.row)).at(row: row, column: column)
      }
      if known.count < Self.remembered {
        sounds[sound.key, default: []].append(Heard(sound: sound, row: row, entry: entry))
      }
    }
    return finding
  }

  /// Two people may well have one name: it is another spelling of it that hides one person behind two rows.
  private static func isVariant(_ sound: NameSound, _ entry: ManifestEntry, _ earlier: Heard) -> Bool {
    guard sound.fits(earlier.sound), BirthDate.match(entry["born"], earlier.entry["born"]) != .different else {
      return false
    }
    return ["name_arabic", "name_latin"].allSatisfy {
      entry[$0].isEmpty || skeleton(entry[$0]) != skeleton(earlier.entry[$0])
    }
  }

  /// Byte for byte.
  private static func isSame(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }
}
