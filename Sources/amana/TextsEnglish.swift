/// The English catalogue.
let englishTexts: [Text: String] = [
  .exerciseBanner: "EXERCISE — nothing here is real custody",
  .drafted: "drafted %1 of record %2: %3 lines",
  .draftSigned: "signed and registered as entry %1: %2 %3",
  .needsApprovals: "waits for %1 officers, %2 approved so far; next: amana approve %3 --key OFFICER.pem",
  .approvalTaken: "officer approval taken (%1 of %2)",
  .approvalWhat: "approving %1 of record %2: %3 lines, to %4",
  .discarded: "draft %1 discarded; nothing was signed",
  .statusHead: "%1 — roster version %2",
  .statusLog: "log %1, %2 entries, root %3",
  .statusHeld: "%2 held by %1",
  .statusReleased: "%2 released by %1 to %3, answer not yet seen; %1 stays responsible",
  .statusMissing: "%2 answered missing; %1 stays responsible",
  .statusContested: "%2 contested, last custodian %1",
  .statusOverdue: "OVERDUE: %1 released lines are past accept_by",
  .statusWaiting: "%1 drafts wait for approval",
  .statusNothing: "nobody is recorded here yet",
  .statusAlarm: "ALARM %1: %2",
  .statusTwoUsersOff: "rule off: two approvals may come from one local user",
  .statusStale: "the roster is past its next update: no intention can be signed until a new one is adopted",
  .showStatement: "entry %1  %2  %3 by %4, %5 lines, %6",
  .showReceipt: "  receipt of %1",
  .showFlag: "  flag %1: %2",
  .showLine: "  line %1  %2  %3  %4",
  .showReleasedTo: "released to %1, answer not yet seen",
  .showAnswered: "answered %1",
  .showNone: "nothing here has an id that begins with %1",
  .imported: "%1 statements registered",
  .importedKnown: "%1 were known, %2 new receipts",
  .importedRefused: "REFUSED %1 of %2: %3",
  .importedForeign: "%1 are not addressed to this authority and were left out",
  .importNotice: "NOTE: %1",
  .exported: "wrote %1 (%2 bytes)",
  .exportNotice: "It holds names and lines IN CLEAR: carry it as you would the register itself.",
  .verifyHolds: "HOLDS: %1 statements, %2 receipts, %3 positions proven, under roster %4",
  .verifyFails: "DOES NOT HOLD: %1",
  .verifyUnpinned:
    "CANNOT TELL: it agrees with itself, but nothing says that its roster %1 is genuine. Compare that digest with one "
    + "you trust and verify again with --roster-digest",
  .verifyLine: "%1 %2 by %3: %4",
  .verifyBad: "at byte %1: %2",
  .verifyReceipts: "receipts of %1",
  .verifyCustody: "%1 lines: %2",
  .verifyNotice: "NOTE: %1",
  .verifyFlagged: "BUT %1 flags: what is genuine is not all in order; read them above",
  .auditHolds: "HOLDS: %1 entries, %2 signatures, %3 receipts re-verified, %4 chains rebuilt and equal",
  .auditFails: "DOES NOT HOLD: %1",
  .receiptWritten: "wrote the receipt of %1 to %2",
  .unreachableHint: "nothing was done",
  .ambiguous: "%1 is not unique here; it could be: %2",
  .notFound: "no statement here answers to %1",
  .fileTakenCSV: "%1 is taken for CSV in %2, delimiter %3 (%4), line ends %5, %6 persons",
  .fileTakenJSON: "%1 is taken for JSON in %2, %3 persons",
  .fileByMark: "%1 (byte order mark)",
  .fileByContent: "%1 (found in its bytes)",
  .fileByGuess: "%1 (a guess, since it is not UTF-8: see that names read right)",
  .fileByOption: "%1 (as told)",
  .fileComma: "comma",
  .fileSemicolon: "semicolon",
  .fileTab: "tab",
  .fileByHeader: "from the header",
  .fileBySeparatorLine: "from its sep= line",
  .fileToldDelimiter: "as told",
  .filePassedOver: "  empty rows passed over: %1",
  .fileReadDates: "  column %1: %2 is read as %3 (%4); values read so: %5",
  .fileReadArabicIndic: "  column %1: Arabic-Indic digits are read as ASCII digits; values read so: %2",
  .fileReadEasternArabicIndic:
    "  column %1: Eastern Arabic-Indic digits are read as ASCII digits; values read so: %2",
  .fileReadLineBreaks: "  column %1: line breaks within a value are read as a space; values read so: %2",
  .fileFormDayFirst: "day first, as row %1 shows",
  .fileFormMonthFirst: "month first, as row %1 shows",
  .fileFormDayFirstTold: "day first, as told",
  .fileFormMonthFirstTold: "month first, as told",
  .fileFormEitherOrder: "day and month are equal",
  .fileFormYearFirst: "year, month, day",
  .fileFormMonthOnly: "month and year",
  .fileFormSerial: "a spreadsheet's day number, counted from 1900",
  .fileFormMarks: "without invisible direction marks",
  .fileTotals: "persons: %1; age: %2; nationality: %3",
  .fileChecked: "%1: wrong: %2; warnings: %3",
  .fileWarning: "warning: %1",
  .personProblem: "person %1, key %2: %3",
  .fileEmpty: "the file is empty: it needs a header and at least one row",
  .fileNoRows: "the file holds nobody: it needs a header and at least one row, or in JSON at least one person",
  .fileSpreadsheet:
    "this is a spreadsheet's own format (xlsx, xls or ods): save it there as \"CSV UTF-8\" and give that",
  .filePDF: "this is a PDF: give the table that it was made from, as CSV or JSON",
  .fileUTF32: "the file is UTF-32, which is not read: save it as \"CSV UTF-8\"",
  .fileEncodingContradicts:
    "the byte order mark says %1, and --encoding says %2: leave the option out, or take the mark away",
  .fileNotUTF8:
    "the file is not UTF-8: byte %1 does not fit, though most of it does. It was damaged: export it anew as "
    + "\"CSV UTF-8\". If you know it is Windows-1256, say --encoding windows-1256",
  .fileNotUTF16: "the file is not %1: a half of a surrogate pair stands alone. Export it anew as \"CSV UTF-8\"",
  .fileCutCharacter: "the file ends in the middle of a character of %1: it was cut off. Get it whole",
  .fileUnknownEncoding:
    "the file is not UTF-8 (byte %1 does not fit) and does not read like Arabic in Windows-1256: save it as "
    + "\"CSV UTF-8\", or say what it is with --encoding",
  .fileZeroByte: "a zero byte stands in line %1: the file was damaged. Export it anew",
  .fileSeparatorLine: "the first line names a delimiter that is not read: use a comma, a semicolon or a tab",
  .fileNoHeader:
    "names no column of this form, whatever the delimiter: the header of docs/manifest.md must stand in the "
    + "first row",
  .fileNoHeaderSo:
    "names no column of this form with this delimiter: correct the sep= line or --delimiter",
  .fileTooManyRows: "is one too many: a file holds at most %1 persons. Divide it",
  .fileTooManyColumns: "has %1 fields, and more than %2 are not read: see whether the line ends were lost",
  .fileColumnUnnamed: "field %1 of the header is empty: delete the column, or the delimiter at the end of the rows",
  .fileUnknownColumn: "is no column of this form: delete the column, or correct its name",
  .fileColumnTwice: "stands twice in the header: delete one of the two",
  .fileColumnMissing: "is missing from the header: add the column",
  .fileFieldCount:
    "has %1 fields, the header has %2: look for a missing or an additional delimiter, or a value that needs "
    + "quotation marks",
  .fileCutRow:
    "has %1 fields, the header has %2, and the file ends in it without a line break: it may have been cut off. "
    + "Get it whole",
  .fileStrayQuote:
    "a quotation mark stands within a value that does not begin with one: put the whole value in quotation marks "
    + "and double those within",
  .fileTextBehindQuote:
    "text stands behind a closing quotation mark: double the quotation marks that belong to the value",
  .fileOpenQuote:
    "a quotation mark is opened and never closed, so everything behind it is lost: close it, or get the whole "
    + "file",
  .fileReplacementCharacter:
    "holds U+FFFD REPLACEMENT CHARACTER: an earlier program lost a letter here. Type the value anew",
  .fileQuestionMarks: "has several question marks: an earlier program may have lost the letters",
  .fileForeignDigit: "%1 holds the digit %2, which is not read: type 0 to 9",
  .fileMixedDigits:
    "%1 mixes digits of different kinds (ASCII, Arabic-Indic, Eastern Arabic-Indic): type it anew with one kind",
  .fileDigitsMixedAsTyped: "mixes Arabic-Indic and Eastern Arabic-Indic digits, which look alike; it stays as typed",
  .fileDateAmbiguous:
    "%1 can be read with the day or the month first, and no date of the column shows which: say --date-order dmy "
    + "or mdy, or write it like 2019-03-23",
  .fileDateContradicts:
    "%1 can be read in two ways, and the column has both: row %2 has the day first, row %3 the month. Write "
    + "these dates like 2019-03-23, or say --date-order",
  .fileDateNoDay: "%1 is no day of the calendar as it is read: write it like 2019-03-23",
  .fileDateShortYear: "%1 has a year of two digits: write all four, like 2019-03-23",
  .fileDateYear:
    "%1 has a year outside 1800 to 2099: Hijri and Iranian years are not converted, nor day numbers of fewer "
    + "than five digits. Write the Gregorian date like 2019-03-23",
  .fileDateLetter: "%1 has a letter where a digit must stand (O for 0, l for 1): type the digit",
  .fileReferenceTwice: "%1 stands in row %2 too: give each person a reference of their own",
  .fileReferenceForm:
    "%1 is the reference of row %2 in another normalisation form of Unicode: give each person a reference of "
    + "their own",
  .fileReferenceLooksAlike:
    "%1 looks like the reference of row %2 (letters, digits or invisible characters that look alike): see that "
    + "they are two",
  .fileNameTwice: "the name, the parents' names and the birth date are those of row %1: see that they are two people",
  .fileNameForm: "the name is that of row %1 in another normalisation form of Unicode: see that they are two people",
  .fileNameLooksAlike:
    "the name looks like that of row %1 (yeh, kaf, alef, tatweel, vowel marks, joiners or the like): see that "
    + "they are two people",
  .fileFamilyLooksAlike: "%1 looks like the mark of row %2, and is another family's: see that it is meant",
  .fileJSONEnds: "the file ends within its JSON: it was cut off. Get it whole",
  .fileJSONSyntax: "line %1, byte %2: %3 must stand here",
  .fileJSONWord: "line %1, byte %2: %3 is no JSON value: put text in quotation marks",
  .fileJSONControl: "line %1, byte %2: %3 stands in a text as it is, which JSON forbids: delete it",
  .fileJSONEscape: "line %1, byte %2: what stands behind the backslash is no escape of JSON: correct it",
  .fileJSONDepth: "line %1, byte %2: nested deeper than %3: a person is an object of texts",
  .fileJSONRest: "line %1, byte %2: something stands behind the end of the manifest: delete it",
  .fileJSONKeyTwice: "line %1, byte %2: the key %3 stands twice in one object: delete one of the two",
  .fileJSONKeys: "line %1, byte %2: the object has too many keys: see docs/manifest.md",
  .fileJSONUnknownKey: "line %1, byte %2: %3 is no key of this form: delete it, or correct its name",
  .fileJSONNoPersons:
    "the object has no key \"persons\": a manifest is a list of persons, or an object with that key",
  .fileJSONNoList: "line %1, byte %2: %3 must be a list of persons",
  .fileJSONNoPerson: "line %1, byte %2: must be a person, an object of column and text",
  .fileJSONNoText: "line %1, byte %2: is a list or an object: write one text",
  .fileJSONBoolean: "line %1, byte %2: %3 has no meaning in this column: write its code as text",
  .fileJSONNumber:
    "line %1, byte %2: the number %3 can be read in several ways here: write it as text, in quotation marks",
  .rowProblem: "row %1, column %2: %3",
  .fileRefused: "%1: %2 things are wrong, nothing was sent. Correct them and run the command again.",
  .initAuthority: "made the keys of %1 in %2; hand %3 to whoever writes the roster",
  .initRoster: "wrote %1, signed by %2 of %3 root holders (%4 needed). Digest, to read aloud to every member:\n%5",
  .initTrust: "%1 now trusts roster %2; start: amanad --directory %3",
  .initSigned: "wrote %1, now signed by %2 root holders",
]
