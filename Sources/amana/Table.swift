import Foundation
import Glibc

/// Rows under headings in columns as wide as they are seen. Nothing is cut off: what does not fit is wrapped.
///
/// The order of the columns is the same in every language. A cell that runs from right to left, and every cell of an Arabic
/// table, is isolated (Unicode Bidirectional Algorithm, FSI and PDI), so that it keeps its place.
struct Table {
  private let headings: [String]
  private var rows: [[String]] = []
  private static let gap = "  "
  private static let narrowest = 8

  /// - Parameter headings: none for a table without a row of headings.
  init(_ headings: [String] = []) { self.headings = headings }

  var isEmpty: Bool { rows.isEmpty }

  mutating func add(_ cells: [String]) { rows.append(cells) }

  /// - Parameter width: the columns of the terminal; nil when there is nothing to fit.
  func lines(fitting width: Int?, in language: Language, indent: String = "") -> [String] {
    let all = ((headings.isEmpty ? [] : [headings]) + rows).map { $0.map(printable) }
    let columns = all.map(\.count).max() ?? 0
    let natural = (0..<columns).map { column in all.map { displayWidth($0.cell(column)) }.max() ?? 0 }
    let widths = width.map { Self.fit(natural, $0 - displayWidth(indent)) } ?? natural
    let numeric = (0..<columns).map { column in
      // Eight digits and more are the beginning of an id, which happens to hold no letter.
      !rows.isEmpty && rows.allSatisfy { Int($0.cell(column)) != nil && $0.cell(column).utf8.count < 8 }
    }
    return all.flatMap { row in
      Self.lay(row, widths, numeric, language).map { indent + $0 }
    }
  }

  /// Takes from the widest column until the line fits or nothing is left to take.
  private static func fit(_ natural: [Int], _ width: Int) -> [Int] {
    var widths = natural
    var excess = widths.reduce(0, +) + gap.count * max(widths.count - 1, 0) - width
    while excess > 0, let widest = widths.indices.max(by: { widths[$0] < widths[$1] }), widths[widest] > narrowest {
      widths[widest] -= 1
      excess -= 1
    }
    return widths
  }

  private static func lay(_ row: [String], _ widths: [Int], _ numeric: [Bool], _ language: Language) -> [String] {
    let pieces = widths.indices.map { wrap(row.cell($0), widths[$0]) }
    return (0..<(pieces.map(\.count).max() ?? 0)).map { line in
      let cells = widths.indices.map { column in
        let text = line < pieces[column].count ? pieces[column][line] : ""
        let padding = String(repeating: " ", count: max(0, widths[column] - displayWidth(text)))
        let shown = isolated(text, in: language)
        return numeric[column] ? padding + shown : shown + padding
      }
      let text = cells.joined(separator: gap)
      return String(text.prefix(upTo: text.lastIndex { $0 != " " }.map(text.index(after:)) ?? text.startIndex))
    }
  }

  private static func isolated(_ text: String, in language: Language) -> String {
    let text = closingIsolates(text)
    guard !text.isEmpty, language == .ar || runsRightToLeft(text) else { return text }
    return "\u{2068}\(text)\u{2069}"
  }

  /// Breaks at spaces, and within a word only when it is wider than the column.
  private static func wrap(_ text: String, _ width: Int) -> [String] {
    guard displayWidth(text) > width else { return [text] }
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, displayWidth(line) + 1 + displayWidth(word) <= width {
        line += " " + word
        continue
      }
      if !line.isEmpty { lines.append(line) }
      line = ""
      for character in word {
        if displayWidth(line) + displayWidth(String(character)) > width {
          lines.append(line)
          line = ""
        }
        line.append(character)
      }
    }
    return balanced(lines + [line])
  }

  /// Closes at the end of each line the isolates that the break left open, and opens them again on the next.
  private static func balanced(_ lines: [String]) -> [String] {
    var open = 0
    return lines.map { line in
      let before = String(repeating: "\u{2068}", count: open)
      for scalar in line.unicodeScalars {
        if (0x2066...0x2068).contains(scalar.value) { open += 1 }
        if scalar.value == 0x2069 { open = max(0, open - 1) }
      }
      return before + line + String(repeating: "\u{2069}", count: open)
    }
  }
}

extension [String] {
  fileprivate func cell(_ column: Int) -> String { column < count ? self[column] : "" }
}

/// The columns to fit: $COLUMNS when it is exported, 80 on a terminal, and no limit where a program or a file reads.
func terminalWidth(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> Int? {
  if let columns = environment["COLUMNS"].flatMap({ Int($0) }), (20...1000).contains(columns) { return columns }
  return isatty(STDOUT_FILENO) == 1 ? 80 : nil
}

/// Prints a table as wide as the terminal.
func printTable(_ table: Table, in language: Language, indent: String = "") {
  for line in table.lines(fitting: terminalWidth(), in: language, indent: indent) { print(line) }
}
