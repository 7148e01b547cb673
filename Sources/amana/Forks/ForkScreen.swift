import Custody
import Roster
import TransparencyLog

/// What a proof of equivocation says, in a paragraph for people.
struct ForkScreen {
  let convicted: ForkConviction
  let language: Language

  func lines() -> [String] {
    let digest = String(hexadecimal(convicted.roster).prefix(16))
    return [say(.forkHead, in: language, convicted.authority.name.description, convicted.origin, digest), charge()]
      + convicted.signed.both.map { "  " + sentence($0) } + [since(), say(.forkMeans, in: language)]
      + [say(.forkNext, in: language, convicted.authority.name.description)]
  }

  private func charge() -> String {
    switch convicted.charge {
    case .roots(let size): say(.forkRoots, in: language, String(size))
    case .sequences(let index): say(.forkSequences, in: language, String(index))
    case .openings: say(.forkOpenings, in: language)
    case .slot(let slot): say(.forkSlot, in: language, hexadecimal(slot))
    case .lines(let deed): say(text(of: deed.step), in: language, deed.subject.description)
    }
  }

  private func text(of step: LineDeed.Step) -> Text {
    switch step {
    case .intake: .forkIntake
    case .release: .forkRelease
    case .answer: .forkAnswer
    case .settlement: .forkSettlement
    }
  }

  private func sentence(_ signed: ForkConviction.Signed) -> String {
    let id = hexadecimal(signed.id)
    var sentence: String
    if let size = signed.size {
      sentence = say(.forkCheckpoint, in: language, String(size), id)
    } else {
      let time = signed.signedAt.map { OffsetTime(unix: $0).text } ?? "-"
      sentence = say(.forkStatement, in: language, word(signed.what, in: language), id, time)
    }
    if let entry = signed.entry { sentence += " " + say(.forkEntry, in: language, hexadecimal(entry.bytes)) }
    guard let seen = signed.seenAt else { return sentence + " " + say(.forkUnseen, in: language) }
    let names = signed.seenBy.map(\.description).joined(separator: separator(in: language))
    return sentence + " " + say(.forkSeen, in: language, names.isEmpty ? "-" : names, OffsetTime(unix: seen).text)
  }

  private func since() -> String {
    guard let since = convicted.provenSince else { return say(.forkSinceUnknown, in: language) }
    return say(.forkSince, in: language, OffsetTime(unix: since).text)
  }

  /// Why two signed objects convict nobody.
  static func sentence(_ refusal: ForkRefusal, in language: Language) -> String {
    let text: Text =
      switch refusal {
      case .checkpoint: .forkNotCheckpoint
      case .strayLine: .forkStrayLine
      case .statement: .forkNotStatement
      case .unverifiable: .forkUnverifiable
      case .sameCheckpoint: .forkSameCheckpoint
      case .sameStatement: .forkSameStatement
      case .otherLogs: .forkOtherLogs
      case .otherEpochs: .forkOtherEpochs
      case .otherSizes: .forkOtherSizes
      case .sameEntry: .forkSameEntry
      case .notProven: .forkNotProven
      case .otherIssuers: .forkOtherIssuers
      case .noReceipt: .forkNoReceipt
      case .restored: .forkRestored
      case .lateEntry: .forkLateEntry
      case .beyondSeal: .forkBeyondSeal
      case .exposed: .forkExposed
      case .notDeciding: .forkNotDeciding
      case .hiddenSlots: .forkHiddenSlots
      case .otherLines: .forkOtherLines
      }
    return say(text, in: language, refusal.values)
  }
}
