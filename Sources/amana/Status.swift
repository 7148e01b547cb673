import ArgumentParser
import ControlAPI
import Foundation

/// At a glance: who is held, in transit, missing, contested; what waits.
struct Status: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "At a glance: held, in transit, missing, contested, overdue, waiting, alarms.",
    discussion: "Exit code 1 when there is an alarm, an overdue line or a contested chain.")
  @Flag(name: .long, help: "Print JSON, the shape of GET /v1/status.") var json = false
  @OptionGroup var connection: Connection

  func run() async throws {
    let session = connection.session
    let status = try await session.get("/v1/status", as: StatusView.self)
    if json { try printJSON(status) } else { show(status, session.language) }
    let isContested = status.custody.contains { $0.phase == "contested" }
    if !status.alarms.isEmpty || status.overdue > 0 || isContested { throw ExitCode(Exit.doesNotHold) }
  }

  private func show(_ status: StatusView, _ language: Language) {
    if status.exercise { print(say(.exerciseBanner, in: language)) }
    print(say(.statusHead, in: language, status.authority, String(status.rosterVersion)))
    print(say(.statusLog, in: language, status.origin, String(status.size), String(status.root.prefix(16))))
    if status.custody.isEmpty { print(say(.statusNothing, in: language)) }
    for count in status.custody {
      let text: Text =
        switch count.phase {
        case "released": .statusReleased
        case "missing": .statusMissing
        case "contested": .statusContested
        default: .statusHeld
        }
      print("  " + say(text, in: language, count.custodian, String(count.lines), count.to ?? ""))
    }
    if status.overdue > 0 { print(say(.statusOverdue, in: language, String(status.overdue))) }
    if status.waiting > 0 { print(say(.statusWaiting, in: language, String(status.waiting))) }
    if status.rosterStale { print(say(.statusStale, in: language)) }
    if !status.twoUsers { print(say(.statusTwoUsersOff, in: language)) }
    for alarm in status.alarms { print(say(.statusAlarm, in: language, alarm.code, alarm.detail)) }
  }
}

/// Prints a value as JSON, keys sorted.
func printJSON(_ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  print(String(decoding: try encoder.encode(value), as: UTF8.self))
}
