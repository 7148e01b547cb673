import Foundation
import Glibc

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
  public var environment: [String: String] {
    ["TPM2OPENSSL_TCTI": "swtpm:path=\(socket)", "TPM2TOOLS_TCTI": "swtpm:path=\(socket)", "TSS2_LOG": "all+NONE"]
  }

  /// Makes this process use it.
  public func use() {
    for (name, value) in environment { _ = unsafe setenv(name, value, 1) }
  }

  private var socket: String { "\(folder)/tpm.sock" }

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
    for _ in 0..<1000 where !FileManager.default.fileExists(atPath: socket) { usleep(5000) }
    for _ in 0..<1000 where !FileManager.default.fileExists(atPath: "\(socket).ctrl") { usleep(5000) }
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
