/// How many columns of a terminal a text takes: an Arabic or Latin letter one, a mark, a joiner or an isolate none, a
/// Chinese, Japanese or Korean character two.
func displayWidth(_ text: some StringProtocol) -> Int {
  text.unicodeScalars.reduce(0) { $0 + displayWidth($1) }
}

func displayWidth(_ scalar: Unicode.Scalar) -> Int {
  if scalar.isASCII { return (0x20...0x7e).contains(scalar.value) ? 1 : 0 }
  // Signs that enclose or precede a number are format characters, and yet they are seen.
  if (0x600...0x605).contains(scalar.value) || [0x6dd, 0x70f, 0x8e2].contains(scalar.value) { return 1 }
  switch scalar.properties.generalCategory {
  case .nonspacingMark, .enclosingMark, .format, .control, .surrogate, .lineSeparator, .paragraphSeparator: return 0
  default: break
  }
  // The vowels and finals of Korean syllables stand within the cell of their initial.
  if (0x1160...0x11ff).contains(scalar.value) { return 0 }
  return wideRanges.contains { $0.contains(scalar.value) } || scalar.properties.isEmojiPresentation ? 2 : 1
}

/// East Asian Wide and Fullwidth (UAX 11), as blocks.
private let wideRanges: [ClosedRange<UInt32>] = [
  0x1100...0x115f, 0x2e80...0x303e, 0x3041...0x33ff, 0x3400...0x4dbf, 0x4e00...0x9fff, 0xa000...0xa4cf, 0xa960...0xa97f,
  0xac00...0xd7a3, 0xf900...0xfaff, 0xfe10...0xfe19, 0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6,
  0x1f300...0x1f64f, 0x1f680...0x1f6ff, 0x1f900...0x1f9ff, 0x20000...0x3fffd,
]

/// Whether a text has letters that run from right to left.
func runsRightToLeft(_ text: some StringProtocol) -> Bool {
  text.unicodeScalars.contains { scalar in
    switch scalar.value {
    case 0x590...0x8ff, 0xfb1d...0xfdff, 0xfe70...0xfefc, 0x10800...0x10fff, 0x1e800...0x1efff: true
    default: false
    }
  }
}

/// Text whose direction isolates open and close within it, so that it turns nothing beside it.
func closingIsolates(_ text: String) -> String {
  var open = 0
  var kept = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    if (0x2066...0x2068).contains(scalar.value) { open += 1 }
    if scalar.value == 0x2069 {
      // One that closes nothing here would close what stands around it.
      guard open > 0 else { continue }
      open -= 1
    }
    kept.append(scalar)
  }
  return String(kept) + String(repeating: "\u{2069}", count: open)
}

/// A text from elsewhere as a terminal may show it: no control characters and nothing that turns the direction.
func printable(_ text: String) -> String {
  String(String.UnicodeScalarView(text.unicodeScalars.map { isPrintable($0) ? $0 : "\u{fffd}" }))
}

func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0...0x1f, 0x7f...0x9f, 0x2028...0x202e, 0xfff9...0xfffb: false
  default: true
  }
}
