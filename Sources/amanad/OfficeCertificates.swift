import Custody
import Foundation
import Logging
import OpenSSL
import Roster

/// What an authority whose State runs a certification authority has beside its keys (RFC 5280).
extension Office {
  /// Whom it trusts, by roster, policy and the revocation lists at hand.
  var verifier: StatementVerifier { StatementVerifier(roster: roster, policy: policy, revocations: revocations) }

  /// The certificates that stand in what is signed now: those of the key that signs.
  var shownChain: [Certificate] {
    chainProblem == nil && chain.first?.publicKey == statementKey.publicKey ? chain : []
  }

  /// The office with its certificates and revocation lists, read anew.
  func withCertificates(in directory: String) throws -> Office {
    var office = self
    office.filed = try Self.revocationLists(in: "\(directory)/crls")
    office.chain = try Self.chain(in: directory)
    guard let signer = office.chain.first else { return office }
    guard statementKeys.all.contains(where: { $0.publicKey == signer.publicKey }) else {
      throw StartError(
        "keys/statement.crt is of another key than the statement key: its first certificate must be of that")
    }
    do throws(PathRefusal) {
      // Not the anchor: whoever verifies has it from the roster. Lists that have ended may have been followed by fetched
      // ones, which are not here yet: what they leave open is said later.
      office.chain = try office.path(of: signer, at: currentTime(), asksReach: false).certificates.dropLast()
    } catch {
      throw StartError("keys/statement.crt proves nothing to others: \(error). Have it renewed, or take the file away")
    }
    return office
  }

  private func path(of signer: Certificate, at now: UnixTime, asksReach: Bool = true) throws(PathRefusal)
    -> CertificatePath
  {
    let path = try CertificatePath.validate(
      signer, through: Array(chain.dropFirst()), to: authority.anchors.statements,
      for: .statement(uri: authority.uri), at: now, revocations: revocations, asksReach: asksReach)
    if let revocation = path.revocation, revocation.since <= now {
      throw PathRefusal(.revoked, "\(revocation.reason), since \(OffsetTime(unix: revocation.since))")
    }
    return path
  }

  /// Says so where the certificates are not shown.
  func tellProblemOfChain() {
    guard let chainProblem else { return }
    Logger.amanad.record(
      .fetchFailed, "keys/statement.crt proves nothing any more and is not shown: \(chainProblem)", code: "chain")
  }

  /// Why the certificates that are shown prove nothing; nil when they do, or there are none.
  func problemOfChain(at now: UnixTime) -> String? {
    guard let signer = chain.first else { return nil }
    do throws(PathRefusal) {
      _ = try path(of: signer, at: now)
      return nil
    } catch { return "\(error)" }
  }

  /// keys/statement.crt: PEM certificates, the key's own first; none without the file.
  private static func chain(in directory: String) throws -> [Certificate] {
    let folders = [ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"], "\(directory)/keys"]
    let paths = folders.compactMap(\.self).map { "\($0)/statement.crt" }
    guard let path = paths.first(where: { FileManager.default.fileExists(atPath: $0) }) else { return [] }
    let bytes = try readFile(path, limit: 256 << 10)
    do throws(OpenSSLError) {
      return try Certificate.list(pem: bytes, limit: CertificatePath.maximumCount)
    } catch { throw StartError("\(path) cannot be read as PEM certificates: \(error)") }
  }

  /// crls/*.crl, DER or PEM, at most 64. One that cannot be read stops the start: it may be the one that matters.
  private static func revocationLists(in folder: String) throws -> [RevocationList] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let lists = names.filter { $0.hasSuffix(".crl") }.sorted()
    guard lists.count <= 64 else { throw StartError("\(folder) has more than 64 revocation lists") }
    return try lists.map { name in
      let bytes = try readFile("\(folder)/\(name)", limit: 2 * RevocationList.maximumByteCount)
      do throws(OpenSSLError) { return try RevocationList(file: bytes) } catch {
        throw StartError("the revocation list \(folder)/\(name) cannot be read: \(error)")
      }
    }
  }

  /// Whether certificates or revocation lists differ from another's.
  func hasOtherCertificates(than other: Office) -> Bool {
    chain != other.chain || Set(filed) != Set(other.filed)
  }
}
