import ControlAPI
import Foundation
import Testing

/// docs/control-api.yaml and the table of operations that the daemon answers say the same.
@Suite struct DescriptionTests {
  /// An operation as the description has it.
  private struct Described {
    var path: String
    var method: String
    var right = ""
    var query: Set<String> = []
    var answers: Set<String> = []
    var body: String?
  }

  /// Reads the part of YAML that the description is written in: fixed indentation, one line a fact.
  private static func described() throws -> [String: Described] {
    let text = try String(contentsOf: URL(filePath: "docs/control-api.yaml"), encoding: .utf8)
    var (path, method, name, section) = ("", "", "", "")
    var found: [String: Described] = [:]
    for line in text.split(separator: "\n").drop(while: { $0 != "paths:" }).prefix(while: { $0 != "components:" }) {
      let indent = line.prefix { $0 == " " }.count
      let content = line.drop { $0 == " " }
      if indent == 2, content.hasPrefix("/") { path = String(content.dropLast()) }
      if indent == 4 { (method, name) = (String(content.dropLast()).uppercased(), "") }
      if indent == 6, content.hasPrefix("operationId: ") {
        name = String(content.dropFirst(13))
        found[name] = Described(path: path, method: method)
      }
      if indent == 6, content.hasPrefix("x-right: ") { found[name]?.right = String(content.dropFirst(9)) }
      if indent == 6 { section = String(content.prefix { $0 != ":" }) }
      if let parameter = content.firstMatch(of: #/components/parameters/([A-Za-z-]+)'/#), !name.isEmpty {
        found[name]?.query.insert(String(parameter.output.1))
      }
      guard let type = content.firstMatch(of: #/^(?:content: \{)?((?:application|text)/[a-z.+\-]+):(?: |$)/#) else {
        continue
      }
      if section == "requestBody" {
        found[name]?.body = String(type.output.1)
      } else {
        found[name]?.answers.insert(String(type.output.1))
      }
    }
    return found
  }

  @Test("Every operation is described once, with its path, method, right, parameters and types, and nothing else is")
  func table() throws {
    let described = try Self.described()
    #expect(Set(described.keys) == Set(ControlOperation.allCases.map(\.rawValue)))
    for operation in ControlOperation.allCases {
      let route = operation.route
      guard let row = described[operation.rawValue] else { continue }
      #expect(row.path == route.path && row.method == route.method.rawValue, "\(operation)")
      #expect(row.right == route.right.rawValue, "\(operation)")
      #expect(row.query.subtracting(["Idempotency-Key", "Last-Event-ID"]) == Set(route.query), "\(operation)")
      #expect(row.query.contains("Idempotency-Key") == (route.body?.takesKey == true), "\(operation)")
      #expect(row.body == route.body.map { $0.mediaType }, "\(operation)")
      let type = String(route.answers.prefix { $0 != ";" })
      #expect(row.answers == (route.method == .delete ? [] : [type]), "\(operation): \(row.answers)")
    }
  }

  @Test("Every operation is found by its method and path, and by no other's")
  func matching() {
    for operation in ControlOperation.allCases {
      let path = operation.route.path.replacing("{id}", with: "f00d")
      guard case .operation(let found, let id) = ControlOperation.match(operation.route.method.rawValue, path) else {
        Issue.record("\(operation) is not found")
        continue
      }
      #expect(found == operation && id == (path == operation.route.path ? nil : "f00d"))
    }
  }
}
