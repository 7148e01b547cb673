import Foundation
import Glibc

/// What a command answered.
struct Answer: CustomStringConvertible {
  let code: Int32
  let output: String
  let errors: String

  var description: String { "exit \(code)\n\(output)\(errors)" }
  var lines: [Substring] { output.split(separator: "\n") }
}

/// A test cannot go on.
struct Stopped: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// A process of this machine with its output in files, so that no full pipe can stop it.
final class Command {
  /// Where amana and amanad were built: beside the running test bundle.
  static let binaries: String = {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let arguments = CommandLine.arguments + [own]
    let folders = arguments.map { URL(filePath: $0).deletingLastPathComponent().path }
    return folders.first { FileManager.default.isExecutableFile(atPath: "\($0)/amanad") } ?? "."
  }()

  static let python = FileManager.default.isExecutableFile(atPath: "/usr/bin/python3") ? "/usr/bin/python3" : "python3"

  private let process = Process()
  private let outputPath: String
  let errorsPath: String
  var processID: Int32 { process.processIdentifier }
  var isRunning: Bool { process.isRunning }
  var errors: String { (try? String(contentsOfFile: errorsPath, encoding: .utf8)) ?? "" }
  var output: String { (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? "" }

  /// Starts a program: "amana" and "amanad" are those that were built, others are looked up in PATH.
  init(_ program: String, _ arguments: [String], environment: [String: String] = [:], logs: String) throws {
    outputPath = "\(logs)/\(UUID().uuidString).out"
    errorsPath = "\(logs)/\(UUID().uuidString).err"
    let path = program.hasPrefix("amana") ? "\(Self.binaries)/\(program)" : program
    process.executableURL = URL(filePath: path.contains("/") ? path : "/usr/bin/env")
    process.arguments = path.contains("/") ? arguments : [path] + arguments
    let inherited = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("AMANA_") && $0.key != "COLUMNS" }
    process.environment = inherited.merging(["AMANA_LANG": "en"]) { $1 }.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    let files = try [Self.file(outputPath), Self.file(errorsPath)]
    process.standardOutput = files[0]
    process.standardError = files[1]
    try process.run()
    // The process has them now. Left open they add up over hundreds of tests, until Foundation reads past its list.
    for file in files { try file.close() }
  }

  private static func file(_ path: String) throws -> FileHandle {
    _ = FileManager.default.createFile(atPath: path, contents: nil)
    guard let handle = FileHandle(forWritingAtPath: path) else { throw Stopped("\(path) cannot be written") }
    return handle
  }

  /// Waits for the end; a process that hangs is killed and fails the test.
  func finished(within seconds: Double = 300) throws -> Answer {
    guard poll(seconds, until: { !process.isRunning }) else {
      kill()
      throw Stopped("\(process.arguments ?? []) did not end: \(output) \(errors)")
    }
    return Answer(code: process.terminationStatus, output: output, errors: errors)
  }

  func signal(_ number: Int32) { if process.isRunning { _ = Glibc.kill(processID, number) } }

  /// kill −9, and waits until it is gone.
  func kill() {
    signal(SIGKILL)
    _ = poll(30) { !process.isRunning }
  }
}

/// Looks again and again until something holds or a generous deadline passes.
@discardableResult
func poll(_ seconds: Double = 180, until holds: () -> Bool) -> Bool {
  let deadline = Date().addingTimeInterval(seconds)
  while !holds() {
    if Date() > deadline { return false }
    usleep(2000)
  }
  return true
}

/// The same, for what is asked of a daemon.
func becomes(within seconds: Double = 180, _ holds: () async throws -> Bool) async throws -> Bool {
  let deadline = Date().addingTimeInterval(seconds)
  while try await !holds() {
    if Date() > deadline { return false }
    try await Task.sleep(for: .milliseconds(25))
  }
  return true
}
