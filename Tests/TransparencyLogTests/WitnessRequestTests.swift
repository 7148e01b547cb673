import COSE
import OpenSSL
import TestSupport
import Testing
import TransparencyLog

/// Requests of C2SP tlog-witness, add-checkpoint: what is read, what is refused and with which status.
@Suite struct WitnessRequestTests {
  static let origin = "a.example/log/1"
  let log: PrivateKey
  let witness: PrivateKey

  init() throws {
    log = try .generate(.ed25519)
    witness = try .generate(.ed25519)
  }

  private func checkpoint(_ size: Int) -> Checkpoint {
    Checkpoint(origin: Self.origin, size: UInt64(size), root: MerkleTree.root(of: leaves(size)))
  }

  private func made(_ old: Int, _ new: Int, path: [TreeHash]? = nil) throws -> WitnessRequest {
    let proof = try TileReader(source: MemoryTiles(leaves(new)))
      .consistencyProof(from: UInt64(old), to: UInt64(new))
    let note = try Checkpoint.sign(checkpoint(new), key: log)
    return WitnessRequest(
      oldSize: UInt64(old), path: path ?? proof?.path ?? [], checkpoint: try SignedCheckpoint(note))
  }

  private func refusal(_ bytes: [UInt8]) -> WitnessRefusal? {
    do throws(WitnessRefusal) {
      _ = try WitnessRequest(decoding: bytes)
      return nil
    } catch {
      return error
    }
  }

  private func verdict(_ request: WitnessRequest, after last: Int?, by keys: [PublicKey]?) -> WitnessRefusal? {
    do throws(WitnessRefusal) {
      let known = last.map { WitnessedTree(size: UInt64($0), root: MerkleTree.root(of: leaves($0))) }
      try request.verified(by: keys).judge(after: known)
      return nil
    } catch {
      return error
    }
  }

  @Test("The specification's own example is read")
  func example() throws {
    let text = """
      old 20852014
      PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
      jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
      5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
      /6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

      example.com/behind-the-sofa
      20852163
      CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

      — example.com/behind-the-sofa \
      Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=

      """
    let request = try WitnessRequest(decoding: Array(text.utf8))
    #expect(request.oldSize == 20_852_014 && request.path.count == 4)
    #expect(request.checkpoint.checkpoint.size == 20_852_163)
    #expect(request.encoded() == Array(text.utf8))
  }

  @Test("What is written is read, from nothing and from every size to every size")
  func roundTrip() throws {
    for (old, new) in [(0, 0), (0, 1), (0, 9), (1, 1), (1, 2), (3, 9), (8, 9), (9, 9), (7, 300)] {
      let request = try made(old, new)
      #expect(try WitnessRequest(decoding: request.encoded()) == request, "\(old) \(new)")
      #expect(verdict(request, after: old, by: [log.publicKey]) == nil, "\(old) \(new)")
    }
  }

  /// Each bad form of a body, and what it is refused as.
  private func badForms() throws -> [(String, [UInt8], WitnessRefusal)] {
    let note = try Checkpoint.sign(checkpoint(9), key: log).encoded()
    let hash = Array("PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n".utf8)
    func body(_ head: String, _ rest: [UInt8]) -> [UInt8] { Array(head.utf8) + rest }
    let hashes = { (count: Int) in [[UInt8]](repeating: hash, count: count).flatMap(\.self) }
    func lines(_ line: String) -> [UInt8] { body("old 1\n\(line)\n\n", note) }
    return [
      ("nothing", [], .noOldSize), ("no newline", Array("old 1".utf8), .noOldSize),
      ("no size", body("old \n\n", note), .noOldSize), ("no old", body("1\n\n", note), .noOldSize),
      ("capitals", body("Old 1\n\n", note), .noOldSize), ("leading zero", body("old 01\n\n", note), .noOldSize),
      ("two zeros", body("old 00\n\n", note), .noOldSize), ("negative", body("old -1\n\n", note), .noOldSize),
      ("plus", body("old +1\n\n", note), .noOldSize), ("two spaces", body("old  1\n\n", note), .noOldSize),
      ("a space behind", body("old 1 \n\n", note), .noOldSize), ("a tab", body("old\t1\n\n", note), .noOldSize),
      ("2^64", body("old 18446744073709551616\n\n", note), .noOldSize),
      ("carriage return", body("old 1\r\n\r\n", note), .noOldSize),
      ("Arabic digits", body("old ٥\n\n", note), .noOldSize),
      ("base64 without padding", lines("PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw"), .proofLine(1)),
      ("bits that no byte needs", lines("PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkax="), .proofLine(1)),
      ("base64url", lines("PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDp-aw="), .proofLine(1)),
      ("31 bytes", lines("PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkQ=="), .proofLine(1)),
      ("33 bytes", lines("PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaxx"), .proofLine(1)),
      ("a space in front", lines(" PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw="), .proofLine(1)),
      ("hexadecimal", lines(String(repeating: "0a", count: 32)), .proofLine(1)),
      ("the third line", body("old 1\n", hash + hash + Array("x\n\n".utf8) + note), .proofLine(3)),
      ("64 lines", body("old 1\n", hashes(64) + [0x0a] + note), .longProof),
      ("64 lines and no end", body("old 1\n", hashes(64)), .longProof),
      ("no empty line", body("old 1\n", hash), .noEmptyLine), ("the head alone", Array("old 1\n".utf8), .noEmptyLine),
      ("no note", Array("old 1\n\n".utf8), .noCheckpoint(reason: .missingField, offset: 0)),
      (
        "not signed", body("old 1\n\n", Array(checkpoint(9).noteText.utf8)),
        .noCheckpoint(reason: .missingField, offset: 63)
      ),
    ]
  }

