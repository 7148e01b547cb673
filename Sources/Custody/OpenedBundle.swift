import OpenSSL

/// What can be read of a bundle: what stands in clear, what a key opens, and the manifests in what it opened.
struct OpenedBundle: Sendable {
  private let bundle: Bundle
  private var openings: [StatementID: Opening] = [:]
  private var histories: [History] = []
  /// What does not open, or is not what its statement commits to.
  private(set) var failures: [String] = []

  fileprivate init(_ bundle: Bundle, _ key: PrivateKey?) {
    self.bundle = bundle
    for item in bundle.statements where !item.value.event.sealed.isEmpty {
      var opening = Opening()
      if let key { opening = Opening(of: item.value, with: key) { bundle.sealed[$0] } }
      openings[item.value.id] = opening
      let clear = bundle.annexes[item.value.id]?.first { $0.id == History.id }
      for history in [opening.history, clear.flatMap { try? History(decoding: $0.content[...]) }].compactMap(\.self) {
        histories.append(history)
      }
      for failure in opening.failures where !failure.isForOthers {
        failures.append("the statement at byte \(item.offset): \(failure)")
      }
    }
  }

  /// What stands beside a statement, and how much of it that is.
  func content(of statement: SignedStatement) -> (content: Content, arrival: Proposal.Arrival) {
    var content = bundle.content(of: statement)
    guard statement.event.manifestRoot != nil else { return (content, .whole) }
    if let opening = openings[statement.id] {
      content.manifest = content.manifest ?? opening.content.manifest
      content.annexes += opening.content.annexes.filter { annex in !content.annexes.contains { $0.id == annex.id } }
      let isWhole =
        content.manifest != nil && (content.slots != nil || statement.event.slotsRoot == nil)
        && content.annexes.contains { $0.id == Annex.identityID }
      if isWhole { return (content, .whole) }
    } else if content.manifest != nil {
      return (content, .whole)
    }
    for history in histories where content.manifest == nil { content.manifest = history.manifest(of: statement) }
    if content.manifest != nil { return (content, .lines) }
    // An older statement has nothing sealed: its manifest stands beside it or is missing.
    return (content, openings[statement.id] == nil ? .whole : .awaited)
  }
}

extension Bundle {
  /// Opens what a key opens; without one, what stands in clear is all there is.
  func opened(with key: PrivateKey?) -> OpenedBundle { OpenedBundle(self, key) }
}
