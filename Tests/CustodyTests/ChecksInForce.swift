@_spi(Testing) import Custody
import Foundation

/// The checks every test of this folder judges with: all, or all but the one that AMANA_TEST_DISABLE_CHECK names, which
/// is how Tests/check-mutants.sh proves that the test of an invariant can fail.
let checksInForce: Checks = {
  let name = ProcessInfo.processInfo.environment["AMANA_TEST_DISABLE_CHECK"]
  return .without(name.flatMap { CheckCode(rawValue: $0) })
}()

extension Judgement {
  var refusedCodes: Set<CheckCode> { Set(refusals.map(\.code)) }
  var flaggedCodes: Set<CheckCode> { Set(flags.map(\.code)) }
  /// Registered with nothing to say against it.
  var isClean: Bool { refusals.isEmpty && flags.isEmpty }
}
