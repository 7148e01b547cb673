import Roster
import TransparencyLog

extension Bundle {
  /// What stands beside a statement, by what binds it to one.
  enum Beside: Sendable {
    case manifest(root: [UInt8])
    case slots(StatementID)
    case annex(StatementID, AnnexReference)
    case sealed([UInt8])
  }

  /// Content that belongs to no statement here, with its place: changed on the way, or it should not travel.
  public var strays: [String] {
    let committed = Dictionary(statements.map { ($0.value.id, $0.value.event) }) { first, _ in first }
    let roots = Set(statements.compactMap(\.value.event.manifestRoot))
    let digests = Set(statements.flatMap { $0.value.event.sealed.map(\.ciphertextDigest) })
    return besides.compactMap { item in
      switch item.value {
      case .manifest(let root):
        roots.contains(root) ? nil : "the manifest at byte \(item.offset) is that of none of the bundle's statements"
      case .slots(let id):
        slots[id].map { Slots.root(of: $0).bytes } == committed[id]?.slotsRoot && committed[id] != nil
          ? nil : "the slots at byte \(item.offset) are those of none of the bundle's statements"
      case .annex(let id, let reference):
        committed[id].map { commits($0, to: reference) } == true
          ? nil : "the annex \"\(reference.id)\" at byte \(item.offset) is that of none of the bundle's statements"
      case .sealed(let digest):
        digests.contains(digest)
          ? nil : "the sealed payload at byte \(item.offset) is that of none of the bundle's statements"
      }
    }
  }

  /// Why its code lists are not to be taken out of it, each in a sentence: no roster of it names one, or two claim to be
  /// one version. Empty when they may be.
  public var codeListProblems: [String] {
    var known: [String: CodeList] = [:]
    return strayCodeLists
      + codeLists.compactMap { item in
        let key = "\(item.value.name), version \(item.value.version)"
        let first = known[key] ?? item.value
        known[key] = first
        return first == item.value
          ? nil : "the code list at byte \(item.offset) is another \(key) than the one before it"
      }
  }

  /// Code lists that none of its rosters names by their digest, each with its place.
  var strayCodeLists: [String] {
    let named = rosters.compactMap { item in
      (try? VerifiedRoster.digest(of: item.value)).flatMap { try? VerifiedRoster.verify(item.value, pinned: $0) }
    }.map(\.body.codeLists)
    return codeLists.compactMap { item in
      let list = item.value
      return named.contains { $0[list.name].flatMap { CodeListReference($0) } == list.reference }
        ? nil : "the code list at byte \(item.offset) is one that no roster of the bundle names"
    }
  }

  private func commits(_ event: Event, to annex: AnnexReference) -> Bool {
    event.annexes.contains(annex)
      || event.sealed.contains {
        $0.id == annex.id && $0.mediaType == annex.mediaType && $0.commitment == annex.commitment
      }
  }
}
