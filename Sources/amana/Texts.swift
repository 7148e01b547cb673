import ArgumentParser
import Foundation

/// The languages the command speaks.
enum Language: String, CaseIterable, ExpressibleByArgument {
  case en, ar

  /// From $AMANA_LANG, $LC_ALL, $LC_MESSAGES or $LANG; English otherwise.
  static var preferred: Language { preferred(by: ProcessInfo.processInfo.environment) }

  /// A variable that is set and empty says nothing (POSIX, Environment Variables, 8.2).
  static func preferred(by environment: [String: String]) -> Language {
    let named = ["AMANA_LANG", "LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap { environment[$0] }.first {
      !$0.isEmpty
    }
    return named?.prefix { $0.isLetter }.lowercased() == "ar" ? .ar : .en
  }
}

/// Every sentence the command says, by name. Each has its text in each catalogue; %1, %2 … are filled in.
enum Text: String, CaseIterable {
  case exerciseBanner, drafted, draftSigned, needsApprovals, approvalTaken, approvalWhat, discarded
  case statusHead, statusContested, statusOverdue
  case statusAlarm, statusTwoUsersOff, statusStale, statusWitnesses, statusQuorum, statusNoQuorum
  case showAwaitsWitnesses
  case showReceipt, showFlag
  case signedBy, verifiedBy, notVerifiedHere, noMLDSA
  case importedIncomplete, flaggedStatement, outputUnread, referenceTwice
  case imported, importedKnown, importedRefused, importedForeign, importNotice, exported, exportNotice
  case verifyHolds, verifyFails, verifyUnpinned, verifyLine, verifyBad, verifyReceipts, verifyCustody, verifyNotice
  case verifyFlagged, verifySealed, statusIncomplete, showIncomplete, annexUnknown
  case auditHolds, auditFails, receiptWritten, unreachableHint, ambiguous, notFound
  case configHolds, configFails, configMistake, configMistakeAllowed
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
  case fileCodeUnknown
  case fileMixedDigits, fileDigitsMixedAsTyped, fileDateAmbiguous, fileDateContradicts, fileDateNoDay
  case fileDateShortYear, fileDateYear, fileDateLetter, fileReferenceTwice, fileReferenceForm
  case fileReferenceLooksAlike, fileNameTwice, fileNameForm, fileNameLooksAlike, fileFamilyLooksAlike
  case fileNameVariant, fileNameTransliterated, alikePerson, alikeBecause, alikeName, alikeVariant, alikeTransliteration
  case alikeBorn, alikeBornNear, alikeNone, alikeOnRecord, alikeUnnamed, alikeNext
  case fileJSONEnds, fileJSONSyntax, fileJSONWord, fileJSONControl, fileJSONEscape
  case fileJSONDepth, fileJSONRest, fileJSONKeyTwice, fileJSONKeys, fileJSONUnknownKey, fileJSONNoPersons
  case fileJSONNoList, fileJSONNoPerson, fileJSONNoText, fileJSONBoolean, fileJSONNumber
  case rowProblem, fileRefused, initAuthority, initRoster, initTrust, initSigned
  case statusAsOf, statusMissing, statusFromTo, statusCount, statusTransit, statusDraft, statusMoreDrafts
  case showWhole, showLines, showContest
  case draftsNone, draftNext, draftUnreadable, draftIsReal, draftIsExercise
  case noDraft, nearest, andMore, wrongEvent, noID, didYouMean, outputLost, unreachable, interrupted, answerTooLarge
  case answerBare, answerUnknown, fileMissing, fileUnreadable, fileTooLarge, fileUnwritable, bundleUnreadable, noRole
  case keyUnusable, noDiscrepancy, lineNotAnswered, noLines, noLine, noAuthority, noRecord, noDigest, directoryExists
  case introductionBad, noIntroduction, notListed
  case rosterBad, rosterHead, rosterDigest, rosterRoot, rosterUntil, rosterStale
  case verifyExercise, verifyRealBundle, verifyExerciseBundle
  case problemLine, problemRecord, problemNotFound, problemNoOperation, problemConflict, problemNotPermitted
  case problemInvalidValue, problemStopping, problemTooLarge, problemMalformed, problemTwoReadings, problemTimeout
  case problemTruncated, problemIncomplete, problemDiscarded, problemExercise, problemInternal, problemNotGenuine
  case problemNotVerifiableHere
  case problemUnreadable, problemBusy, problemOther
  case headEntry, headStatement, headEvent, headBy, headTo, headFrom, headLines, headOccurred, headReceipts, headFlags
  case headLine, headReference, headName, headAge, headCustodian, headPhase, headAnswer, headDraft, headRecord
  case headApproved, headMissing, headMayApprove, headAcceptBy, headSite, headReason, headCode, headEffect
  case headSentence, headOffset, headBytes, headType, headContent, headAuthority, headRole, headStanding, headURI
  case headPurpose, headKey, headUntil
  case wordHeld, wordReleased, wordInTransit, wordOverdue, wordContested, wordMissing, wordWaiting, wordAlarms
  case headTallies, headParties, wordToAnswer, perhapsDone, perhapsDrafted, linesOfOffer, lineTwice, linesMeetNobody
  case statusProposal, showClock, wordManual, wordUnknown
  case wordRecalled, wordResolved
  case wordAccepted, wordRefused, wordEnded, wordIntake, wordOffer, wordOfferAgreed, wordOfferDeclined, wordRelease
  case wordOutcome, wordRecall, wordRecallAgreed, wordRecallRefused, wordRedirect, wordDisputeResolved, wordLogOpened
  case wordLogAnswered, wordLogSealed
  case wordRosterAdopted, wordPolicyAdopted, wordActive, wordSuspended, wordDeparted, wordValid, wordExpired
  case wordRevoked, wordNotYetValid, wordAdult, wordChild, wordChildPresumed, wordDisputed
  case peerAdded, peerRemoved, peersNone, peerNoCertificate, peerDays, peerNever, peerTestHead, peerTestWorks
  case peerTestFails, peerTestNext, stepDNS, stepTCP, stepTLS, stepCertificate, stepService, stepRoster, stepClock
  case stepCheckpoint, wordWorks, wordFails, wordNotTried, adviseDNS, adviseTCP, adviseTLS, adviseCertificate
  case adviseService, adviseRoster, adviseClock, adviseCheckpoint, outboxNone, outboxEmpty, inboxNone, whyNotTried
  case outboxRetried, outboxRetriedNone
  case whyNoPeer
  case whyDNS, whyTCP, whyTLS, whyHTTP, whyTimeout, whyInterrupted, whyPending, whyRefused, whyOther, carriedSince
  case wordOnItsWay, wordPending, wordDelivered, wordWire, wordBundle, wordYes, wordNo, wordSent, wordReceived
  case wordMessage, wordUndelivered, wordIncomplete, statusUndelivered, statusRefused
  case statusIncompleteNext
  case statusUndeliveredNext, headPeer, headAddress, headCertificate, headLastContact, headUndelivered, headState
  case headSince, headAttempts, headNextAttempt, headWhy, headDelivered, headReceived, headVia, headComplete
  case headAnswered, headSubject, headAttachments, messageUnread, headSize, headStep, headResult, headFound, headWay
  case headAbout, lacks, deliveredOf, watchStatement, watchDraft, watchSigned, watchDiscarded
  case watchAlarm, watchAlarmEnded, watchDelivered, watchArrived, watchIncomplete, watchUndelivered, watchPeerAlarm
  case watchLost, watchOther, messageSent, perhapsSent, messagesNone, messageSealed, messageSaved, messageSaveNext
  case messageNotHere, messageToNobody, messageText, messageTextUTF8, messageName, messageMediaType, messageTooMany
  case fileExists, opened, openTerminal, openOtherKey, openAltered, openNoPayload, openUnsigned, problemNoPeer
  case problemNoCourier
  case problemUnknownAuthority, problemOwnAuthority, problemInactiveAuthority, problemNoCertificate
  case problemLogHalted, problemKeyUnavailable
  case keyPrompt, keyPromptNew, keyPromptAgain, keyPromptsDiffer, keyNoTerminal, keyTypeUnfit, keyStoreUnfit
  case keyNotMade, keyMade, keyNoDirectory, keyListHead, keyLacking, keyShown, keyListed, keyNotListed, keyReplaces
  case keyEnded, keyNoKid, keyKidWhere, keyNotValid, keyRootRevoked, keyRotated, keyRotatedNext, keyNextWaits
  case keyMayNotAsk, keyRevocation, keyNotCertified
  case keySealSigns, keyDoesNotOpen, keyDoesNotSign, keyNoProof, keyNothingToTrust, keyProofFails, keyProven
  case keyNotCompared, headDaysLeft, headPlace, wordNotListed, wordUnreadable
  case wordRetired, wordSuperseded, wordLost, wordCompromised, wordCustodian, wordCarrier, wordObserver
  case problemContentMissing, problemContentUnreadable, problemSealedToOthers, problemNoPayload
  case problemNotPublished
  case problemNotLooked
  case rosterRequestBad, rosterSealBad
  case rosterTextWritten, rosterProposeNext, rosterTextBad, rosterProposed, rosterReadAloud, rosterSigners
  case rosterEmergencyFirst, initSignLater
  case rosterEmergency, rosterSigned, rosterBreak, rosterOtherDigest, rosterNoRootKey, rosterKeyStanding
  case rosterSignedAlready, noAuthorityFile, noRosterFile, rosterPublished, rosterReload, rosterHolds
  case rosterCannotTell, refusedForm, refusedDigest, refusedThreshold, refusedType, breakCoalition
  case breakRollback, breakSameVersion, breakFork, breakMissingOne, breakMissing, breakHistory, breakIssued
  case breakStale
  case breakVanished, breakChanged, breakCutShort, breakRevocation, diffHead, diffArticle, diffNothing
  case diffBreak, subjectMember, subjectAuthority, subjectOfficer, subjectHolder, subjectKey, articleMember
  case articleAuthority, articleOfficer, articleHolder, articleKey, articleKeyReplaces, articleActive
  case articleSuspended, articleDeparted, articleRenamed, articleRole, articleMay, articleMayNot, articleLevel
  case articleKindsAdded, articleKindsRemoved, articleSitesAdded, articleSitesRemoved, articleAnchors
  case articleSuccession, articleOfficerRoles, articleKeyEnd, articleRetired, articleSuperseded, articleLost
  case articleCompromised, articleCertificate, articleThreshold, articleEmergency, articleCodeList
  case rosterWitnessBad, articleWitnessesAdded, articleWitnessesRemoved, articleQuorum, articleNoQuorum
  case articleCodeListBegins, articleCodeListEnds, articleNextUpdate, articleArrangement, powerRelease
  case powerAccept, powerCarry
  case keyViewHead, keyViewWritten, keyViewSent, keyViewTooLarge, keyViewUnreadable, keyViewsNobody, keyViewSilent
  case keyViewAgrees, keyViewNewer, keyViewUnknown, keyViewDiffers, keyViewFork, keyViewForeign, keyViewOnlyTheirs
  case keyViewOnlyOurs, keyViewChanged, keyViewMore, keyViewKey, keyViewRevokedKey, keyViewCertifiedKey
  case keyViewCertifiedRevokedKey, keyViewRevocation, headVersion, headIssued, wordAgrees, wordNewer, wordNeverHere
  case wordDiffers, wordFork, wordForeign, wordNoView
  case wordIncident, wordReleasedToLiberty, wordClosed, wordDeath, wordBirth, wordEscape, wordHospital, wordInjury
  case wordSeparation, wordFound, wordReleasedInError, wordMedical, wordWitness, wordPerson, wordChildProtection
  case phaseSuspended, phaseEnded
  case statusSuspended, needsOffice, incidentOfOthers
  case timeStampRequested, timeStampAttached, timeStampUnreadable, timeStampLater, cmsHolds, cmsListed, cmsCertified
  case codesUnknown, codesUnknownVersion, codesNamed, codesHold, codesFail, codesExported, codesNone, codesDeprecated
  case codesReplaced, headMeaning, headList, headCodes, headSinceVersion
  case cmsEvent, cmsNoEvent, cmsUnreadable, cmsRefused, cmsImported, crlUnreadable
  case discloseOneLine, discloseNoFields, discloseNotProven, disclosed, disclosedCarefully, disclosedHead
  case disclosedOccurred, disclosedReceipts, disclosedNoReceipt, disclosedNot, disclosedNotLines, disclosedNoRoster
  case disclosedNothing, disclosedNone, disclosureNoLines, disclosureUnknownSchema, disclosureOtherSchema
  case disclosureOtherRecord, disclosureNoSuchLine, disclosureUnknownField, disclosureNoSubject, disclosureFieldTwice
  case disclosureUnsorted, disclosureDigestCount, disclosureWrongPosition, disclosureOtherLine, disclosureSaltOrValue
  case disclosurePathLength, disclosureOtherRoot, problemNoLines, problemNotProvable, headField, headValue
  case wordMale, wordFemale, wordSexUnknown, wordSexInapplicable
  case fieldSubjectRef, fieldCustodyPrev, fieldPriorRefs, fieldAge, fieldAgeBasis, fieldSex, fieldNationalities
  case fieldUnaccompanied, fieldFamilyLinks, fieldVulnerabilities, fieldFitToTravel, fieldLanguage, fieldCondition
  case fieldPropertyRefs, fieldDeprivation, fieldOrderedBy, fieldGrounds, fieldSupervisingAuthority, fieldAdmission
  case fieldHealth, fieldDeath, fieldReleaseOrTransfer, fieldNonRefoulement, fieldAssurances, fieldOnwardConsent
  case fieldMonitoringAccess, fieldRelease, fieldReleaseLine, fieldOutcome, fieldDiscrepancies, fieldObservedAge
  case fieldIncident, fieldReason, fieldHeads, fieldRound, fieldCustodian, fieldStatement, fieldStatementLine
  case fieldPhase, fieldReleasedTo, fieldClaimants, fieldAsOf, wordCertificate, certificateOneLine, certificateNext
  case certificateSays, certificateReleased, certificateContested, certificateLater
  case fieldChild, fieldDetails, fieldMark, fieldConsent, fieldChildViews, fieldSplitFamily, fieldStops
  case fieldCivilDocuments, fieldDestination, fieldInformationSheet, fieldLegalBasis, fieldNationalityVerified
  case fieldConsularContact, fieldTravelDocument, fieldTransitConsents, fieldBestInterests, fieldExpectedStatus
  case fieldRegisterStatus, fieldRegisterEntry, fieldSector, fieldCourtDate, fieldComplaintPending, fieldContainer
  case fieldSeals, fieldCategory, fieldQuantity, fieldSerials, fieldOwner, fieldObtained, fieldPurpose
  case fieldDigests, fieldDerivedFrom, fieldDisposition, fieldOwnerReceipt, certificateSuspended, certificateEnded
  case certificateApproved, certificateNotOwn, phaseHandedOver, stampAdvised, problemUncertain
  case fileTakenCSVItems, fileTakenJSONItems, fileRemarks, fileTotalsItems, siteBlockBad, siteBlockRefused
  case templateAllowed, templateExample, templateMayBeEmpty, templateFree, templateDate, templateUnknown
  case templateSeveral, templateOnlySite, headDescription, headContainer, headSeals, headQuantity, columnReference
  case columnNameArabic, columnNameLatin, columnFatherName, columnMotherName, columnBorn, columnAge, columnAgeBasis
  case columnSex, columnNationality, columnNationalityStatus, columnFamily, columnFamilyRole, columnUnaccompanied
  case columnVulnerability, columnFitToTravel, columnLanguage, columnInjuries, columnComplaint, columnMedicines
  case columnDeprivedOn, columnDeprivedPlace, columnDeprivedBy, columnOrderedBy, columnGrounds, columnHealth
  case columnDocument, columnSupervisedBy, columnAdmittedOn, columnAdmittedPlace, columnAdmittedRegime
  case columnDestinationSite, columnDestinationRegime, columnAssessment, columnAssessedBy, columnAssessedOn
  case columnAssessmentInformed, columnAssessmentChallenge, columnAssurances, columnAssurancesDigest
  case columnAssurancesUntil, columnOnwardConsent, columnOnwardConsentOn, columnReturnOnRequest, columnMonitoring
  case columnConsent, columnConsentMethod, columnConsentLanguage, columnConsentInterpreter, columnConsentWitness
  case columnConsentReconfirmedOn, columnChildViews, columnSplitFamily, columnStops, columnDocumentsHeld
  case columnDocumentsMissing, columnDestinationPcode, columnReceivingAuthority, columnInformationSheet
  case columnInformationLanguage, columnLegalBasis, columnNationalityVerifiedBy, columnNationalityVerifiedOn
  case columnConsularContact, columnTravelDocument, columnTravelDocumentNumber, columnTransitConsents
  case columnBestInterests, columnExpectedStatus, columnRegisterStatus, columnRegister, columnRegisterEntry
  case columnSector, columnCourtDate, columnComplaintPending, columnDescription, columnContainer, columnSeals
  case columnCategory, columnQuantity, columnUnit, columnSerials, columnCondition, columnOwner, columnObtainedOn
  case columnObtainedPlace, columnObtainedBy, columnPurpose, columnDigestBefore, columnDigestAfter
  case columnDerivedFrom, columnDisposition, columnDispositionWitness, columnOwnerReceipt, blockType, blockSector
  case blockEffectiveAt, blockCount, blockReconciliation, blockRegisters, blockCourtDates, blockComplaintsPending
  case wordInquiry, wordInquiryAnswered, wordNotKnown, wordWithheld, statusInquiry, inquiriesNone, inquiryOneLine
  case inquiryAnswered, inquiryOpen, inquiryOverdue, headDue, fieldFor, fieldInquiry, fieldInquiryLine, fieldFinding
  case fieldFound, wordSameAs, wordNotSameAs, wordUnderProtest, wordCorrected, showCorrection, showSame, showNotSame
  case showContradicted, showProtest, fieldOther, fieldBasis, fieldOriginal, fieldOriginalLine, fieldFields
  case fieldColumns, showPaper, wordNotified, wordObserved, wordFamily, wordNeutralAgency, wordStateOfNationality
  case wordToNotify
  case statusDuties, dutiesNone, dutiesNext, dutyOpen, dutyOverdue, dutyNotReached, headNotify, headOwes, fieldAbout
  case fieldDuty, fieldMeans, fieldToldAt
  case showWithheld, problemWithheld
  case wordErased, showErased, showErasedBy, showNotErasedBy, problemErased, verifyErased, showHold
  case blockStores, blockHazards, blockAccessContinues, blockRelinquishment, blockAssumption, blockResidualDuties
  case wordWaypoint, wordStopover, wordLodged, wordArrived, wordCarrierChanged, wordDetained, wordRestricted
  case wordAtLiberty, headDetail, transitUnnamed, transitCarrier, transitHost, wordReturnRequested, wordReturnAgreed
  case wordReturnRefused, wordOnwardConsent, wordGiven, wordWithdrawn, headConsent, headConditions, consentAnybody
  case consentsEarlier, fieldOnwardTo, fieldConditions, fieldUntil
  case askPerson, askNameless, askHeld, askHeldAt, askReleased, askOverdue, askMissing, askSuspended, askEnded
  case askContested, askBefell, askAsOf, askRests, askWhole, askNoLeaf, askHolds, askFails, askBroken, askOf
  case askTransitNone, askUnresolvedNone, askHeldNone, askChangesNone, askWhom, askConvoy, askUnknown, askTotal
  case askNoTally, askTallyAsOf, askWithheld, askDiffers, askContestedLines, askLinesAbsent, askRestoredLog
  case askRestored, askAsKnown, askTallyAbsent
  case headSignatures, headLeaf, headOpen, headAt, headChange, wordRegistered, wordCompleted, wordAlarm, wordAlarmEnded
  case offlineWritten, offlineOfficers, offlineBring, offlineApproved, offlineNotCounted, offlineTwice
  case offlineKitNeeded, offlineKitBad, offlineKitAge, offlineNothing, draftFileBad, kitWritten, importLeft
  case problemOtherAuthority, problemRosterUnknown, draftFileCount
  case headKind, headProvenance, headCarrier, headNextCarrier, headHost, headLiberty, headPrecision, headRecorded
  case headBasis, headCase, headCites, headSupersedes, headPaperForm, headKeptFrom, headLabel, headInClear
  case flagUnnamed
  case showExpired
  case draftFlagOf, tallyUntold, verifyStatementHolds, verifyLinesApart, verifyNoRoster, watchFlagged
  case offlineKitOld, offlineKitAhead, correctByFile, correctTwice, keyTwoSecrets, alikeAbsent, keyHolderGone
  case rosterMemberEnded, wordDetaineeTransfer, wordFamilyReturn, wordRepatriation, wordSiteHandover
  case wordPropertyHandover, wordDirect, wordInherited, wordNonMember, wordUnlistedArrival, wordBornInTransit
  case wordOfficer, wordAuthorityPQ, wordParty, wordJudicial, wordProperty, wordRecovery, wordSigned
  case wordThumbprint, wordUnable, statusMoreAlarms, timeStampNotKept, statementWritten, consentsNone
  case approvalLinesHidden
  case approvalTakenAs, rosterUnread, introductionsDiffer, problemAmbiguous, problemDiskFull, problemOtherKind
  case problemTooMany
  case usageGoesWith, usageEither, usageNotBoth, usageTogether, usageOneOf, usageNoneOf, usageOneOfUpTo, usageOnlyOne
  case usageBetween, usageTime, usageForm, usageNeeds, usageMissing, usageTwice, usageOwnView, usageSealedLines
  case usageScan, usageDigits, usageOneStatement, usageTransportKey, usageKid, usageHoldersKeys, usageCourierKey
  case usageChallenge
  case verifyWitnessed, verifyUnwitnessed, usageOnce
  case tilesWritten, tilesFolder, tilesDiffer, tilesUnsigned, tilesHold, tilesWhole
  case forkHead, forkRoots, forkSequences, forkOpenings, forkSlot, forkIntake, forkRelease, forkAnswer, forkSettlement
  case forkCheckpoint, forkStatement, forkEntry, forkSeen, forkUnseen, forkSince, forkSinceUnknown, forkMeans, forkNext
  case forkWritten, forkMore, forkCheck, forkNone, forkNoRoster, forkFileUnread
  case forkNotCheckpoint, forkStrayLine, forkNotStatement, forkUnverifiable, forkSameCheckpoint, forkSameStatement
  case forkOtherLogs, forkOtherEpochs, forkOtherSizes, forkSameEntry, forkNotProven, forkOtherIssuers, forkNoReceipt
  case forkRestored, forkLateEntry, forkBeyondSeal, forkExposed, forkNotDeciding, forkHiddenSlots, forkOtherLines
  case archiveReadMe, archiveReadMeFiles, archiveReadMeVerify, archiveReadMeAlone, archiveReadMeKeep
  case archiveWritten, archiveNothing, archiveHolds, archiveCannotTell
  case archiveDoesNotHold, archiveHas, archiveIssuer, archiveFlag, archiveSealed, archiveStamp, archiveLapsed
  case archiveNotStamped, archiveStamped, archiveRequested, archiveHasToken, archiveTokenKept
  case reportName, reportUnread, reportOtherRoster, reportFilesOdd, reportNotOver, reportSigned, reportCheck
  case reportHolds, reportSaw, reportGood, reportAlarm, reportUnreachable, reportMeans
  case reportUnreadable, reportIssuer, reportFuture, reportStranger, reportBroken, reportNotValid, reportExposed
  case reportEnded, reportMissing, reportChanged, reportUncovered, reportOther, problemOtherRoster
}

/// A sentence in a language. Values are isolated where sentence or value runs from right to left, so that names and numbers
/// keep their order: a number behind an Arabic name would be read before it.
func say(_ text: Text, in language: Language, _ values: String...) -> String { say(text, in: language, values) }

/// The same with a list of values.
func say(_ text: Text, in language: Language, _ values: [String]) -> String {
  let catalogue = language == .ar ? arabicTexts : englishTexts
  let sentence = catalogue[text] ?? englishTexts[text] ?? text.rawValue
  // In one pass: a value may itself hold "%1".
  return sentence.replacing(/%([1-9][0-9]?)/) { match in
    guard let number = Int(match.output.1), number <= values.count else { return String(match.output.0) }
    let safe = closingIsolates(printable(values[number - 1]))
    return language == .ar || runsRightToLeft(safe) ? "\u{2068}\(safe)\u{2069}" : safe
  }
}

/// Wrong usage, in the language that was asked for.
func usage(_ text: Text, _ values: String...) -> ValidationError { ValidationError(say(text, in: .chosen, values)) }