  @Test("Each bad form is refused by its own name, with the status 400")
  func forms() throws {
    for (name, bytes, expected) in try badForms() {
      guard let found = refusal(bytes) else {
        Issue.record("\(name) is taken")
        continue
      }
      if case .noCheckpoint(let reason, _) = expected, case .noCheckpoint(let other, _) = found {
        #expect(reason == other, "\(name)")
      } else {
        #expect(found == expected, "\(name)")
      }
      #expect(found.status == 400, "\(name)")
    }
  }

  @Test("63 lines are read")
  func longestProof() throws {
    let path = [TreeHash](repeating: .empty, count: 63)
    let request = try made(1, 9, path: path)
    #expect(try WitnessRequest(decoding: request.encoded()).path.count == 63)
    #expect(verdict(request, after: 1, by: [log.publicKey]) == .inconsistent)
  }

  @Test("A note of 16 signatures is read, one of 17 is not; a body that is too large is not looked at")
  func sizes() throws {
    let note = try Checkpoint.sign(checkpoint(9), key: log).encoded()
    let line = "— w.example AAAAAAA=\n"
    let head = Array("old 0\n\n".utf8)
    let full = head + note + Array(String(repeating: line, count: 15).utf8)
    #expect(refusal(full) == nil)
    let over = try #require(refusal(full + Array(line.utf8)))
    guard case .noCheckpoint(.tooLarge, _) = over else {
      Issue.record("\(over)")
      return
    }
    #expect(over.status == 400)
    let large = head + note + [UInt8](repeating: 0x41, count: WitnessRequest.maximumByteCount)
    #expect(refusal(large) == .tooLarge && WitnessRefusal.tooLarge.status == 413)
  }

  @Test("Sizes end below 2^63", arguments: ["9223372036854775808", "18446744073709551615"])
  func largestSize(_ size: String) throws {
    let text = "\(Self.origin)\n\(size)\n\(checkpoint(9).noteText.split(separator: "\n")[2])\n"
    let signature = try log.sign(Array(text.utf8), scheme: .ed25519)
    let name = try #require(NoteKey(name: Self.origin, type: .ed25519, publicKey: log.publicKey))
    let line = try #require(NoteSignature(name: name.name, keyHash: name.keyHash, signature: signature))
    let note = try SignedNote(text: text, signatures: [line]).encoded()
    #expect(refusal(Array("old 0\n\n".utf8) + note) == .sizeOutOfRange)
    #expect(WitnessRefusal.sizeOutOfRange.status == 400)
  }

