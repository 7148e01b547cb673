import COSE
import Custody
import OpenSSL
import Roster

/// Code lists and rosters that name them.
enum CodeSamples {
  static func texts(_ text: String) -> [String: String] { ["en": text, "ar": "نص", "ckb": "دەق"] }

  /// A second version of the reasons: one code more, and one that nobody is to write any more.
  static func reasons(_ change: (CodeList.Code) -> CodeList.Code? = { $0 }) -> CodeList {
    let first = CodesInForce.standard[.reason]
    let codes = (first?.codes ?? []).map { code in
      code.id == "weather"
        ? CodeList.Code(code.id, isDeprecated: true, replacedBy: "storm", texts: code.texts) : code
    }
    let all = codes + [CodeList.Code("storm", since: 2, texts: texts("Storm"))]
    return CodeList("reason", version: 2, texts: first?.texts ?? [:], codes: all.compactMap(change))
  }

  /// The coalition's roster, naming versions of lists, or the one that follows it.
  static func roster(_ coalition: Coalition, _ named: [String: String], follows: Bool = false) throws -> VerifiedRoster
  {
    let body = coalition.roster.body
    let changed = RosterBody(
      coalition: body.coalition, exercise: body.exercise, version: body.version + (follows ? 1 : 0),
      previous: follows ? coalition.roster.digest : body.previous,
      issuedAt: body.issuedAt, nextUpdate: body.nextUpdate, root: body.root, members: body.members,
      authorities: body.authorities, codeLists: named)
    return try VerifiedRoster.verify(changed.signed(by: coalition.roots).bytes, pinned: SHA256.hash(changed.encoded()))
  }
}
