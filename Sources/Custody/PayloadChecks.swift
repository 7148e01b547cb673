import COSE

/// V30: the sealed payloads that an envelope lists, who can open them, and that what was opened is what it commits to.
enum PayloadChecks {
  /// The list is the whole set in its order, so that its length and its ids say nothing; a message's says how many
  /// attachments it has.
  static func list(of event: Event) -> [Violation] {
    guard !event.sealed.isEmpty else { return [] }
    let isMessage = event.type == .message
    guard isMessage || event.manifestRoot != nil else {
      return [Violation(.v30, "without a manifest it seals nothing")]
    }
    let expected = isMessage ? ofMessage(event.sealed.count) : PayloadKind.besideManifest(of: event.kind)
    guard event.sealed.map(\.id) == expected.map(\.id), event.sealed.map(\.mediaType) == expected.map(\.mediaType)
    else {
      let names = expected.map(\.id).joined(separator: ", ")
      return [Violation(.v30, "it lists other sealed payloads than \(names), in this order")]
    }
    return distinct(event)
  }

  /// As many as are listed, but no more than a message may have.
  private static func ofMessage(_ count: Int) -> [PayloadKind] {
    [.message] + (1...MessageContent.maximumAttachments).prefix(count - 1).map(PayloadKind.attachment)
  }

  /// One ciphertext under two names could be opened in one of them only.
  private static func distinct(_ event: Event) -> [Violation] {
    Set(event.sealed.map(\.ciphertextDigest)).count == event.sealed.count
      ? [] : [Violation(.v30, "two sealed payloads have one ciphertext")]
  }

  /// What we seal must have somebody who can open it.
  static func recipients(_ proposal: Proposal) -> [Violation] {
    guard proposal.stage != .received, !proposal.event.sealed.isEmpty else { return [] }
    let recipients = SealRecipients(
      of: proposal.event, issuer: proposal.issuer, roster: proposal.roster, at: proposal.now)
    return recipients.withoutKey.map {
      Violation(.v30, "the roster lists no valid seal key of \($0), which could open nothing")
    }
  }

  /// What was opened, or came in clear, fits the commitments; what the parties must have is there.
  static func content(_ proposal: Proposal) -> [Violation] {
    let brought = Set(proposal.content.annexes.map(\.reference))
    let isWhole = proposal.arrival == .whole
    let missing = proposal.event.annexes.filter { isWhole && !brought.contains($0) }.map(\.id)
    let differing = proposal.event.sealed.filter { reference in
      let named = brought.filter { $0.id == reference.id }
      guard !named.isEmpty else { return isWhole && reference.id == Annex.identityID }
      return !named.allSatisfy { $0.mediaType == reference.mediaType && $0.commitment == reference.commitment }
    }.map(\.id)
    return (missing + differing).map {
      Violation(.v30, "the annex \"\($0)\" is missing or is not what the statement commits to")
    }
  }

  /// Whoever hands over a site says what it is, who was counted and what stays to be done.
  static func site(_ proposal: Proposal) -> [Violation] {
    guard proposal.event.kind?.row.rules.contains(.site) == true, proposal.arrival == .whole else { return [] }
    let content = proposal.content.annexes.first { $0.id == SiteBlock.id }?.content ?? []
    guard !content.isEmpty else {
      return proposal.event.type.isRelease
        ? [Violation(.v30, "it hands over a site and its site block is missing")] : []
    }
    do throws(DecodeError) { _ = try SiteBlock(decoding: content[...]) } catch {
      return [Violation(.v30, "its site block cannot be read: \(error.detail)")]
    }
    return []
  }
}
