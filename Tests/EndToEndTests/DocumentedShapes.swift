import Foundation

/// The shapes that docs/json.md describes: one section a type, one row a field.
struct DocumentedShapes {
  struct Field {
    let path: String
    let isOptional: Bool
    /// The path of the object that holds it: "" at the top.
    var parent: String { path.contains(".") ? String(path[..<(path.lastIndex(of: ".") ?? path.startIndex)]) : "" }
  }

  /// By type, e.g. "amana.status"; the frame's fields are in each.
  let fields: [String: [Field]]

  init() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = try String(contentsOf: folder.appending(path: "docs/json.md"), encoding: .utf8)
    var sections: [String: [Field]] = [:]
    var name = ""
    for line in text.split(separator: "\n") {
      if line.hasPrefix("## ") { name = String(line.dropFirst(3)) }
      guard let row = line.firstMatch(of: /^\| `([^`]+)` \| ([^|]+) \|/) else { continue }
      sections[name, default: []].append(
        Field(path: String(row.output.1), isOptional: row.output.2.contains("optional")))
    }
    let frame = sections["Every document"] ?? []
    fields = sections.filter { $0.key.hasPrefix("amana.") }.mapValues { frame + $0 }
  }
}

/// What stands in a printed document: for each object, by its path, the keys that it has.
struct PrintedShape {
  private(set) var objects: [(path: String, keys: Set<String>)] = []

  init(_ json: String) throws {
    walk(try JSONSerialization.jsonObject(with: Data(json.utf8)), "")
  }

  private mutating func walk(_ value: Any, _ path: String) {
    if let object = value as? [String: Any] {
      objects.append((path, Set(object.keys)))
      for (key, inner) in object { walk(inner, path.isEmpty ? key : "\(path).\(key)") }
    } else if let list = value as? [Any] {
      for inner in list { walk(inner, path + "[]") }
    }
  }
}
