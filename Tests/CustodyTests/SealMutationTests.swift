import Custody
import OpenSSL
import TestSupport
import Testing

/// No damaged ciphertext opens, and no damage stops the process.
@Suite struct SealMutationTests {
  private let key: PrivateKey
  private let sealed: SealedPayload
  private let content: [UInt8] = Array("content".utf8)

  init() throws {
    key = try PrivateKey.generate(.x25519)
    sealed = try Seal.seal(content, salt: SealForge.salt, to: [key.publicKey], in: .sample)
  }

  /// The envelope names the digest, so even a throw-away recipient's byte counts.
  @Test func noFlippedByteOpens() throws {
    for index in sealed.ciphertext.indices {
      var flipped = sealed.ciphertext
      flipped[index] ^= 1 << UInt8(index % 8)
      #expect(refusal(flipped, key, .sample, of: content, digest: sealed.digest) == .digest)
    }
  }

  /// Without the digest's help: what opens nevertheless has its content unchanged, and only the other recipients'
  /// bytes, which are no business of this one, were touched.
  @Test func noFlippedByteChangesContent() throws {
    var random = SeededGenerator(named: "seal mutations")
    var opened = 0
    var reasons: Set<String> = []
    // The recipients are the last 1001 bytes; the flips elsewhere must all be refused.
    let recipientsStart = sealed.ciphertext.count - 1001
    for index in sealed.ciphertext.indices where index < 200 || index >= recipientsStart - 100 || index % 16 == 0 {
      var flipped = sealed.ciphertext
      flipped[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      guard let found = refusal(flipped, key, .sample, of: content) else {
        #expect(index >= recipientsStart, "byte \(index)")
        opened += 1
        continue
      }
      reasons.insert(String("\(found)".prefix { $0 != "(" }))
    }
    #expect(opened > 0 && reasons.isSuperset(of: ["altered", "profile", "form", "notForThisKey"]))
  }

  @Test func randomDamageNeverOpens() throws {
    var random = SeededGenerator(named: "seal damage")
    for _ in 0..<400 {
      var damaged = sealed.ciphertext
      switch Int.random(in: 0..<4, using: &random) {
      case 0: damaged.removeLast(Int.random(in: 1...damaged.count, using: &random))
      case 1: damaged.insert(contentsOf: random.bytes(9), at: Int.random(in: 0..<damaged.count, using: &random))
      case 2:
        damaged.swapAt(
          Int.random(in: 0..<4000, using: &random), damaged.count - 1 - Int.random(in: 0..<40, using: &random))
      default:
        let start = Int.random(in: 0..<(damaged.count - 64), using: &random)
        damaged.replaceSubrange(start..<(start + 64), with: random.bytes(64))
      }
      guard damaged != sealed.ciphertext else { continue }
      #expect(refusal(damaged, key, .sample, of: content, digest: sealed.digest) == .digest)
      // Without the digest's help: another length is none, and 64 bytes meet more than an ephemeral or wrapped key.
      let found = refusal(damaged, key, .sample, of: content)
      let size = UInt64(damaged.count)
      let isResized = damaged.count != sealed.ciphertext.count
      #expect(isResized ? found == .size(size) : found != nil, "\(String(describing: found))")
    }
  }
}
