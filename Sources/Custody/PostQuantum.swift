import COSE
import OpenSSL
public import Roster

/// Which signatures of an authority suffice (formats.md, dual mode).
public enum PostQuantum: String, Sendable {
  /// The classical one; a second one by ML-DSA is verified where that can be, and asked of nobody.
  case classical
  /// Both, from every authority for which the roster lists an ML-DSA statement key.
  case both
}

extension Authority {
  /// Whether the roster lists an ML-DSA statement key of this authority that was valid at a moment.
  public func hasMLDSAKey(at time: UnixTime) -> Bool {
    keys.contains { $0.purpose == .statement && $0.key.type.isMLDSA && $0.standing(at: time) == .valid }
  }
}

extension Event {
  /// Adds an approval where it belongs: sorted bytewise by kid.
  public mutating func add(approval bytes: [UInt8]) {
    let named = (approvals + [bytes]).map { (kid: (try? Approval(decoding: $0).keyID) ?? [], bytes: $0) }
    approvals = named.sorted { $0.kid.lexicographicallyPrecedes($1.kid) }.map(\.bytes)
  }
}

extension SignedStatement {
  /// The algorithms that its signatures name, the authority's own first, each once.
  public var algorithms: [String] { distinct(signatures.map { algorithmName($0.algorithmID) }) }

  /// The headers under which the authority and those who approve have signed.
  private var signatures: [ProtectedHeader] {
    [message.protected] + event.approvals.compactMap { try? Approval(decoding: $0).message.protected }
  }

  /// What of its signatures this machine can neither verify nor refute; nil when there is nothing.
  public var unverifiableHere: [String]? {
    !MLDSA.isAvailable && signatures.contains { $0.algorithm?.isMLDSA == true } ? [MLDSA.absence] : nil
  }
}

extension VerifiedStatement {
  /// The algorithms by which its signature and its approvals were verified, the authority's own first, each once.
  public var verifiedAlgorithms: [String] {
    distinct([algorithmName(signed.message.protected.algorithmID)] + approvals.map(\.algorithm.name))
  }

  /// What could be neither verified nor refuted on this machine.
  public var unverifiable: [String] { failedApprovals.filter(\.isUnverifiableHere).map(\.why) }
}

private func algorithmName(_ id: Int64?) -> String {
  id.flatMap { Algorithm(rawValue: $0)?.name } ?? id.map(String.init) ?? "-"
}

private func distinct(_ names: [String]) -> [String] {
  var seen: Set<String> = []
  return names.filter { seen.insert($0).inserted }
}
