public import Foundation

/// The public conformance vectors, which stay outside the project: AMANA_VECTORS, or ../shared/vectors.
public enum Vectors {
  public static let folder: URL? = {
    let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let named = ProcessInfo.processInfo.environment["AMANA_VECTORS"].map { URL(filePath: $0) }
    let folder = named ?? checkout.deletingLastPathComponent().appending(path: "shared/vectors")
    return FileManager.default.fileExists(atPath: folder.appending(path: "README.md").path) ? folder : nil
  }()

  /// Says once, in one line, that vectors are skipped when they are not there.
  public static func announce(_ name: String) {
    if folder == nil { print("SKIPPED: \(name): no conformance vectors (set AMANA_VECTORS)") }
  }

  /// Every file below a folder of the vectors, as (path relative to it, content), sorted by path.
  public static func files(_ path: String) throws -> [(name: String, content: Data)] {
    guard let root = folder?.appending(path: path) else { return [] }
    let names = try FileManager.default.subpathsOfDirectory(atPath: root.path).sorted()
    return try names.compactMap { name in
      let url = root.appending(path: name)
      let isFile = try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile ?? false
      return isFile ? (name, try Data(contentsOf: url)) : nil
    }
  }

  public static func file(_ path: String) throws -> Data {
    guard let root = folder else { throw CocoaError(.fileNoSuchFile) }
    return try Data(contentsOf: root.appending(path: path))
  }
}
