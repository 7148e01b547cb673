import ControlAPI

extension ConciseProblem {
  /// What can be understood of an answer's body; nil when it is none. Its words are somebody else's: cut, and without
  /// characters that turn or hide text.
  init?(foreign bytes: [UInt8]) {
    guard let read = try? ConciseProblem(decoding: bytes) else { return nil }
    self.init(
      code: read.code.map { plain($0, maximum: 64) }, title: plain(read.title, maximum: 200),
      detail: read.detail.map { plain($0, maximum: 400) })
  }
}

/// Somebody else's text as we may log and report it.
func plain(_ text: String, maximum: Int) -> String {
  var kept = ""
  for scalar in text.unicodeScalars.prefix(maximum) {
    let next: Unicode.Scalar =
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: "\u{fffd}"
      default: scalar
      }
    guard kept.utf8.count + UTF8.width(next) <= maximum else { break }
    kept.unicodeScalars.append(next)
  }
  return kept
}
