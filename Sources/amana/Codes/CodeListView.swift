import Custody
import Roster

/// A code list, as JSON says it.
struct CodeListView: Encodable {
  struct Code: Encodable {
    let code: String
    let since: UInt64
    let deprecated: Bool
    let replacedBy: String?
    let texts: [String: String]

    enum CodingKeys: String, CodingKey {
      case code, since, deprecated, texts
      case replacedBy = "replaced_by"
    }
  }

  let list: String
  let listVersion: UInt64
  /// SHA-256 of its file.
  let digest: String
  /// How a roster names it.
  let reference: String
  let title: [String: String]
  let codes: [Code]

  enum CodingKeys: String, CodingKey {
    case list, digest, reference, title, codes
    case listVersion = "list_version"
  }

  init(_ list: CodeList) {
    self.list = list.name
    listVersion = list.version
    digest = hexadecimal(list.digest)
    reference = list.reference.description
    title = list.texts
    codes = list.codes.map {
      Code(code: $0.id, since: $0.since, deprecated: $0.isDeprecated, replacedBy: $0.replacedBy, texts: $0.texts)
    }
  }
}

/// What is to be said of a code list's file.
struct CodesCheckView: Encodable {
  let file: String
  let holds: Bool
  let problems: [String]
  let list: String?
  let listVersion: UInt64?
  let codes: Int?
  let digest: String?
  let reference: String?

  enum CodingKeys: String, CodingKey {
    case file, holds, problems, list, codes, digest, reference
    case listVersion = "list_version"
  }

  init(file: String, list: CodeList?, problems: [String]) {
    self.file = file
    holds = problems.isEmpty
    self.problems = problems
    self.list = list?.name
    listVersion = list?.version
    codes = list?.codes.count
    digest = list.map { hexadecimal($0.digest) }
    reference = list?.reference.description
  }
}
