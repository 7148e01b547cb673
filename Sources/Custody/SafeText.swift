import COSE

/// Whether text may be signed: no control characters, no bidirectional embeddings or overrides (V24). Arabic joiners,
/// marks and isolates stay, since names need them.
public func isSafeText(_ text: String) -> Bool { firstUnsafe(in: text) == nil }

/// The first character for which text may not be signed.
func firstUnsafe(in text: String) -> Unicode.Scalar? {
  text.unicodeScalars.first { scalar in
    switch scalar.value {
    case 0x00...0x1f, 0x7f...0x9f, 0x202a...0x202e, 0xfff9...0xfffb: true
    default: false
    }
  }
}

/// Refuses an item that holds such text anywhere.
func refuseForbiddenText(in item: CBOR, at offset: Int, _ checks: Checks = .all) throws(DecodeError) {
  switch item {
  case .text(let text):
    guard checks.applies(.v24), !isSafeText(text) else { return }
    throw DecodeError(.forbiddenText, at: offset, "a control or bidi override character")
  case .array(let items):
    for item in items { try refuseForbiddenText(in: item, at: offset, checks) }
  case .map(let map):
    for entry in map.entries {
      try refuseForbiddenText(in: entry.key, at: offset, checks)
      try refuseForbiddenText(in: entry.value, at: offset, checks)
    }
  case .tagged, .float, .simple, .undefined:
    throw DecodeError(.unexpectedType, at: offset, "payloads hold no tags, floats or simple values")
  default: break
  }
}