  @Test("Only a key that is trusted for the origin counts, and one that fails refuses the whole note")
  func signatures() throws {
    let request = try made(0, 9)
    let other = try PrivateKey.generate(.ed25519).publicKey
    #expect(verdict(request, after: nil, by: nil) == .unknownOrigin && WitnessRefusal.unknownOrigin.status == 404)
    #expect(verdict(request, after: nil, by: []) == .notSigned && WitnessRefusal.notSigned.status == 403)
    #expect(verdict(request, after: nil, by: [other]) == .notSigned)
    #expect(try verdict(request, after: nil, by: [PrivateKey.generate(.p256).publicKey]) == .notSigned)
    #expect(verdict(request, after: nil, by: [other, log.publicKey]) == nil)
    let good = request.checkpoint.note
    let own = good.signatures[0]
    var bent = own.signature
    bent[7] ^= 1
    let failing = try #require(NoteSignature(name: own.name, keyHash: own.keyHash, signature: bent))
    for lines in [[failing], [own, failing], [failing, own]] {
      let note = try SignedCheckpoint(SignedNote(text: good.text, signatures: lines))
      let request = WitnessRequest(oldSize: 0, path: [], checkpoint: note)
      #expect(verdict(request, after: nil, by: [log.publicKey]) == .badSignature)
    }
    #expect(WitnessRefusal.badSignature.status == 403)
    // Neither the same name alone nor the same hash alone makes a line the key's.
    let named = try #require(NoteSignature(name: own.name, keyHash: [1, 2, 3, 4], signature: bent))
    let hashed = try #require(NoteSignature(name: "other", keyHash: own.keyHash, signature: bent))
    let note = try SignedCheckpoint(SignedNote(text: good.text, signatures: [named, own, hashed]))
    let passed = WitnessRequest(oldSize: 0, path: [], checkpoint: note)
    #expect(verdict(passed, after: nil, by: [log.publicKey]) == nil)
    #expect(try passed.verified(by: [log.publicKey]).note().signatures == [own])
  }

  @Test("What is judged: each case its status, in the order of the specification")
  func judging() throws {
    let keys = [log.publicKey]
    #expect(try verdict(made(0, 9), after: nil, by: keys) == nil)
    #expect(try verdict(made(4, 9), after: 4, by: keys) == nil)
    // The same once more, so that an answer that was lost is given again.
    #expect(try verdict(made(9, 9), after: 9, by: keys) == nil)
    #expect(try verdict(made(10, 9, path: []), after: 4, by: keys) == .oldSizeBeyond)
    #expect(try verdict(made(4, 9), after: nil, by: keys) == .conflict(size: 0))
    #expect(try verdict(made(0, 9), after: 4, by: keys) == .conflict(size: 4))
    #expect(try verdict(made(4, 9), after: 9, by: keys) == .conflict(size: 9))
    #expect(try verdict(made(4, 9), after: 12, by: keys) == .conflict(size: 12))
    #expect(try verdict(made(0, 9, path: [.empty]), after: nil, by: keys) == .proofFromNothing)
    #expect(try verdict(made(4, 9, path: []), after: 4, by: keys) == .inconsistent)
    #expect(try verdict(made(4, 9, path: [.empty]), after: 4, by: keys) == .inconsistent)
    #expect(try verdict(made(9, 9, path: [.empty]), after: 9, by: keys) == .inconsistent)
    let forked = try made(4, 9).verified(by: keys)
    #expect(throws: WitnessRefusal.inconsistent) { try forked.judge(after: WitnessedTree(size: 4, root: .leaf([1]))) }
    let again = try made(9, 9).verified(by: keys)
    #expect(throws: WitnessRefusal.otherRoot) { try again.judge(after: WitnessedTree(size: 9, root: .leaf([1]))) }
    let statuses = [WitnessRefusal.oldSizeBeyond, .conflict(size: 4), .proofFromNothing, .inconsistent, .otherRoot]
    #expect(statuses.map(\.status) == [400, 409, 422, 422, 422])
  }

  @Test("A tree without leaves has one root, and everything follows it without a proof")
  func nothing() throws {
    let keys = [log.publicKey]
    #expect(try verdict(made(0, 0), after: nil, by: keys) == nil)
    #expect(try verdict(made(0, 0), after: 0, by: keys) == nil)
    #expect(try verdict(made(0, 9), after: 0, by: keys) == nil)
    let wrong = try Checkpoint.sign(Checkpoint(origin: Self.origin, size: 0, root: .leaf([1])), key: log)
    let request = WitnessRequest(oldSize: 0, path: [], checkpoint: try SignedCheckpoint(wrong))
    #expect(verdict(request, after: nil, by: keys) == .rootOfNothing && WitnessRefusal.rootOfNothing.status == 422)
    // Once there were leaves there is no way back.
    #expect(try verdict(made(0, 0), after: 9, by: keys) == .conflict(size: 9))
  }

