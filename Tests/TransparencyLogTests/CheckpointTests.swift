import COSE
import OpenSSL
import TestSupport
import Testing
import TransparencyLog

@Suite struct CheckpointTests {
  /// The example of C2SP tlog-cosignature; its keys are not published.
  static let example = """
    example.com/behind-the-sofa
    20852163
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

    — example.com/behind-the-sofa \
    Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
    — witness.example.com/w1 \
    jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZ\
    qhf5nNo0xUe+mbIUBkBIfZ+qnA==

    """

  @Test func thePublishedExampleDecodesAndKeepsItsBytes() throws {
    let signed = try SignedCheckpoint(decoding: Array(Self.example.utf8))
    #expect(signed.checkpoint.origin == "example.com/behind-the-sofa" && signed.checkpoint.size == 20_852_163)
    #expect(signed.checkpoint.extensions.isEmpty && signed.checkpoint.noteText == signed.note.text)
    #expect(signed.note.encoded() == Array(Self.example.utf8))
    #expect(signed.note.signatures.map(\.signature.count) == [64, 72])
    let time = signed.note.signatures[1].signature.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    #expect(time == 1_679_315_147)
  }

  static let good = ["a.example/log/1", "5", "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="]

  static let refused: [[String]] = [
    [], ["a"], ["a", "5"], ["", good[1], good[2]], [good[0], "", good[2]], [good[0], "05", good[2]],
    [good[0], "+5", good[2]], [good[0], "-5", good[2]], [good[0], "5 ", good[2]], [good[0], "0x5", good[2]],
    [good[0], "٥", good[2]], [good[0], "18446744073709551616", good[2]], [good[0], "5", ""], [good[0], "5", "AAAA"],
    [good[0], "5", "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J="],
    [good[0], "5", "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I"], good + [""], ["a\r"] + good.dropFirst(),
    // 31 and 33 bytes.
    [good[0], "5", "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxqw=="],
    [good[0], "5", "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2IA"],
  ]

  @Test(arguments: refused) func whatIsNotACheckpointIsRefused(_ lines: [String]) {
    #expect(throws: DecodeError.self) { try Checkpoint(noteText: lines.map { $0 + "\n" }.joined()) }
  }

  @Test func theLastLineMustBeEnded() {
    #expect(throws: Never.self) { try Checkpoint(noteText: Self.good.joined(separator: "\n") + "\n") }
    #expect(throws: DecodeError.self) { try Checkpoint(noteText: Self.good.joined(separator: "\n")) }
  }

  @Test func sizesReachTheLargestNumberAndExtensionsAreKept() throws {
    for size in ["0", "18446744073709551615"] {
      let text = "\(Self.good[0])\n\(size)\n\(Self.good[2])\nmore\n"
      let checkpoint = try Checkpoint(noteText: text)
      #expect(String(checkpoint.size) == size && checkpoint.extensions == ["more"] && checkpoint.noteText == text)
    }
  }

  private let checkpoint = Checkpoint(origin: "a.example/log/1", size: 7, root: MerkleTree.root(of: leaves(7)))

  @Test func aSignedCheckpointVerifiesUnderItsOriginsKeyAlone() throws {
    let key = try PrivateKey.generate(.ed25519)
    let signed = try SignedCheckpoint(decoding: Checkpoint.sign(checkpoint, key: key).encoded())
    #expect(signed.checkpoint == checkpoint && signed.verify(originKey: key.publicKey))
    #expect(!signed.verify(originKey: try PrivateKey.generate(.ed25519).publicKey))
    #expect(!signed.verify(originKey: try PrivateKey.generate(.p256).publicKey))
    let later = Checkpoint(origin: checkpoint.origin, size: 8, root: checkpoint.root)
    let moved = try SignedCheckpoint(SignedNote(text: later.noteText, signatures: signed.note.signatures))
    #expect(!moved.verify(originKey: key.publicKey))
  }

  @Test func aCosignatureGivesItsTimeAndReplacesItsOwnOnly() throws {
    let (log, witness, other) = try (
      PrivateKey.generate(.ed25519), PrivateKey.generate(.ed25519), PrivateKey.generate(.ed25519)
    )
    let note = try Checkpoint.sign(checkpoint, key: log)
      .cosigned(at: 1000, name: "w.example", key: witness).cosigned(at: 1500, name: "v.example", key: other)
      .cosigned(at: 2000, name: "w.example", key: witness)
    let signed = try SignedCheckpoint(decoding: note.encoded())
    #expect(signed.note.signatures.map(\.name) == ["a.example/log/1", "v.example", "w.example"])
    #expect(signed.cosignatureTime(name: "w.example", key: witness.publicKey) == 2000)
    #expect(signed.cosignatureTime(name: "v.example", key: other.publicKey) == 1500)
    #expect(signed.cosignatureTime(name: "v.example", key: witness.publicKey) == nil)
    #expect(signed.cosignatureTime(name: "a.example/log/1", key: log.publicKey) == nil)
    #expect(signed.verify(originKey: log.publicKey) && !signed.verify(originKey: witness.publicKey))
  }

  @Test func aCosignatureWithAnotherTimeDoesNotVerify() throws {
    let (log, witness) = try (PrivateKey.generate(.ed25519), PrivateKey.generate(.ed25519))
    let note = try Checkpoint.sign(checkpoint, key: log).cosigned(at: 1000, name: "w.example", key: witness)
    let line = try #require(note.signatures.last)
    for position in [0, 7, 8, 71] {
      var changed = line.signature
      changed[position] ^= 0x81
      let forged = try #require(NoteSignature(name: line.name, keyHash: line.keyHash, signature: changed))
      let signed = try SignedCheckpoint(SignedNote(text: note.text, signatures: [forged]))
      #expect(signed.cosignatureTime(name: "w.example", key: witness.publicKey) == nil)
    }
  }

  @Test func whatShouldNotBeSignedIsNot() throws {
    let key = try PrivateKey.generate(.ed25519)
    let root = checkpoint.root
    for origin in ["", "a\n9", "a b", "a+b", "a\rb"] {
      #expect(throws: OpenSSLError.unfit) {
        try Checkpoint.sign(Checkpoint(origin: origin, size: 1, root: root), key: key)
      }
    }
    #expect(throws: OpenSSLError.unfit) {
      try Checkpoint.sign(Checkpoint(origin: "a", size: 1, root: root, extensions: [""]), key: key)
    }
    #expect(throws: OpenSSLError.unfit) { try Checkpoint.sign(checkpoint, key: PrivateKey.generate(.p256)) }
    let note = try Checkpoint.sign(checkpoint, key: key)
    #expect(throws: OpenSSLError.unfit) { try note.cosigned(at: 1 << 63, name: "w", key: key) }
    #expect(throws: OpenSSLError.unfit) { try note.cosigned(at: 1, name: "w w", key: key) }
    let text = try SignedNote(text: "no checkpoint\n", signatures: note.signatures)
    #expect(throws: OpenSSLError.unfit) { try text.cosigned(at: 1, name: "w", key: key) }
  }
}
