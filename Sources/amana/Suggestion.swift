import ArgumentParser

/// The subcommand that somebody probably meant who typed one that does not exist.
enum Suggestion {
  /// Every subcommand that does something, by its words.
  static func leaves(of command: any ParsableCommand.Type = Amana.self) -> [[String]] {
    let children = command.configuration.subcommands
    return children.isEmpty ? [[]] : children.flatMap { child in leaves(of: child).map { [child._commandName] + $0 } }
  }

  /// - Returns: what was typed and what it could be; nil when every subcommand typed exists or nothing is near.
  static func subcommand(
    for arguments: [String], of root: any ParsableCommand.Type = Amana.self
  ) -> (typed: String, meant: [String])? {
    var command = root
    for argument in arguments {
      let children = command.configuration.subcommands
      guard !children.isEmpty, !argument.hasPrefix("-") else { return nil }
      if let child = children.first(where: { $0._commandName == argument }) {
        command = child
        continue
      }
      let near = children.map { (name: $0._commandName, distance: distance(argument, $0._commandName)) }
        .filter { $0.distance <= 2 }.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
      return near.isEmpty ? nil : (argument, near.prefix(3).map(\.name))
    }
    return nil
  }

  /// How many letters must be put in, left out, changed or swapped with their neighbour.
  static func distance(_ left: String, _ right: String) -> Int {
    let (a, b) = (Array(left), Array(right))
    guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
    var before: [Int] = []
    var last = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var least = min(row[j] + 1, last[j + 1] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { least = min(least, before[j - 1] + 1) }
        row.append(least)
      }
      (before, last) = (last, row)
    }
    return last[b.count]
  }
}
