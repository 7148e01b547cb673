extension VerifiedRoster {
  /// Since when the officer who holds a key had left office at a moment, in seconds since 1970: the key is retired, and no
  /// other of theirs was valid then. Nil where they had not, where others may have the key (V15), and where it is no
  /// officer's.
  public func leftOffice(_ kid: [UInt8], by time: UnixTime) -> UnixTime? {
    guard let holder = holder(of: kid), let officer = holder.officer, holder.record.exposedFrom == nil,
      let since = holder.record.revocations.filter({ $0.reason == .retired }).map(\.effectiveFrom).min(), since <= time,
      !officer.keys.contains(where: { $0.standing(at: time) == .valid })
    else { return nil }
    return since
  }
}
