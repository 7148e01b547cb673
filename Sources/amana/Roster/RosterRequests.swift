import COSE
import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster

/// What authorities ask of the roster's writers, put into a body: files of `amana key rotate` and `amana key revoke`. Each
/// is checked against what the roster lists: whoever brings it is not believed.
struct RosterRequests {
  /// Paths of rotation files and of revocation requests.
  let rotations: [String]
  let revocations: [String]
  let language: Language

  func applied(to body: RosterBody) throws -> RosterBody {
    var body = body
    for path in rotations { body = try rotated(body, path) }
    for path in revocations { body = try revoked(body, path) }
    guard !rotations.isEmpty || !revocations.isEmpty else { return body }
    do { return try RosterBody(decoding: body.encoded()[...]) } catch {
      throw refusal((rotations + revocations).joined(separator: separator(in: language)), error.detail)
    }
  }

  /// Lists the key that follows beside the one that it takes over from. When that ends is another request.
  private func rotated(_ body: RosterBody, _ path: String) throws -> RosterBody {
    let rotation: Rotation
    do { rotation = try StrictJSON.decode(Rotation.self, from: readFile(path, limit: 1 << 16)) } catch let failure
      as CommandFailure
    { throw failure } catch {
      throw refusal(path, "it is no file of amana key rotate")
    }
    guard let authority = body.authorities.first(where: { sameBytes($0.name.description, rotation.authority) }) else {
      throw refusal(path, "\(rotation.authority) is not listed")
    }
    guard let old = authority.keys.first(where: { sameBytes(hexadecimal($0.kid), rotation.replaces) }),
      sameBytes(old.purpose.rawValue, rotation.purpose)
    else { throw refusal(path, "\(authority.name) lists no \(rotation.purpose) key \(rotation.replaces.prefix(16))") }
    let record = try record(rotation, after: old, at: body.issuedAt, path)
    return body.replacing(authority.with(keys: authority.keys + [record], officers: authority.officers))
  }

  private func record(_ rotation: Rotation, after old: KeyRecord, at time: UnixTime, _ path: String) throws -> KeyRecord
  {
    guard let der = decodeHexadecimal(rotation.key), let key = try? PublicKey(subjectPublicKeyInfo: der) else {
      throw refusal(path, "key is no SubjectPublicKeyInfo")
    }
    let link = try rotation.link.map { text in
      guard let bytes = decodeHexadecimal(text), let link = try? KeyLink(decoding: bytes), link.isSigned(by: old.key),
        link.to == key.thumbprint, link.purpose == old.purpose
      else { throw refusal(path, "link is not the word of the key that is listed for this new one") }
      return link.bytes
    }
    let certificate = try rotation.certificate.map { text in
      guard let der = decodeHexadecimal(text), let certificate = try? Certificate(der: der) else {
        throw refusal(path, "certificate is none")
      }
      return certificate
    }
    guard
      let record = KeyRecord(
        purpose: old.purpose, key: key, notBefore: time, notAfter: time + RosterAuthor.validity, replaces: old.kid,
        link: link,
        role: old.role, certificate: certificate)
    else { throw refusal(path, "the certificate is of another key, or the key is of a type that no roster lists") }
    return record
  }

  /// Adds a revocation that the authority's statement key or a root key signed, as the roster lists it.
  private func revoked(_ body: RosterBody, _ path: String) throws -> RosterBody {
    let request: RevocationRequest
    do { request = try RevocationRequest(decoding: readFile(path, limit: 1 << 16)) } catch is DecodeError {
      throw refusal(path, "it is no file of amana key revoke")
    }
    guard let authority = body.authorities.first(where: { $0.name == request.authority }) else {
      throw refusal(path, "\(request.authority) is not listed")
    }
    let mayAsk =
      authority.keys.filter { $0.purpose == .statement }
      + body.root.holders.filter { sameBytes($0.holder, authority.name.description) }.flatMap(\.keys)
    guard let asking = mayAsk.first(where: { $0.standing(at: request.at) == .valid && request.isSigned(by: $0.key) })
    else {
      throw refusal(path, "it is signed by no statement key or root key of \(authority.name) that is valid")
    }
    guard asking.kid != request.kid || request.revocation.reason != .compromised else {
      throw refusal(path, "the key calls itself compromised, and so may whoever has it: another key must say so")
    }
    let owned = authority.keys + authority.officers.flatMap(\.keys)
    guard owned.contains(where: { $0.kid == request.kid }) else {
      throw refusal(path, "\(authority.name) lists no key \(hexadecimal(request.kid).prefix(16))")
    }
    func ended(_ key: KeyRecord) -> KeyRecord {
      guard key.kid == request.kid, !key.revocations.contains(request.revocation) else { return key }
      return key.with(revocations: key.revocations + [request.revocation])
    }
    return body.replacing(
      authority.with(
        keys: authority.keys.map(ended), officers: authority.officers.map { $0.with(keys: $0.keys.map(ended)) }))
  }

  private func refusal(_ path: String, _ why: String) -> CommandFailure {
    CommandFailure(Exit.doesNotHold, say(.rosterRequestBad, in: language, visible(path), foreign(why, in: language)))
  }
}

extension RosterBody {
  /// The body with one authority in the place of the one of its name.
  func replacing(_ changed: Authority) -> RosterBody {
    RosterBody(
      coalition: coalition, exercise: exercise, version: version, previous: previous, issuedAt: issuedAt,
      nextUpdate: nextUpdate, root: root, members: members,
      authorities: authorities.map { $0.name == changed.name ? changed : $0 }, codeLists: codeLists)
  }
}
