import NIOCore
import NIOHTTP1

extension ControlClient {
  /// Sends a body of known length piece by piece, so that it is never whole in memory.
  /// - Parameter next: gives the next piece, and none after the last.
  public func upload(
    _ path: String, length: UInt64, contentType: String, next: @Sendable () async throws -> [UInt8]?
  ) async throws -> ControlResponse {
    let head = head(.POST, path, [("content-length", String(length)), ("content-type", contentType)])
    return try await exchanging { inbound, outbound in
      do {
        try await outbound.write(.head(head))
        while let piece = try await next() { try await outbound.write(.body(.byteBuffer(ByteBuffer(bytes: piece)))) }
        try await outbound.write(.end(nil))
      } catch is ChannelError {
        // The daemon may answer and close before the last piece is written: what counts is its answer.
      }
      return try await self.collect(inbound)
    }
  }

  /// Asks and hands on what comes, piece by piece. An error's answer is collected and returned; of a good one the body is
  /// empty, since it has been handed on.
  /// - Parameter began: is given the head of a good answer, before what comes.
  /// - Throws: what `take` throws, and `ControlClientError.interrupted` when the answer broke off.
  public func download(
    _ path: String, accept: String = "*/*", began: @Sendable (ControlResponse) -> Void = { _ in },
    take: @Sendable ([UInt8]) async throws -> Void
  ) async throws -> ControlResponse {
    let head = head(.GET, path, [("accept", accept)])
    return try await exchanging { inbound, outbound in
      try await outbound.write(contentsOf: [.head(head), .end(nil)])
      var good: HTTPResponseHead?
      var parts = inbound.makeAsyncIterator()
      while let part = try await parts.next() {
        switch part {
        case .head(let received) where received.status.code < 300:
          good = received
          began(ControlResponse(received, body: []))
        case .head(let received): return try await self.collect(&parts, after: received)
        case .body(let buffer): try await take(Array(buffer.readableBytesView))
        case .end:
          guard let good else { break }
          return ControlResponse(good, body: [])
        }
      }
      throw ControlClientError.interrupted(socket: self.socket)
    }
  }

  private func head(_ method: HTTPMethod, _ path: String, _ fields: [(String, String)]) -> HTTPRequestHead {
    HTTPRequestHead(
      version: .http1_1, method: method, uri: path,
      headers: HTTPHeaders([("host", "amana"), ("connection", "close")] + fields))
  }

  private func exchanging(
    _ work:
      @Sendable (
        NIOAsyncChannelInboundStream<HTTPClientResponsePart>, NIOAsyncChannelOutboundWriter<HTTPClientRequestPart>
      ) async throws -> ControlResponse
  ) async throws -> ControlResponse {
    let channel = try await connect()
    do {
      return try await channel.executeThenClose { try await work($0, $1) }
    } catch let error where error is ChannelError || error is HTTPParserError || error is IOError {
      throw ControlClientError.interrupted(socket: socket)
    }
  }

  private func collect(
    _ parts: inout NIOAsyncChannelInboundStream<HTTPClientResponsePart>.AsyncIterator, after head: HTTPResponseHead
  ) async throws -> ControlResponse {
    var body: [UInt8] = []
    while let part = try await parts.next() {
      if case .body(let buffer) = part {
        guard body.count + buffer.readableBytes <= 1 << 20 else { throw ControlClientError.tooLarge(limit: 1 << 20) }
        body += buffer.readableBytesView
      }
      if case .end = part { return ControlResponse(head, body: body) }
    }
    throw ControlClientError.interrupted(socket: socket)
  }
}

extension ControlResponse {
  init(_ head: HTTPResponseHead, body: [UInt8]) {
    self.init(
      status: Int(head.status.code), contentType: head.headers.first(name: "content-type") ?? "", body: body,
      next: head.headers.first(name: "link").flatMap(Self.next),
      isExercise: head.headers.first(name: ControlResponse.exerciseHeader) == "true")
  }

  /// The target of a link to the next page: a path of this interface, nothing else.
  private static func next(_ link: String) -> String? {
    guard link.hasPrefix("</v1/"), let end = link.firstIndex(of: ">"), link[end...].contains("rel=\"next\"") else {
      return nil
    }
    return String(link[link.index(after: link.startIndex)..<end])
  }
}
