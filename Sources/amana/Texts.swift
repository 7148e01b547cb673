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
  case fileTakenCSV, fileTakenJSON, fileByMark, fileByContent, fileByGuess, fileByOption, fileComma, fileSemicolon
  case fileTab, fileByHeader, fileBySeparatorLine, fileToldDelimiter, filePassedOver, fileReadDates
  case fileReadArabicIndic, fileReadEasternArabicIndic, fileReadLineBreaks, fileFormDayFirst, fileFormMonthFirst
  case fileFormDayFirstTold, fileFormMonthFirstTold, fileFormEitherOrder, fileFormYearFirst, fileFormMonthOnly
  case fileFormSerial, fileFormMarks, fileTotals, fileChecked, fileWarning, personProblem, fileEmpty, fileNoRows
  case fileSpreadsheet, filePDF, fileUTF32, fileEncodingContradicts, fileNotUTF8, fileNotUTF16, fileCutCharacter
  case fileUnknownEncoding, fileZeroByte, fileSeparatorLine, fileNoHeader, fileNoHeaderSo, fileTooManyRows
  case fileTooManyColumns, fileColumnUnnamed
  case fileUnknownColumn, fileColumnTwice, fileColumnMissing, fileFieldCount, fileCutRow, fileStrayQuote
  case fileTextBehindQuote, fileOpenQuote, fileReplacementCharacter, fileQuestionMarks, fileForeignDigit
  case fileMixedDigits, fileDigitsMixedAsTyped, fileDateAmbiguous, fileDateContradicts, fileDateNoDay
  case fileDateShortYear, fileDateYear, fileDateLetter, fileReferenceTwice, fileReferenceForm
  case fileReferenceLooksAlike, fileNameTwice, fileNameForm, fileNameLooksAlike, fileFamilyLooksAlike
  case fileJSONEnds, fileJSONSyntax, fileJSONWord, fileJSONControl, fileJSONEscape
  case fileJSONDepth, fileJSONRest, fileJSONKeyTwice, fileJSONKeys, fileJSONUnknownKey, fileJSONNoPersons
  case fileJSONNoList, fileJSONNoPerson, fileJSONNoText, fileJSONBoolean, fileJSONNumber
  case rowProblem, fileRefused, initAuthority, initRoster, initTrust, initSigned
}

/// A sentence in a language. Values are isolated where the sentence runs right to left, so that Latin names and numbers
/// keep their order.
func say(_ text: Text, in language: Language, _ values: String...) -> String { say(text, in: language, values) }

/// The same with a list of values.
func say(_ text: Text, in language: Language, _ values: [String]) -> String {
  let catalogue = language == .ar ? arabicTexts : englishTexts
  var sentence = catalogue[text] ?? englishTexts[text] ?? text.rawValue
  for (index, value) in values.enumerated().reversed() {
    let shown = language == .ar ? "\u{2068}\(value)\u{2069}" : value
    sentence = sentence.replacingOccurrences(of: "%\(index + 1)", with: shown)
  }
  return sentence
}
