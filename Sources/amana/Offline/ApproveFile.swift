import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster

extension Approve {
  /// Approves a draft file here: shows what its bytes say, signs them and writes the approval beside them.
  func approve(file path: String, as role: ApprovalRole, _ language: Language) throws {
    var file = try readDraftFile(path, in: language)
    let event = file.event
    try DraftScreen(language: language).showApproving(event)
    let bytes = try Approval.sign(
      draft: file.eventBytes, record: event.recordID, issuer: file.authority.uri, role: role,
      at: Int64(Date().timeIntervalSince1970), with: readKey(key, in: language))
    let officer: UInt64
    switch file.verified(try Approval(decoding: bytes)) {
    case .success(let own):
      guard let number = own.officer else {
        throw CommandFailure(Exit.doesNotHold, say(.noRole, in: language, role.rawValue))
      }
      officer = number
    case .failure(let refusal):
      throw CommandFailure(Exit.doesNotHold, say(.offlineNotCounted, in: language, foreign(refusal.why, in: language)))
    }
    // Two officers are two numbers, and nobody approves in two offices.
    let others = file.counted
    guard !others.contains(where: { $0.officer == officer }), try file.add(approval: bytes) else {
      throw CommandFailure(Exit.doesNotHold, say(.offlineTwice, in: language, String(officer), visible(path)))
    }
    try writeFile(path, file.encoded(), mode: 0o600)
    print(say(.offlineApproved, in: language, String(officer), visible(path), word(role.rawValue, in: language)))
    DraftFileScreen(path: path, language: language).showNext(file)
  }
}
