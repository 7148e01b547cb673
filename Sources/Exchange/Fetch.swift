import ControlAPI
import Logging
import OpenSSL

/// Fetches what the daemon wants of servers that its operator named, and brings it. Whether it is of any worth, the daemon
/// judges.
struct Fetch: Sendable {
  static let query = "application/timestamp-query"
  static let reply = "application/timestamp-reply"

  let web: WebClient
  let daemon: any ExchangeDaemon
  let logger: Logger

  /// Everything that is wanted now, each by itself: what hangs holds back nothing else.
  func run() async throws {
    let wanted = try await daemon.fetches()
    await withTaskGroup(of: Void.self) { tasks in
      for list in wanted.lists { tasks.addTask { await fetch(list) } }
      for stamp in wanted.timeStamps { tasks.addTask { await fetch(stamp) } }
    }
  }

  private func fetch(_ list: WantedList) async {
    let limit = Int(clamping: min(list.limit, UInt64(FetchReport.maximumContent)))
    await report(FetchReport(url: list.url)) { url throws(WebFailure) in try await web.get(url, limit: limit) }
  }

  private func fetch(_ stamp: WantedTimeStamp) async {
    await report(FetchReport(url: stamp.url, entry: stamp.entry)) { url throws(WebFailure) in
      try await web.post(
        stamp.query, as: Self.query, to: url, answeredAs: Self.reply, limit: TimeStampToken.maximumByteCount)
    }
  }

  private func report(
    _ blank: FetchReport, _ ask: @Sendable (FetchURL) async throws(WebFailure) -> [UInt8]
  ) async {
    var report = blank
    do throws(WebFailure) {
      guard let url = FetchURL(blank.url) else { throw WebFailure("url", "it is no http or https URL") }
      report = FetchReport(url: blank.url, entry: blank.entry, content: try await ask(url))
    } catch {
      // A stop is no failure of the server's.
      if Task.isCancelled { return }
      logger.warning("\(blank.url): \(error)")
      report = FetchReport(url: blank.url, entry: blank.entry, code: error.code, detail: error.sentence)
    }
    do {
      let answer = try await daemon.report(report)
      let result = "\(answer.result.rawValue)\(answer.code.map { " (\($0))" } ?? "")"
      if answer.result == .refused {
        logger.warning("\(blank.url): amanad does not take what came: \(result)")
      } else {
        logger.info("\(blank.url): \(result)")
      }
    } catch {
      if !Task.isCancelled { logger.warning("\(blank.url): \(error)") }
    }
  }
}
