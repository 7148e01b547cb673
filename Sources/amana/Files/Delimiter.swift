import ArgumentParser
import Custody

/// What stands between the values of a row.
enum Delimiter: String, CaseIterable, ExpressibleByArgument {
  case comma, semicolon, tab

  var byte: UInt8 {
    switch self {
    case .comma: UInt8(ascii: ",")
    case .semicolon: UInt8(ascii: ";")
    case .tab: 0x09
    }
  }

  /// Its name, or the character itself.
  init?(argument: String) {
    let named = Delimiter(rawValue: argument.lowercased())
    let written = Self.allCases.first { [$0.byte] == Array(argument.utf8) }
    guard let found = named ?? written else { return nil }
    self = found
  }

  /// The delimiter under which the first row names most columns; commas where there is nothing to separate. Nil where
  /// the first row names no column whatever is taken, or as many under two of them.
  static func detected(in text: [UInt8], columns: [String]) -> Delimiter? {
    let counts = allCases.map { delimiter in
      var splitter = RowSplitter(text, delimiter)
      let names = Set((splitter.next()?.fields ?? []).map { $0.trimmingSpaces() })
      return (delimiter: delimiter, count: names.intersection(columns).count)
    }
    guard let most = counts.map(\.count).max(), most > 0 else { return nil }
    let best = counts.filter { $0.count == most }
    return best.count == 1 || most == 1 ? best.first?.delimiter : nil
  }

  /// The first line "sep=;" that Excel writes and reads, and how long it is with its line end.
  static func separatorLine(_ text: [UInt8]) -> (delimiter: Delimiter?, length: Int)? {
    let line = text.prefix(16).prefix { $0 != 0x0a && $0 != 0x0d }
    let bare = line.filter { $0 != UInt8(ascii: "\"") }
    guard bare.starts(with: Array("sep=".utf8)), bare.count == 5, let last = bare.last else { return nil }
    let rest = text.dropFirst(line.count)
    let end = rest.starts(with: [0x0d, 0x0a]) ? 2 : min(rest.count, 1)
    return (allCases.first { $0.byte == last }, line.count + end)
  }
}

extension String {
  /// Without spaces around it.
  func trimmingSpaces() -> String {
    String(Substring(self).drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
