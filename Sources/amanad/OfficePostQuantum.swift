import Custody
import Foundation
import OpenSSL
import Roster

extension Office {
  static func postQuantum(_ text: String?, _ directory: String) throws -> PostQuantum {
    guard let found = PostQuantum(rawValue: text ?? PostQuantum.classical.rawValue) else {
      throw StartError("\(directory)/authority.json: post_quantum is classical or both")
    }
    return found
  }

  /// The ML-DSA key of the authority, `statement-pq.pem`, which it need not have.
  static func postQuantumKey(of authority: Authority, in folder: String) throws -> PrivateKey? {
    let file = "statement-pq"
    guard FileManager.default.fileExists(atPath: "\(folder)/\(file).pem") else { return nil }
    let key = try key(.statement, of: authority, in: folder, file: file)
    guard key.type.isMLDSA else { throw StartError("\(folder)/\(file).pem is no ML-DSA key") }
    return key
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
