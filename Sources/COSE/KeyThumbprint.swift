public import OpenSSL

extension PublicKey {
  /// The COSE_Key with its required parameters only (RFC 9053 §7, RFC 9964 §3); nil for RSA, which the roster does not list.
  public var coseKey: CBOR? {
    guard let raw, let size = type.coordinateByteCount else { return nil }
    let curve: Int64
    switch type {
    case .p256: curve = 1
    case .p384: curve = 2
    case .p521: curve = 3
    case .x25519: curve = 4
    case .ed25519: curve = 6
    case .mlDSA65, .mlDSA87:
      return Algorithm.preferred(for: type).map { .map([1: 7, 3: .int($0.rawValue), -1: .bytes(raw)]) }
    case .rsa: return nil
    }
    if type == .ed25519 || type == .x25519 {
      return .map([1: 1, -1: .int(curve), -2: .bytes(raw)])
    }
    return .map([1: 2, -1: .int(curve), -2: .bytes(Array(raw[..<size])), -3: .bytes(Array(raw[size...]))])
  }

  /// The COSE Key Thumbprint with SHA-256 (RFC 9679, for AKP RFC 9964), 32 bytes: our kid.
  public var thumbprint: [UInt8]? { coseKey.map { SHA256.hash($0.encoded()) } }

  /// Reads a COSE_Key (RFC 9052 §7) that has its required parameters and nothing else.
  public convenience init(coseKey item: CBOR, offset: Int = 0) throws(DecodeError) {
    if item.map?[1]?.int == 7 {
      try self.init(algorithmKeyPair: item, offset: offset)
      return
    }
    guard let map = item.map, let kind = map[1]?.int, let curve = map[-1]?.int, let x = map[-2]?.bytes else {
      throw DecodeError(.unexpectedType, at: offset, "not a COSE_Key")
    }
    let curves: [Int64: [Int64: KeyType]] = [1: [4: .x25519, 6: .ed25519], 2: [1: .p256, 2: .p384, 3: .p521]]
    guard let type = curves[kind]?[curve] else { throw DecodeError(.unsupported, at: offset, "COSE_Key type or curve") }
    let y = map[-3]?.bytes
    guard map.entries.count == (kind == 2 ? 4 : 3), (y != nil) == (kind == 2) else {
      throw DecodeError(.invalidValue, at: offset, "a COSE_Key here has its required parameters only")
    }
    if let y, x.count != type.coordinateByteCount || y.count != type.coordinateByteCount {
      throw DecodeError(.invalidValue, at: offset, "a COSE_Key coordinate of the wrong length")
    }
    do {
      try self.init(type: type, raw: x + (y ?? []))
    } catch {
      throw DecodeError(.invalidValue, at: offset, "COSE_Key: \(error)")
    }
  }

  /// An AKP key (RFC 9964): its algorithm stands in it, is one with its type and fixes the length of `pub`.
  private convenience init(algorithmKeyPair item: CBOR, offset: Int) throws(DecodeError) {
    guard let map = item.map, let algorithm = map[3]?.int, let raw = map[-1]?.bytes else {
      throw DecodeError(.unexpectedType, at: offset, "not a COSE_Key")
    }
    guard let type = [Algorithm.mlDSA65.rawValue: KeyType.mlDSA65, Algorithm.mlDSA87.rawValue: .mlDSA87][algorithm]
    else { throw DecodeError(.unsupported, at: offset, "COSE_Key algorithm") }
    guard map.entries.count == 3 else {
      throw DecodeError(.invalidValue, at: offset, "a COSE_Key here has its required parameters only")
    }
    do {
      try self.init(type: type, raw: raw)
    } catch {
      throw DecodeError(.invalidValue, at: offset, "COSE_Key: \(error)")
    }
  }
}
