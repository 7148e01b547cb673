public import COSE
import OpenSSL
import TransparencyLog

extension Bundle {
  /// Decodes a whole bundle or refuses it whole, naming the byte.
  public init(decoding bytes: [UInt8], checks: Checks = .all) throws(DecodeError) {
    guard bytes.count <= Self.maximumByteCount else {
      throw DecodeError(.tooLarge, at: Self.maximumByteCount, "a bundle has at most \(Self.maximumByteCount) bytes")
    }
    var decoder = CBORDecoder(bytes)
    self = try Self.header(&decoder)
    while !decoder.isAtEnd {
      let start = decoder.position
      guard try decoder.arrayHead() == 2, let type = try decoder.item().text else {
        throw DecodeError(.unexpectedType, at: start, "an item is [type, content]")
      }
      try read(type, &decoder, bytes, at: start, checks)
    }
  }

  private static func header(_ decoder: inout CBORDecoder) throws(DecodeError) -> Bundle {
    var fields = try FieldReader(decoder.item(), path: "header", offset: 0)
    guard try fields.text("format", maximum: 64) == format else { throw fields.invalid("format", "is no bundle's") }
    let exercise = try fields.bool("exercise")
    let created = try fields.time("created")
    let notice = try fields.optionalText("notice", maximum: 256)
    try fields.finish()
    return Bundle(exercise: exercise, created: created, notice: notice)
  }

  private mutating func read(
    _ type: String, _ decoder: inout CBORDecoder, _ bytes: [UInt8], at start: Int, _ checks: Checks
  ) throws(DecodeError) {
    switch type {
    case "roster": rosters.append(Item(offset: start, value: Array(bytes[try decoder.byteString()])))
    case "policy":
      policies.append(Item(offset: start, value: try Policy(decoding: bytes[try decoder.byteString()])))
    case "checkpoint": checkpoints.append(Item(offset: start, value: Array(bytes[try decoder.byteString()])))
    case "statement":
      let range = try decoder.byteString()
      statements.append(Item(offset: start, value: try statement(Array(bytes[range]), at: range.lowerBound, checks)))
    case "manifest":
      let manifest = try Manifest(decoding: bytes[try decoder.byteString()])
      let root = manifest.root.bytes
      manifests[root] = manifest
      besides.append(Item(offset: start, value: .manifest(root: root)))
    case "codes":
      let range = try decoder.byteString()
      codeLists.append(Item(offset: start, value: try codeList(Array(bytes[range]), at: range.lowerBound)))
    case "proof": proofs.append(Item(offset: start, value: try proof(decoder.item(), at: start)))
    case "slots":
      let (id, list) = try slotList(decoder.item(), at: start)
      guard slots.updateValue(list, forKey: id).map({ $0 == list }) ?? true else {
        throw DecodeError(.invalidValue, at: start, "two lists of slots stand beside one statement")
      }
      besides.append(Item(offset: start, value: .slots(id)))
    case "sealed": try readSealed(&decoder, bytes, at: start)
    case "annex":
      let (id, annex) = try annex(decoder.item(), at: start)
      annexes[id, default: []].append(annex)
      besides.append(Item(offset: start, value: .annex(id, annex.reference)))
    default: throw DecodeError(.unsupported, at: start, "no item of type \"\(type)\" is known")
    }
  }

  private mutating func readSealed(_ decoder: inout CBORDecoder, _ bytes: [UInt8], at start: Int) throws(DecodeError) {
    guard try decoder.arrayHead() == 2 else {
      throw DecodeError(.unexpectedType, at: start, "a sealed payload is [digest, ciphertext]")
    }
    let digest = Array(bytes[try decoder.byteString()])
    let ciphertext = Array(bytes[try decoder.byteString()])
    guard SHA256.hash(ciphertext) == digest else {
      throw DecodeError(.invalidValue, at: start, "a sealed payload is not what its digest says")
    }
    sealed[digest] = ciphertext
    besides.append(Item(offset: start, value: .sealed(digest)))
  }

  /// A statement's own offsets, moved to where it stands in the file.
  private func statement(_ bytes: [UInt8], at offset: Int, _ checks: Checks) throws(DecodeError) -> SignedStatement {
    do {
      return try SignedStatement(decoding: bytes, checks: checks)
    } catch {
      throw DecodeError(error.reason, at: offset + error.offset, "in a statement: \(error.detail)")
    }
  }

  private func codeList(_ bytes: [UInt8], at offset: Int) throws(DecodeError) -> CodeList {
    do {
      return try CodeList(decoding: bytes)
    } catch {
      throw DecodeError(error.reason, at: offset + error.offset, "in a code list: \(error.detail)")
    }
  }

  private func proof(_ item: CBOR, at offset: Int) throws(DecodeError) -> Proof {
    guard let parts = item.array, parts.count == 4, let entry = parts[0].bytes.flatMap({ LogEntry($0) }),
      let size = parts[1].uint, let index = parts[2].uint, let path = parts[3].array, path.count <= 64
    else { throw DecodeError(.invalidValue, at: offset, "a proof is [entry, size, index, path]") }
    let hashes = path.compactMap { $0.bytes.flatMap { TreeHash($0) } }
    guard hashes.count == path.count, index < size else {
      throw DecodeError(.invalidValue, at: offset, "a proof's path holds 32-byte hashes, its index lies below its size")
    }
    return Proof(entry: entry, proof: InclusionProof(size: size, index: index, path: hashes))
  }

  private func slotList(_ item: CBOR, at offset: Int) throws(DecodeError) -> (StatementID, [[UInt8]]) {
    guard let parts = item.array, parts.count == 2, let id = parts[0].bytes.flatMap({ StatementID($0) }),
      let list = parts[1].array, list.count <= Manifest.maximumLeaves
    else { throw DecodeError(.invalidValue, at: offset, "slots are [statement id, [slot…]]") }
    let slots = list.compactMap(\.bytes)
    guard slots.count == list.count, slots.allSatisfy({ $0.count == 32 }) else {
      throw DecodeError(.invalidValue, at: offset, "a slot is 32 bytes")
    }
    return (id, slots)
  }

  private func annex(_ item: CBOR, at offset: Int) throws(DecodeError) -> (StatementID, Annex) {
    var fields = try FieldReader(item, path: "annex", offset: offset)
    let statement = StatementID(unchecked: try fields.bytes("statement", count: 32))
    let annex = Annex(
      id: try fields.text("id", maximum: 64), mediaType: try fields.text("media_type", maximum: 128),
      salt: try fields.bytes("salt", count: 32),
      content: try fields.bytes("content", maximum: Annex.maximumByteCount))
    try fields.finish()
    return (statement, annex)
  }
}
