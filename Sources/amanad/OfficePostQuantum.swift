import ControlAPI
import Custody
import OpenSSL
import Roster

extension Office {
  static func postQuantum(_ text: String?, _ directory: String) throws -> PostQuantum {
    guard let found = PostQuantum(rawValue: text ?? PostQuantum.classical.rawValue) else {
      throw StartError("\(directory)/authority.json: post_quantum is classical or both")
    }
    return found
  }

  /// Whether an intention of ours would be refused for want of the second signature that our own policy asks for.
  func lacksSecondSignature(at time: UnixTime) -> Bool {
    policy.postQuantum == .both && postQuantumKey == nil && !statementKey.type.isMLDSA
      && authority.hasMLDSAKey(at: time)
  }

  /// Adds the authority's ML-DSA signature over what its officers approved.
  func addSecondSignature(to event: Event, at time: UnixTime) throws -> Event {
    guard let postQuantumKey else { return event }
    var event = event
    event.add(
      approval: try Approval.sign(
        draft: event.encoded(includingApprovals: false), record: event.recordID, issuer: authority.uri,
        role: .authorityPQ, at: time, with: postQuantumKey))
    return event
  }
}

extension OfficeKeys {
  /// The ML-DSA key of the authority, `statement-pq`, which it need not have.
  static func postQuantum(of authority: Authority, in folder: KeyFolder) throws(StartError) -> PrivateKey? {
    let (text, isThere) = folder.place(KeyFolder.postQuantum)
    guard isThere else { return nil }
    let held = try valid(KeyFolder.postQuantum, .statement, of: authority, in: folder)
    guard held.key.type.isMLDSA else { throw StartError("\(text) is no ML-DSA key") }
    return held.key
  }
}
