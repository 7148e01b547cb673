public import COSE
public import Roster
public import TransparencyLog

extension ChainState {
  /// The line of a certificate (schema certificate-1): where the chain stands as of a checkpoint of the log that knows it.
  public func certificateLine(asOf checkpoint: Checkpoint) -> [CBOR] {
    [
      .bytes(subject.bytes), .bytes(head.bytes), .bytes(source.bytes), .int(Int64(line)),
      .text(custodian.description), .text(phaseName), openRelease.map { .text($0.to.description) } ?? .null,
      claimants.map { .array($0.map { .text($0.description) }) } ?? .null,
      .map([
        "origin": .text(checkpoint.origin), "size": .unsigned(checkpoint.size), "root": .bytes(checkpoint.root.bytes),
      ]),
    ]
  }
}

/// What a disclosed line of a certificate says, when it shows enough to say it.
public struct CertifiedCustody: Hashable, Sendable {

  /// "MEMBER/authority".
  public let custodian: String
  public let phase: String
  /// Nil when it is not released, or not shown.
  public let releasedTo: String?
  public let claimants: [String]
  /// The log, and its size and root then.
  public let log: LogOpening.PriorLog

  /// Fields without which a line certifies nothing.
  public static let needed = ["custodian", "phase", "as_of"]

  /// - Parameter issuer: whoever signed it: a certificate speaks of its signer's own log.
  /// - Returns: nil unless it is a certificate's line that shows custodian, phase and as_of, as a log can know them.
  public init?(_ line: DisclosedLine, by issuer: Authority) {
    func value(_ name: String) -> CBOR? { line.fields.first { $0.name == name }?.value }
    guard line.schema == LineSchema.certificate.id, let custodian = value("custodian")?.text,
      let phase = value("phase")?.text, let asOf = value("as_of")?.map, let origin = asOf["origin"]?.text,
      let size = asOf["size"]?.uint, let root = asOf["root"]?.bytes, root.count == TreeHash.byteCount,
      issuer.owns(origin: origin), ChainState.phaseNames.contains(phase), Self.areNames([.text(custodian)]),
      Self.isStated(value("released_to").map { $0 == .null ? [] : [$0] }, exactly: phase == "released"),
      Self.isStated(value("claimants").map { $0 == .null ? [] : $0.array ?? [.null] }, exactly: phase == "contested")
    else { return nil }
    self.custodian = custodian
    self.phase = phase
    releasedTo = value("released_to")?.text
    claimants = (value("claimants")?.array ?? []).compactMap(\.text)
    log = LogOpening.PriorLog(origin: origin, size: size, root: root)
  }

  private static func areNames(_ items: [CBOR]) -> Bool {
    items.allSatisfy { $0.text.flatMap { AuthorityName($0) } != nil }
  }

  /// Whether a field that is shown names authorities where the phase has any, and nobody where it has none.
  private static func isStated(_ items: [CBOR]?, exactly isNeeded: Bool) -> Bool {
    guard let items else { return true }
    return areNames(items) && items.isEmpty != isNeeded
  }
}
