import Custody
import Foundation
import Logging
import ReceiptStore
import Roster

/// The code lists that an authority judges by (V25).
extension Office {
  /// Those in force: of the versions that the roster names.
  var codes: CodesInForce { CodesInForce(codeBook, under: roster.body) }

  /// The office with the lists of codes/, read anew.
  func withCodes(in directory: String) -> Office {
    var office = self
    (office.codeBook, office.codeProblems) = Self.codeBook(in: "\(directory)/codes")
    return office
  }

  /// codes/*.json, at most 256. One that can't be read counts as not there: facts are recorded without it.
  private static func codeBook(in folder: String) -> (CodeBook, problems: [String]) {
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".json") }
    var problems = names.count > 256 ? ["\(folder) has more than 256 code lists: the first 256 by name count"] : []
    var lists: [CodeList] = []
    for name in names.sorted().prefix(256) {
      do {
        lists.append(try CodeList(decoding: readFile("\(folder)/\(name)", limit: CodeList.maximumByteCount)))
      } catch { problems.append("the code list \(folder)/\(name) cannot be read: \(error)") }
    }
    return (.embedded.adding(lists), problems)
  }

  /// Says what of the code lists is not as it should be.
  func tellProblemsOfCodes() {
    for problem in codeProblems { Logger.amanad.warning("\(problem)") }
    for (name, version) in codes.missing {
      Logger.amanad.warning(
        """
        the roster names version "\(version)" of code list \(name), which is not here: put its file into codes/. \
        Until then no intention with a code of it is signed
        """)
    }
  }
}

extension StoreReader {
  /// Whether a statement relies on the roster that it is judged by, or on one that we adopted before that.
  func knowsRoster(of proposal: Proposal) throws -> Bool {
    try proposal.isUnderKnownRoster
      || hasRoster(digest: proposal.event.roster, before: proposal.roster.body.version)
  }
}
