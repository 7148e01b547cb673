import TransparencyLog

extension Bundle {
  /// What stands beside a statement, by what binds it to one.
  enum Beside: Sendable {
    case manifest(root: [UInt8])
    case slots(StatementID)
    case annex(StatementID, AnnexReference)
  }

  /// Content that belongs to no statement here, with its place: changed on the way, or it should not travel.
  public var strays: [String] {
    let committed = Dictionary(statements.map { ($0.value.id, $0.value.event) }) { first, _ in first }
    let roots = Set(statements.compactMap(\.value.event.manifestRoot))
    return besides.compactMap { item in
      switch item.value {
      case .manifest(let root):
        roots.contains(root) ? nil : "the manifest at byte \(item.offset) is that of none of the bundle's statements"
      case .slots(let id):
        slots[id].map { Slots.root(of: $0).bytes } == committed[id]?.slotsRoot && committed[id] != nil
          ? nil : "the slots at byte \(item.offset) are those of none of the bundle's statements"
      case .annex(let id, let reference):
        committed[id]?.annexes.contains(reference) == true
          ? nil : "the annex \"\(reference.id)\" at byte \(item.offset) is that of none of the bundle's statements"
      }
    }
  }

  /// Statements whose manifest or slots did not come with them: the bundle was cut, or written by another program.
  public var gaps: [String] {
    statements.compactMap { item in
      let (event, content) = (item.value.event, content(of: item.value))
      if event.manifestRoot != nil, content.manifest == nil {
        return "the manifest of the statement at byte \(item.offset) (\(event.type.rawValue)) is not in it"
      }
      if event.slotsRoot != nil, content.slots == nil {
        return "the slots of the statement at byte \(item.offset) (\(event.type.rawValue)) are not in it"
      }
      return nil
    }
  }
}
