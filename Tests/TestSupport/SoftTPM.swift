import Foundation
import Glibc

/// It did not come up.
public struct NoSoftTPM: Error, CustomStringConvertible {
  public let description: String
}

/// A TPM 2.0 in software (swtpm) with a folder and a socket of its own, that can be taken away and put back.
/// Unchecked Sendable: one test at a time holds it.
public final class SoftTPM: @unchecked Sendable {
  /// Whether Debian's packages swtpm and tpm2-openssl are here. Tests that need them say aloud when not.
  public static var isHere: Bool {
    let files = FileManager.default
    let folders = ["x86_64-linux-gnu", "aarch64-linux-gnu"]
    return files.isExecutableFile(atPath: "/usr/bin/swtpm")
      && folders.contains { files.fileExists(atPath: "/usr/lib/\($0)/ossl-modules/tpm2.so") }
  }

  public let folder: String
  private var process: Process?

  /// What makes tpm2-openssl find this one; the tpm2 libraries are quiet.
  public var environment: [String: String] { Self.variables(of: folder) }

  private static func variables(of folder: String) -> [String: String] {
    let place = "swtpm:path=\(folder)/tpm.sock"
    return ["TPM2OPENSSL_TCTI": place, "TPM2TOOLS_TCTI": place, "TSS2_LOG": "all+NONE"]
  }

  /// Where the TPM of this process itself is. The environment of a process whose tests run in parallel is set only once.
  private static let own: String = {
    let folder = "/tmp/amana-tpm-\(UUID().uuidString.prefix(8))"
    for (name, value) in variables(of: folder) { _ = unsafe setenv(name, value, 1) }
    return folder
  }()

  /// Makes a new one that this process itself uses: one at a time, until it is discarded.
  public static func ofThisProcess() throws -> SoftTPM { try SoftTPM(folder: own) }

  /// Takes it away with its keys.
  public func discard() {
    remove()
    try? FileManager.default.removeItem(atPath: folder)
  }

  private var socket: String { "\(folder)/tpm.sock" }
  private var isThere: Bool {
    [socket, "\(socket).ctrl"].allSatisfy { FileManager.default.fileExists(atPath: $0) }
  }

  /// Makes one in a folder that does not exist yet, and puts it there.
  public init(folder: String) throws {
    self.folder = folder
    try FileManager.default.createDirectory(atPath: "\(folder)/state", withIntermediateDirectories: true)
    try insert()
  }

  deinit { remove() }

  /// Puts it there, with the keys that it had.
  public func insert() throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/swtpm")
    process.arguments = [
      "socket", "--tpm2", "--tpmstate", "dir=\(folder)/state", "--ctrl", "type=unixio,path=\(socket).ctrl",
      "--server", "type=unixio,path=\(socket)", "--flags", "not-need-init,startup-clear",
    ]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    self.process = process
    for _ in 0..<4000 where process.isRunning && !isThere { usleep(5000) }
    guard isThere, process.isRunning else {
      remove()
      throw NoSoftTPM(description: "swtpm did not come up in \(folder)")
    }
  }

  /// Takes it away, whatever it was doing.
  public func remove() {
    guard let process else { return }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    self.process = nil
    for path in [socket, "\(socket).ctrl"] { try? FileManager.default.removeItem(atPath: path) }
  }
}
