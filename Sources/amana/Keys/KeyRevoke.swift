import ArgumentParser
import Custody
import Foundation
import OpenSSL
import Roster

/// Asks for a key to end that served its time.
struct KeyRetire: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retire", abstract: "Ask the roster's writers that a key which served its time ends.",
    discussion: "Same as amana key revoke --reason retired.")
  @OptionGroup var request: RevocationOptions

  func run() throws { try request.write(.retired) }
}

/// Asks for a key to count no more.
struct KeyRevoke: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "Ask the roster's writers that a key counts no more, from a moment on.",
    discussion: """
      Writes a request signed by the authority's statement key, or by the root key or another that --key names: also when \
      the key itself is lost. Tell the other members by voice at once if it is compromised; the request alone changes \
      nothing until a roster lists it. Revocations are never taken back. A root key is not asked about: it is revoked in \
      the roster's text, with the whole threshold.
      """)
  @Option(name: .long, help: "retired, superseded, lost or compromised.", transform: revocationReason)
  var reason: Revocation.Reason
  @OptionGroup var request: RevocationOptions

  func run() throws { try request.write(reason) }
}

/// A reason as it is typed.
private func revocationReason(_ text: String) throws -> Revocation.Reason {
  guard let reason = Revocation.Reason(rawValue: text) else {
    throw usage(.usageNoneOf, text, Revocation.Reason.allCases.map(\.rawValue).joined(separator: ", "))
  }
  return reason
}

/// What both have in common.
struct RevocationOptions: ParsableArguments {
  @Argument(help: "The key: the beginning of its kid, at least 8 digits.") var kid: String
  @Option(name: .long, help: "From when it does not count, RFC 3339 with offset. Default: now.") var from: String?
  @Option(name: .long, help: "The authority's directory.") var directory = "/etc/amana"
  @Option(name: .long, help: "The key that signs the request. Default: the statement key of the directory.")
  var key: String?
  @Option(name: .long, help: "The file to write. Default: DIRECTORY/revocation-KID.cose.") var out: String?
  @ArgumentParser.Flag(name: .long, help: "Print JSON: amana.key.revoke of docs/json.md.") var json = false
  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup var speech: Speech

  func validate() throws {
    guard kid.count >= 8, kid.allSatisfy(\.isHexDigit) else {
      throw usage(.usageKid, kid, "8")
    }
    guard from.map({ OffsetTime($0) != nil }) ?? true else {
      throw usage(.usageTime, from ?? "")
    }
  }

  func write(_ reason: Revocation.Reason) throws {
    let language = speech.language
    let folder = try AuthorityFolder(directory, language)
    let record = try record(beginning: kid, among: folder.records.map(\.record), in: language)
    guard record.purpose != .root else {
      throw CommandFailure(Exit.doesNotHold, say(.keyRootRevoked, in: language))
    }
    let signer = try asking(about: record, reason, folder)
    let now = now()
    let moment = from.flatMap { OffsetTime($0) }?.unix ?? now
    let request = try RevocationRequest.sign(
      record.kid, Revocation(reason: reason, effectiveFrom: moment), of: folder.authority.name, at: now, with: signer)
    let short = String(hexadecimal(record.kid).prefix(16))
    let file = out ?? "\(directory)/revocation-\(short).cose"
    try refuseExisting(file, in: language)
    try writeFile(file, request.bytes)
    if json { return try printJSON(.keyRevoke, RequestView(request, file)) }
    let why = word(reason.rawValue, in: language)
    print(say(.keyRevocation, in: language, short, why, localTime(moment), visible(file)))
  }

  /// The key that asks: the statement key or a root key, and another one where the key itself is compromised.
  private func asking(about record: KeyRecord, _ reason: Revocation.Reason, _ folder: AuthorityFolder) throws
    -> PrivateKey
  {
    let language = speech.language
    let signer =
      try key.map { try readKey($0, passphraseFile: passphrase.passphraseFile, in: language) }
      ?? folder.key(KeyPurpose.statement.rawValue, passphraseFile: passphrase.passphraseFile, language)
    let mayAsk = folder.records.contains {
      $0.record.key == signer.publicKey && [.statement, .root].contains($0.record.purpose)
    }
    guard mayAsk, signer.publicKey != record.key || reason != .compromised else {
      throw CommandFailure(Exit.doesNotHold, say(.keyMayNotAsk, in: language))
    }
    return signer
  }

  struct RequestView: Encodable {
    let kid: String
    let reason: String
    let effectiveFrom: Int64
    let authority: String
    let signer: String
    let file: String

    init(_ request: RevocationRequest, _ file: String) {
      kid = hexadecimal(request.kid)
      reason = request.revocation.reason.rawValue
      effectiveFrom = request.revocation.effectiveFrom
      authority = request.authority.description
      signer = hexadecimal(request.signer)
      self.file = file
    }

    enum CodingKeys: String, CodingKey {
      case kid, reason, authority, signer, file
      case effectiveFrom = "effective_from"
    }
  }
}
