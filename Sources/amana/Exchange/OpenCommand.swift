import ArgumentParser
import ControlAPI
import Custody
import Foundation
import Glibc
import OpenSSL

/// Opens a sealed payload with the key of a role, here in this process.
struct Open: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Open a sealed payload with the key of your role; the daemon never sees the key.",
    discussion: """
      The daemon gives the ciphertext, and that is on record; what it holds is opened here and checked against what the \
      statement commits to before a byte of it is shown. A passphrase is read from $AMANA_KEY_PASSPHRASE_FILE, a file or a \
      descriptor (/dev/fd/3), never from arguments.
      """)
  @Argument(help: "The beginning of the statement's id, at least 4 digits.") var id: String
  @Argument(help: "The payload: manifest, identity, medical, judicial, child-protection, property, message, …")
  var payload: String
  @Option(name: .long, help: "Your key, PEM.") var key: String
  @Option(
    name: .long, help: "The file to write, readable by you alone. Default: standard output, unless it is a terminal.")
  var out: String?
  @ArgumentParser.Flag(name: .long, help: "With --out, print JSON: amana.open of docs/json.md.") var json = false
  @OptionGroup var connection: Connection

  func validate() throws {
    guard !json || out != nil else { throw usage(.usageGoesWith, "--json", "--out") }
  }

  private struct Opened: Encodable {
    let statement: String
    let payload: String
    let mediaType: String
    let bytes: UInt64
    let file: String

    enum CodingKeys: String, CodingKey {
      case statement, payload, bytes, file
      case mediaType = "media_type"
    }
  }

  func run() async throws {
    let session = connection.session
    guard out != nil || isatty(STDOUT_FILENO) == 0 else {
      throw CommandFailure(Exit.usage, say(.openTerminal, in: session.language))
    }
    let key = try readKey(key, in: session.language)
    let found = try await session.statements(id)
    guard let first = found.first, found.count == 1 else { throw session.ambiguous(id, found) }
    let (signed, reference) = try await envelope(first.statement, session)
    let folder = out.map { URL(filePath: $0).deletingLastPathComponent().path } ?? NSTemporaryDirectory()
    let cipher = try NewFile.unnamed(in: folder)
    defer { cipher.discard() }
    try await session.download("/v1/statements/\(first.statement)/sealed?payload=\(payload)") {
      try cipher.write($0)
    }
    let plain = try out.map { try NewFile($0) } ?? NewFile.unnamed(in: folder)
    defer { plain.discard() }
    let size = try open(cipher, signed, reference, key, into: plain, session.language)
    guard let out else { return try give(plain) }
    try plain.keep()
    guard json else {
      return print(
        say(.opened, in: session.language, payload, first.statement, visible(out), String(size)))
    }
    try printJSON(
      .open,
      Opened(statement: first.statement, payload: payload, mediaType: reference.mediaType, bytes: size, file: out))
  }

  /// What the statement itself says of the payload, not what the daemon says.
  private func envelope(_ statement: String, _ session: Session) async throws -> (SignedStatement, SealedReference) {
    let bytes = try await session.send(.get, "/v1/statements/\(statement)/cose")
    guard let signed = try? SignedStatement(decoding: bytes), signed.id.description == statement else {
      throw CommandFailure(Exit.doesNotHold, say(.openUnsigned, in: session.language, statement))
    }
    guard let reference = signed.event.sealed.first(where: { $0.id == payload }) else {
      let names = signed.event.sealed.map(\.id).joined(separator: separator(in: session.language))
      throw CommandFailure(
        Exit.doesNotHold,
        say(.openNoPayload, in: session.language, statement, visible(payload), names.isEmpty ? "-" : names))
    }
    return (signed, reference)
  }

  /// Piece by piece; what comes out is kept only when all of it holds.
  private func open(
    _ cipher: NewFile, _ signed: SignedStatement, _ reference: SealedReference, _ key: PrivateKey, into plain: NewFile,
    _ language: Language
  ) throws -> UInt64 {
    let size = try cipher.handle.offset()
    try cipher.handle.seek(toOffset: 0)
    let context = SealContext(issuer: signed.issuer, recordID: signed.event.recordID, of: reference)
    var written: UInt64 = 0
    do {
      var reader = try SealReader(
        ciphertextByteCount: size, with: key, in: context, digest: reference.ciphertextDigest,
        commitment: reference.commitment)
      while let data = try cipher.handle.read(upToCount: 256 << 10), !data.isEmpty {
        let content = try reader.read([UInt8](data))
        try plain.write(content)
        written += UInt64(content.count)
      }
      _ = try reader.finish()
    } catch let refusal as SealRefusal {
      throw CommandFailure(
        Exit.doesNotHold, say(refusal == .notForThisKey ? .openOtherKey : .openAltered, in: language, payload))
    }
    return written
  }

  private func give(_ plain: NewFile) throws {
    try plain.handle.seek(toOffset: 0)
    while let data = try plain.handle.read(upToCount: 256 << 10), !data.isEmpty {
      guard Screen.write(bytes: data) else { return }
    }
  }
}
