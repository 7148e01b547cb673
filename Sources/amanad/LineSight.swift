import ControlAPI
import Custody

/// What a rule finds of a line says something of that person: how old they are, what a field holds. Whoever may not read
/// persons sees which rule it is.
extension [Problem.Failing] {
  var withoutLines: [Problem.Failing] {
    let lines = Dictionary(grouping: filter { $0.line != nil }, by: \.code)
    let hidden = lines.sorted { $0.key < $1.key }.map { code, found in
      Problem.Failing(
        code: code, detail: "of single lines: the right \"read-persons\" shows which, and why",
        sentence: found.first?.sentence)
    }
    return filter { $0.line == nil } + hidden
  }
}

extension StatementView {
  var withoutLines: StatementView {
    var view = self
    view.flags = flags.withoutLines
    return view
  }
}

extension DraftView {
  var withoutLines: DraftView {
    var view = self
    view.flags = flags.withoutLines
    return view
  }
}

extension Routes {
  /// Whether who asks may see what is said of single lines.
  func seesLines(_ caller: Caller) -> Bool { rights.rights.allows(.readPersons, caller) }

  func questions(for caller: Caller) -> Questions {
    Questions(office: office, store: store, seesLines: seesLines(caller))
  }
}
