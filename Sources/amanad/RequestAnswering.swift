import ControlAPI
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// Answers one request after the other: counted, measured, and with a clear refusal once the daemon is stopping.
struct RequestAnswering<Responder: HTTPResponder<ControlContext>>: Sendable {
  let responder: Responder
  let settings: LiveSettings
  let traffic: Traffic

  func answer(_ request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel) async throws {
    guard traffic.beginRequest() else {
      let response = Self.stopping
      let body = try await writer.writeHead(response.head)
      try await response.body.write(body)
      // The connection ends with this answer.
      channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
      return
    }
    defer { traffic.endRequest(mayHaveChanged: request.method != .get) }
    let started = ContinuousClock.now
    let context = ControlContext(source: .init(channel: channel, logger: Logger.amanad))
    let response = await RequestDeadline.$seconds.withValue(settings.current.requestSeconds) {
      await respond(to: request, context)
    }
    // Counted before the answer leaves, so that whoever has it finds it counted.
    let path = context.endpointPath.flatMap { $0.hasPrefix("/") ? $0 : nil }
    let operation = path.map { "\(request.method) \($0)" } ?? "none"
    Metrics.shared.count(.requests, "operation", operation, "class", "\(response.status.code / 100)xx")
    let body = try await writer.writeHead(response.head)
    try await response.body.write(body)
    Metrics.shared.observe(
      .requestSeconds, started.duration(to: .now).inSeconds, "operation", operation)
  }

  private func respond(to request: Request, _ context: ControlContext) async -> Response {
    do {
      let response = try await responder.respond(to: request, context: context)
      // The router answers an unknown path by itself; people get the same shape as for any other error.
      guard response.status == .notFound, response.headers[.contentType] == nil else { return response }
      return problemResponse(HTTPError(.notFound)).response
    } catch {
      let (response, isInternal) = problemResponse(error)
      if isInternal { Logger.amanad.record(.internalError, "\(request.method) \(request.uri.path): \(error)") }
      return response
    }
  }

  private static var stopping: Response {
    let problem = Problem(
      status: 503, code: "stopping", title: "amanad is stopping",
      detail: "it finishes what it had taken and takes nothing new; nothing of this request was done",
      next: "ask again when it has started: systemctl status amana")
    var response = problemResponse(problem).response
    response.headers[.retryAfter] = "5"
    response.headers[.connection] = "close"
    return response
  }
}