  @Test("A proof holds from what was cosigned alone: every other root, and every changed hash, is refused")
  func proofs() throws {
    let request = try made(7, 300)
    for place in request.path.indices {
      var path = request.path
      path[place] = .leaf([9])
      #expect(try verdict(made(7, 300, path: path), after: 7, by: [log.publicKey]) == .inconsistent)
    }
    for shorter in [Array(request.path.dropLast()), Array(request.path.dropFirst()), request.path + [.empty]] {
      #expect(try verdict(made(7, 300, path: shorter), after: 7, by: [log.publicKey]) == .inconsistent)
    }
  }

  @Test("A cosignature is of the text as it came, verifies under the witness's name, and joins the log's note")
  func cosigning() throws {
    let request = try made(0, 9)
    let verified = try request.verified(by: [log.publicKey])
    let line = try verified.cosignature(at: 1_700_000_000, name: "w.example/witness", key: witness)
    let note = try SignedCheckpoint(request.checkpoint.note.adding([line]))
    #expect(note.cosignatureTime(name: "w.example/witness", key: witness.publicKey) == 1_700_000_000)
    #expect(note.verify(originKey: log.publicKey))
    let kept = try SignedCheckpoint(verified.note(with: line))
    #expect(kept.note == note.note)
    let later = try verified.cosignature(at: 1_700_000_009, name: "w.example/witness", key: witness)
    #expect(try note.note.adding([later]).signatures == request.checkpoint.note.signatures + [later])
    let answer = Cosignatures.encode([line])
    #expect(answer.starts(with: Array("— w.example/witness ".utf8)) && answer.last == 0x0a)
    #expect(try Cosignatures.decode(answer) == [line])
    #expect(throws: OpenSSLError.unfit) { try verified.cosignature(at: 0, name: "w", key: witness) }
    #expect(throws: OpenSSLError.unfit) { try verified.cosignature(at: 1 << 63, name: "w", key: witness) }
    #expect(throws: OpenSSLError.unfit) {
      try verified.cosignature(at: 1, name: "w", key: PrivateKey.generate(.p256))
    }
  }

  @Test("An answer is signature lines and nothing else")
  func answers() throws {
    let line = "— w.example AAAAAAA=\n"
    #expect(try Cosignatures.decode(Array(String(repeating: line, count: 16).utf8)).count == 16)
    for bad in [
      "", "\n", line + "\n", "\n" + line, line + "\n" + line, String(line.dropLast()), "x\n" + line, line + "x\n",
      String(repeating: line, count: 17), "OK\n", "— w.example AAAA\n", line + "\u{1}\n",
    ] {
      #expect(throws: DecodeError.self, "\(bad.debugDescription)") { try Cosignatures.decode(Array(bad.utf8)) }
    }
    let large = [UInt8](repeating: 0x41, count: Cosignatures.maximumByteCount + 1)
    #expect(throws: DecodeError.self) { try Cosignatures.decode(large) }
  }

  @Test("No more signatures than a note takes are added")
  func fullNote() throws {
    let note = try Checkpoint.sign(checkpoint(9), key: log)
    let lines = try (0..<16).map { index in
      try #require(NoteSignature(name: "w\(index)", keyHash: [0, 0, 0, UInt8(index)], signature: [1]))
    }
    #expect(try note.adding(Array(lines.prefix(15))).signatures.count == 16)
    #expect(throws: DecodeError.self) { try note.adding(lines) }
  }

  @Test("25,000 damaged requests: nothing traps, and what is still cosigned is what the log signed")
  func damaged() throws {
    var random = SeededGenerator(named: "damaged witness requests")
    let good = try made(4, 9).encoded()
    let known = WitnessedTree(size: 4, root: MerkleTree.root(of: leaves(4)))
    var (decoded, judged) = (0, 0)
    for _ in 0..<25_000 {
      var bytes = good
      for _ in 0..<Int.random(in: 1...2, using: &random) {
        guard let place = bytes.indices.randomElement(using: &random) else { break }
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(bytes[place], at: place)
        default: bytes.insert(0x0a, at: place)
        }
      }
      guard let request = try? WitnessRequest(decoding: bytes) else { continue }
      decoded += 1
      #expect(request.encoded() == bytes)
      guard let verified = try? request.verified(by: [log.publicKey]), (try? verified.judge(after: known)) != nil else {
        continue
      }
      judged += 1
      #expect(verified.checkpoint == checkpoint(9), "\(hexText(bytes))")
    }
    #expect(decoded > 500 && judged < decoded, "\(decoded) \(judged)")
  }
}
