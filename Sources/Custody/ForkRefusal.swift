public import Roster

/// Why two signed objects convict nobody.
public enum ForkRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// A checkpoint's own signature does not hold under the roster, or its log is nobody's.
  case checkpoint(String)
  /// A signature line that is neither the log's nor that of a witness whom the roster lists.
  case strayLine(String)
  case statement(String)
  /// Its key is of an algorithm that this machine has not: nothing is known to be wrong.
  case unverifiable(String)
  /// Both say the same.
  case sameCheckpoint
  case sameStatement
  case otherLogs(String, String)
  /// Two epochs of one authority's log: a restored log begins anew, and that is no fork.
  case otherEpochs(String, String)
  /// Two sizes of one log, without two entries that stand at one place.
  case otherSizes(UInt64, UInt64)
  case sameEntry(UInt64)
  /// A proof does not lead to what was signed.
  case notProven(String)
  case otherIssuers(AuthorityName, AuthorityName)
  /// The issuer's own log is not known to hold it: without its receipt nothing says in which epoch it counts.
  case noReceipt(String)
  /// Its log had been restored before: what one epoch signed and another never saw convicts nobody.
  case restored(String)
  /// Paper came first: such a statement decides nothing where it does not fit.
  case lateEntry(String)
  /// Its log had ended, and nobody is known to have seen it before.
  case beyondSeal(String)
  /// Others may have had a key of the signer since then.
  case exposed(UnixTime)
  /// Two statements that decide no step twice.
  case notDeciding(String, String)
  /// The slots of its kind are random.
  case hiddenSlots(String)
  /// The lines are of different people or steps.
  case otherLines(String)

  /// The stable code shown to programs.
  public var code: String {
    switch self {
    case .checkpoint: "checkpoint"
    case .strayLine: "stray-line"
    case .statement: "statement"
    case .unverifiable: "unverifiable"
    case .sameCheckpoint: "same-checkpoint"
    case .sameStatement: "same-statement"
    case .otherLogs: "other-logs"
    case .otherEpochs: "other-epochs"
    case .otherSizes: "other-sizes"
    case .sameEntry: "same-entry"
    case .notProven: "not-proven"
    case .otherIssuers: "other-issuers"
    case .noReceipt: "no-receipt"
    case .restored: "restored"
    case .lateEntry: "late-entry"
    case .beyondSeal: "beyond-seal"
    case .exposed: "exposed-key"
    case .notDeciding: "not-deciding"
    case .hiddenSlots: "hidden-slots"
    case .otherLines: "other-lines"
    }
  }

  /// What a sentence about it names, in order.
  public var values: [String] {
    switch self {
    case .checkpoint(let why), .strayLine(let why), .statement(let why), .unverifiable(let why), .notProven(let why),
      .noReceipt(let why), .restored(let why), .lateEntry(let why), .beyondSeal(let why), .hiddenSlots(let why),
      .otherLines(let why):
      [why]
    case .sameCheckpoint, .sameStatement: []
    case .otherLogs(let one, let other), .otherEpochs(let one, let other), .notDeciding(let one, let other):
      [one, other]
    case .otherSizes(let one, let other): ["\(one)", "\(other)"]
    case .sameEntry(let index): ["\(index)"]
    case .otherIssuers(let one, let other): ["\(one)", "\(other)"]
    case .exposed(let since): [OffsetTime(unix: since).text]
    }
  }

  public var description: String { "\(code): \(sentence)" }

  private var sentence: String {
    switch self {
    case .checkpoint(let why), .statement(let why), .unverifiable(let why): why
    case .strayLine(let name): "the signature line of \(name) is neither the log's nor a listed witness's"
    case .sameCheckpoint: "both are one checkpoint"
    case .sameStatement: "both are one statement"
    case .otherLogs(let one, let other): "they are of different logs, \(one) and \(other)"
    case .otherEpochs(let one, let other):
      "they are of two epochs of one authority's log, \(one) and \(other): a restored log begins anew, which is no fork"
    case .otherSizes(let one, let other):
      "a log that grows signs many sizes, \(one) and \(other) among them: without two entries at one place they agree"
    case .sameEntry(let index): "both checkpoints have the same entry at index \(index)"
    case .notProven(let what): "\(what) does not lead to what was signed"
    case .otherIssuers(let one, let other): "they are of different authorities, \(one) and \(other)"
    case .noReceipt(let id):
      "\(id) bears no receipt of its issuer's own log that the other has too: nothing says in which epoch they count"
    case .restored(let origin):
      "the log \(origin) began after a restored one, and what an epoch lost convicts nobody: two checkpoints would"
    case .lateEntry(let id): "\(id) is a late entry from paper, which decides nothing where it does not fit"
    case .beyondSeal(let id): "the log of \(id) had ended, and nobody is known to have seen it before"
    case .exposed(let since):
      "others may have had its key since \(OffsetTime(unix: since)), and nobody is known to have seen it before"
    case .notDeciding(let one, let other): "\(one) and \(other) decide no step of custody twice"
    case .hiddenSlots(let kind): "the slots of \(kind) are random and say nothing"
    case .otherLines(let name): "they differ in \(name): they are not about the same step of one line"
    }
  }
}
