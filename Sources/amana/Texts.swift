import ArgumentParser
import Foundation

/// The languages the command speaks.
enum Language: String, CaseIterable, ExpressibleByArgument {
  case en, ar

  /// From $AMANA_LANG or $LANG; English otherwise.
  static var preferred: Language {
    let environment = ProcessInfo.processInfo.environment
    let named = environment["AMANA_LANG"] ?? environment["LC_ALL"] ?? environment["LANG"] ?? ""
    return named.hasPrefix("ar") ? .ar : .en
  }
}

/// Every sentence the command says, by name. Each has its text in each catalogue; %1, %2 … are filled in.
enum Text: String, CaseIterable {
  case exerciseBanner, drafted, draftSigned, needsApprovals, approvalTaken, approvalWhat, discarded
  case statusHead, statusLog, statusHeld, statusReleased, statusMissing, statusContested, statusOverdue, statusWaiting
  case statusNothing, statusAlarm, statusTwoUsersOff, statusStale
  case showStatement, showReceipt, showFlag, showLine, showReleasedTo, showAnswered, showNone
  case imported, importedKnown, importedRefused, importedForeign, importNotice, exported, exportNotice
  case verifyHolds, verifyFails, verifyUnpinned, verifyLine, verifyBad, verifyReceipts, verifyCustody, verifyNotice
  case verifyFlagged
  case auditHolds, auditFails, receiptWritten, unreachableHint, ambiguous, notFound
  case configHolds, configFails, configMistake, configMistakeAllowed
  case rowProblem, fileRefused, initAuthority, initRoster, initTrust, initSigned
}

/// A sentence in a language. Values are isolated where the sentence runs right to left, so that Latin names and numbers
/// keep their order.
func say(_ text: Text, in language: Language, _ values: String...) -> String {
  let catalogue = language == .ar ? arabicTexts : englishTexts
  var sentence = catalogue[text] ?? englishTexts[text] ?? text.rawValue
  for (index, value) in values.enumerated().reversed() {
    let shown = language == .ar ? "\u{2068}\(value)\u{2069}" : value
    sentence = sentence.replacingOccurrences(of: "%\(index + 1)", with: shown)
  }
  return sentence
}
