import COSE
import OpenSSL
import TestSupport
import Testing
import TransparencyLog

@Suite struct SignedNoteTests {
  struct Published: Sendable {
    let key: String
    let note: String
  }

  /// Notes that were published with their keys: by Go's sumdb/note and by the users of C2SP signed-note.
  static let published = [
    Published(
      key: "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
      note: """
        If you think cryptography is the answer to your problem,
        then you don't know what your problem is.

        — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=

        """),
    Published(
      key: "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
      note: """
        This is an example message.

        — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=

        """),
  ]

  @Test(arguments: published) func publishedNotesVerifyAndKeepTheirBytes(_ example: Published) throws {
    let note = try SignedNote(decoding: Array(example.note.utf8))
    let key = try NoteKey(decoding: example.key)
    #expect(key.verifies(note) && key.text == example.key)
    #expect(note.encoded() == Array(example.note.utf8))
    let changed = try SignedNote(text: note.text + "more\n", signatures: note.signatures)
    #expect(!key.verifies(changed))
    let other = try #require(NoteKey(name: key.name + "x", type: .ed25519, publicKey: key.publicKey))
    #expect(!other.verifies(note))
    let cosigner = try #require(NoteKey(name: key.name, type: .cosignature, publicKey: key.publicKey))
    #expect(!cosigner.verifies(note) && cosigner.keyHash != key.keyHash)
  }

  @Test func aFailingSignatureOfAKnownKeySpoilsTheNote() throws {
    let note = try SignedNote(decoding: Array(Self.published[0].note.utf8))
    let key = try NoteKey(decoding: Self.published[0].key)
    let good = try #require(note.signatures.first)
    let bad = try #require(
      NoteSignature(name: good.name, keyHash: good.keyHash, signature: [UInt8](repeating: 0, count: 64)))
    #expect(!key.verifies(try SignedNote(text: note.text, signatures: [good, bad])))
    let unknown = try #require(NoteSignature(name: good.name, keyHash: [0, 0, 0, 0], signature: bad.signature))
    #expect(key.verifies(try SignedNote(text: note.text, signatures: [unknown, good])))
  }

  static let refused: [(String, DecodeError.Reason)] = [
    ("", .missingField), ("text\n", .missingField), ("text\n\n", .truncated), ("text\n— a AAAAAAA=\n", .missingField),
    ("text\n\n— a AAAAAAA=", .truncated), ("text\n\n— a AAAAAAA=\n\n", .truncated),
    ("te\rxt\n\n— a AAAAAAA=\n", .forbiddenText), ("te\txt\n\n— a AAAAAAA=\n", .forbiddenText),
    ("te\0xt\n\n— a AAAAAAA=\n", .forbiddenText), ("text\n\n- a AAAAAAA=\n", .invalidValue),
    ("text\n\n—a AAAAAAA=\n", .invalidValue), ("text\n\n—  AAAAAAA=\n", .invalidValue),
    ("text\n\n— a  AAAAAAA=\n", .invalidValue), ("text\n\n— a AAAAAAA= \n", .invalidValue),
    ("text\n\n— a+b AAAAAAA=\n", .invalidValue), ("text\n\n— a\u{a0}b AAAAAAA=\n", .invalidValue),
    ("text\n\n— a AAAAAAB=\n", .invalidValue), ("text\n\n— a AAAAAAA\n", .invalidValue),
    ("text\n\n— a AAAAAA==\n", .invalidValue), ("text\n\n— a AAAA====\n", .invalidValue),
    ("text\n\n— a AAAAA_A=\n", .invalidValue), ("text\n\n— a \n", .invalidValue), ("text\n\n— a\n", .invalidValue),
  ]

  @Test(arguments: refused) func whatIsNotANoteIsRefused(_ text: String, _ reason: DecodeError.Reason) {
    let error = #expect(throws: DecodeError.self) { try SignedNote(decoding: Array(text.utf8)) }
    #expect(error?.reason == reason)
  }

  @Test func limitsAndUTF8AreChecked() throws {
    let line = "— a AAAAAAA=\n"
    func note(_ count: Int) -> [UInt8] { Array(("text\n\n" + String(repeating: line, count: count)).utf8) }
    #expect(try SignedNote(decoding: note(16)).signatures.count == 16)
    #expect(throws: DecodeError.self) { try SignedNote(decoding: note(17)) }
    let large = [UInt8](repeating: 0x61, count: SignedNote.maximumByteCount - line.utf8.count - 2)
    #expect(try SignedNote(decoding: large + Array("\n\n\(line)".utf8)).text.utf8.count == large.count + 1)
    #expect(throws: DecodeError.self) { try SignedNote(decoding: large + Array("a\n\n\(line)".utf8)) }
    let error = #expect(throws: DecodeError.self) { try SignedNote(decoding: [0xc3, 0x28] + note(1)) }
    #expect(error?.reason == .invalidUTF8)
  }

  @Test func theTextMayHoldEmptyLines() throws {
    let note = try SignedNote(decoding: Array("a\n\nb\n\n— a AAAAAAA=\n".utf8))
    #expect(note.text == "a\n\nb\n" && note.signatures.map(\.signature) == [[0]])
  }

  @Test func aNoteThatWouldReadDifferentlyIsNotPutTogether() throws {
    let line = try #require(NoteSignature(name: "a", keyHash: [0, 0, 0, 0], signature: [0]))
    #expect(throws: DecodeError.self) { try SignedNote(text: "no newline", signatures: [line]) }
    #expect(throws: DecodeError.self) { try SignedNote(text: "text\n", signatures: []) }
    #expect(NoteSignature(name: "a b", keyHash: [0, 0, 0, 0], signature: [0]) == nil)
    #expect(NoteSignature(name: "a\nb", keyHash: [0, 0, 0, 0], signature: [0]) == nil)
    #expect(NoteSignature(name: "a", keyHash: [0, 0, 0], signature: [0]) == nil)
  }

  @Test func keysThatAreNotWhatTheySayAreRefused() throws {
    let good = Self.published[1].key
    for text in [
      "", "a+b", good + "A", good.uppercased(), good.replacing("530d903a", with: "530d903b"),
      good.replacing("+Aeky", with: "+Beky"), good.replacing("foo", with: "f o"),
    ] {
      #expect(throws: DecodeError.self) { try NoteKey(decoding: text) }
    }
    #expect(NoteKey(name: "a", type: .ed25519, publicKey: try PrivateKey.generate(.p256).publicKey) == nil)
  }
}
