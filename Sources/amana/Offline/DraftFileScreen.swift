import COSE
import ControlAPI
import Custody
import Foundation
import Roster

/// Draft files for people.
struct DraftFileScreen {
  let path: String
  let language: Language

  func showWritten(_ file: DraftFile, _ kit: OfflineKit?) {
    let event = file.event
    let name = word(event.type.rawValue, in: language)
    print(say(.offlineWritten, in: language, name, event.recordID.uuid, visible(path), String(file.lines)))
    let age = kit.map { OfflineKit.age(of: $0.created, $0.newest, at: now(), in: language) }
    for line in age ?? [] { print(line) }
    for flag in EventRows(event: event, language: language).flags { print(flag) }
    showNext(file)
  }

  /// Who has to approve still, or where it goes now.
  func showNext(_ file: DraftFile) {
    let view = file.view()
    let officers = view.officersNeeded - view.officersApproved
    if officers > 0 { print(say(.offlineOfficers, in: language, String(officers), visible(path))) }
    for role in view.rolesMissing {
      print(say(.needsOffice, in: language, word(role, in: language), visible(path), role))
    }
    if view.approvalsMissing == 0 { print(say(.offlineBring, in: language, visible(path))) }
  }

  /// Everything that its bytes say, who has approved and who may still.
  func showWhole(_ file: DraftFile) {
    DraftScreen(language: language).showWhole(DraftOutlook(file.view(), roster: file.roster), isFile: true)
    showNext(file)
  }
}

/// Reads a draft file; nobody is shown one that was altered or holds an approval that does not count.
func readDraftFile(_ path: String, in language: Language) throws -> DraftFile {
  let bytes = try readFile(path, limit: DraftFile.maximumByteCount)
  func bad(_ why: String) -> CommandFailure {
    CommandFailure(Exit.doesNotHold, say(.draftFileBad, in: language, visible(path), why))
  }
  let file: DraftFile
  do { file = try DraftFile(decoding: bytes) } catch { throw bad("\(error)") }
  for approval in file.approvals {
    do {
      if case .failure(let refusal) = file.verified(try Approval(decoding: approval)) { throw bad(refusal.why) }
    } catch let error as DecodeError { throw bad("\(error)") }
  }
  // How many lines it has stands beside what is signed, in clear: whoever carried it may have changed that.
  guard file.isCountedRight else { throw bad(say(.draftFileCount, in: language, String(file.lines))) }
  if file.event.exercise { Screen.beginExercise(in: language) }
  return file
}

extension DraftFile {
  /// Whether the number of lines in its header is the one that is signed.
  var isCountedRight: Bool {
    guard let counts = event.counts else { return lines == 0 }
    return counts.total.map { $0 == lines } ?? (lines < UInt64(Counts.smallest))
  }

  /// The approvals that count by its own roster.
  var counted: [VerifiedApproval] {
    approvals.compactMap { bytes in
      (try? Approval(decoding: bytes)).flatMap { try? verified($0).get() }
    }
  }

  /// As a daemon shows a draft.
  func view() -> DraftView {
    let counted = counted
    let given = roles.lacking(roles.lacking(counted.map(\.role)))
    return DraftView(
      draftID: id.uuid, recordID: event.recordID.uuid, event: event.type.rawValue, issuer: authority.uri,
      content: hexadecimal(eventBytes), lines: Int(clamping: lines), to: event.to?.description,
      officersNeeded: officersNeeded, officersApproved: counted.count { $0.role == .officer },
      approvedBy: counted.compactMap(\.officer),
      rolesNeeded: roles.isEmpty ? nil : roles.map(\.rawValue),
      rolesApproved: roles.isEmpty ? nil : given.map(\.rawValue), statement: nil, index: nil,
      flags: event.flags.map { Problem.Failing($0) })
  }
}

extension Problem.Failing {
  /// A flag that will be signed.
  init(_ flag: Custody.Flag) {
    self.init(
      code: flag.name, detail: flag.statement.map { "about \($0)" } ?? "about this statement",
      sentence: flag.code.flatMap { CheckTable.row($0)?.sentence["en"] })
  }
}
