import Foundation

/// The `openssl` command of this machine, run in a folder of its own that is removed at the end.
public final class OpenSSLTool: Sendable {
  public struct Failed: Error, CustomStringConvertible {
    public let description: String
  }

  let folder: URL

  public init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "amana-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  public func write(_ name: String, _ bytes: [UInt8]) throws { try Data(bytes).write(to: folder.appending(path: name)) }

  public func read(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.appending(path: name))) }

  /// Whether the command ended with status 0.
  public func succeeds(_ arguments: [String]) throws -> Bool {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["openssl"] + arguments
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  public func run(_ arguments: [String]) throws {
    guard try succeeds(arguments) else { throw Failed(description: "openssl \(arguments.joined(separator: " "))") }
  }
}
