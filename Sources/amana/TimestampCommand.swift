import ArgumentParser
import COSE
import ControlAPI
import Custody
import Foundation
import OpenSSL

/// Time stamps (RFC 3161) over the signatures of statements.
struct TimestampCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "timestamp",
    abstract: "Time stamps of a time stamping authority (RFC 3161), kept beside statements (RFC 9921).",
    discussion: """
      A time stamp proves that a statement existed by a moment, whatever becomes of its key later. The roster must list \
      the certification authority of whoever stamps. To be a witness when a key has ended or is compromised, another member \
      than the issuer's must list it: Receipts of other members prove the same.
      """,
    subcommands: [TimestampRequest.self, TimestampAttach.self])
}

/// Writes a request.
struct TimestampRequest: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "request", abstract: "Write the request for a time stamp over a statement's signature.")
  @Argument(help: "The beginning of the statement's id, at least 4 digits.") var id: String
  @Option(name: .long, help: "The file to write, e.g. request.tsq.") var out: String
  @OptionGroup var connection: Connection

  func run() async throws {
    let session = connection.session
    let signed = try await session.transparent(id)
    try writeFile(out, TimeStampToken.request(over: signed.message.timeStampInput))
    print(say(.timeStampRequested, in: session.language, signed.id.description, out))
  }
}

/// Hands a token to the daemon.
struct TimestampAttach: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attach", abstract: "Keep a time stamp beside a statement: the daemon verifies it first.")
  @Argument(help: "The beginning of the statement's id, at least 4 digits.") var id: String
  @Option(name: .long, help: "The time stamping authority's answer, or the token alone, DER.") var token: String
  @OptionGroup var connection: Connection

  func run() async throws {
    let session = connection.session
    let bytes = try readFile(token, limit: TimeStampToken.maximumByteCount)
    let stamp: TimeStampToken
    do { stamp = try (try? TimeStampToken(der: bytes)) ?? TimeStampToken(response: bytes) } catch {
      throw CommandFailure(Exit.usage, say(.timeStampUnreadable, in: session.language, visible(token), "\(error)"))
    }
    let signed = try await session.transparent(id)
    // As everything else from outside comes: in a bundle, which is verified whole before anything of it is kept.
    var writer = BundleWriter(
      exercise: signed.event.exercise, created: OffsetTime(unix: Int64(Date().timeIntervalSince1970)), clear: false)
    writer.statement(signed.attaching([], timeStamp: stamp.der))
    _ = try await session.send(.post, "/v1/bundles", body: writer.bytes, contentType: Custody.Bundle.mediaType)
    let kept = try await session.transparent(signed.id.description).timeStamp
    guard kept != nil else {
      throw CommandFailure(Exit.doesNotHold, say(.timeStampNotKept, in: session.language, signed.id.description))
    }
    guard kept == stamp.der else { return print(say(.timeStampLater, in: session.language, signed.id.description)) }
    print(say(.timeStampAttached, in: session.language, signed.id.description, localTime(stamp.time)))
  }
}

extension Session {
  /// A statement on record with what is held for it.
  func transparent(_ id: String) async throws -> SignedStatement {
    let found = try await statements(id)
    guard let first = found.first, found.count == 1 else { throw ambiguous(id, found) }
    let bytes = try await send(.get, "/v1/statements/\(first.statement)/cose")
    do { return try SignedStatement(decoding: bytes) } catch {
      throw CommandFailure(Exit.cannotTell, say(.answerUnknown, in: language))
    }
  }
}
