import COSE
import OpenSSL
import TestSupport
import Testing
import TransparencyLog

/// A checkpoint of a public log with the signatures of public witnesses, and hostile cosignatures.
@Suite struct CosignatureTests {
  /// A staging log of certificates, size and root as it signed them. Of its two own lines the first is of type 0x05.
  static let published = """
    arche2025h1.staging.ct.transparency.dev
    1432088532
    U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

    — arche2025h1.staging.ct.transparency.dev \
    zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroe\
    W2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=
    — arche2025h1.staging.ct.transparency.dev \
    ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=
    — transparency.dev/DEV:witness-little-garden \
    2AQqhwAAAABqEiEgzgFIqqhbUoDwjMWE6UP8nd8/KYTzwZ2rhIgcqoXHAwVkjZr4AscylP3v7sEodkRAErumC2q44vdgJY096st5BQ==
    — witness1.smartit.nu/witness1 \
    pIyCDwAAAABqEiEghIp82KWebrw7/oHQwlTAm3g2RKS4+eebl8eO0WH+/iEcxZ75W3u5hNI7TOQtmJbqmNWVuE0tgh0XwzdZsDsUAQ==
    — remora.n621.de \
    2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==
    — witness.stagemole.eu \
    Z/euoAAAAABqEiEgw0i+7g2ENfDAWHmtRzCfKTHSDwYDJA2NmKeGi9Y8FtEyOUvVr+AJmIY/2TUFucgKi7lI7cUiOvKFYe/TmN9DAg==

    """
  static let logKey =
    "arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f"
  static let witnessKeys = [
    "transparency.dev/DEV:witness-little-garden+d8042a87+BCtusOxINQNUTN5Oj8HObRkh2yHf/MwYaGX4CPdiVEPM",
    "witness1.smartit.nu/witness1+a48c820f+BPSFWg9G6KPiO7QPryYO5Xq4oYJJ+kAvLKLSimDhoxMO",
    "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
    "witness.stagemole.eu+67f7aea0+BEqSG3yu9YrmcM3BHvQYTxwFj3uSWakQepafafpUqklv",
  ]

  @Test func aPublicLogsCheckpointVerifiesUnderItsKey() throws {
    let signed = try SignedCheckpoint(decoding: Array(Self.published.utf8))
    #expect(signed.checkpoint.size == 1_432_088_532 && signed.note.encoded() == Array(Self.published.utf8))
    let key = try NoteKey(decoding: Self.logKey)
    #expect(key.type == .ed25519 && key.verifies(signed.note) && signed.verify(originKey: key.publicKey))
    #expect(key.cosignatureTime(in: signed.note) == nil)
  }

  @Test(arguments: witnessKeys) func publicWitnessesCosignaturesVerify(_ text: String) throws {
    let signed = try SignedCheckpoint(decoding: Array(Self.published.utf8))
    let key = try NoteKey(decoding: text)
    #expect(key.type == .cosignature && key.text == text)
    #expect(signed.cosignatureTime(name: key.name, key: key.publicKey) == 0x6a12_2120)
    #expect(signed.cosignatureTime(name: "remora.n621.dee", key: key.publicKey) == nil)
    #expect(!signed.verify(originKey: key.publicKey))
    let longer = try SignedCheckpoint(
      SignedNote(text: signed.note.text + "an extension\n", signatures: signed.note.signatures))
    #expect(longer.cosignatureTime(name: key.name, key: key.publicKey) == nil)
  }

  private let checkpoint = Checkpoint(origin: "a.example/log/1", size: 7, root: MerkleTree.root(of: leaves(7)))

  /// A cosignature over any time, as the witness's key would make it.
  private func cosigned(_ time: UInt64, count: Int = 8, key: PrivateKey) throws -> SignedCheckpoint {
    let message = Array("cosignature/v1\ntime \(time)\n\(checkpoint.noteText)".utf8)
    let bytes = (0..<8).reversed().map { UInt8(truncatingIfNeeded: time >> (8 * UInt64($0))) }
    let signature = bytes.suffix(count) + (try key.sign(message, scheme: .ed25519))
    let noteKey = try #require(NoteKey(name: "w.example", type: .cosignature, publicKey: key.publicKey))
    let line = try #require(NoteSignature(name: "w.example", keyHash: noteKey.keyHash, signature: Array(signature)))
    return try SignedCheckpoint(SignedNote(text: checkpoint.noteText, signatures: [line]))
  }

  @Test func aTimeOver63BitsIsNoCosignature() throws {
    let key = try PrivateKey.generate(.ed25519)
    let times: [(UInt64, UInt64?)] = [(0, 0), (1 << 62, 1 << 62), ((1 << 63) - 1, (1 << 63) - 1), (1 << 63, nil)]
    for (time, expected) in times + [(.max, nil)] {
      #expect(try cosigned(time, key: key).cosignatureTime(name: "w.example", key: key.publicKey) == expected)
    }
    for count in [0, 7] {
      #expect(try cosigned(9, count: count, key: key).cosignatureTime(name: "w.example", key: key.publicKey) == nil)
    }
  }

  /// The signature names the key: under another origin the same key's signature counts for nothing.
  @Test func aLogsSignatureUnderAnotherNameIsNotOfItsOrigin() throws {
    let key = try PrivateKey.generate(.ed25519)
    let other = try #require(NoteKey(name: "b.example/log/1", type: .ed25519, publicKey: key.publicKey))
    let signature = try key.sign(Array(checkpoint.noteText.utf8), scheme: .ed25519)
    let line = try #require(NoteSignature(name: other.name, keyHash: other.keyHash, signature: signature))
    let note = try SignedNote(text: checkpoint.noteText, signatures: [line])
    #expect(other.verifies(note))
    #expect(try !SignedCheckpoint(note).verify(originKey: key.publicKey))
  }

  /// A combining mark joins a plus sign or a space into one Swift character; the scalars count.
  @Test func namesAreCheckedByTheirScalars() {
    for name in ["a+\u{301}b", "a \u{301}b", "a\u{2003}b", "a\u{3000}", "\u{a0}", "+", "", "a\u{1f}"] {
      #expect(NoteSignature(name: name, keyHash: [0, 0, 0, 0], signature: [0]) == nil, "\(name)")
    }
    #expect(NoteSignature(name: "\u{301}é", keyHash: [0, 0, 0, 0], signature: [0])?.name == "\u{301}é")
  }
}
