import COSE
import OpenSSL
import Testing

@Suite struct AlgorithmTests {
  static let ec: [KeyType] = [.p256, .p384, .p521]

  /// Which keys each identifier may be used with, by its RFC and in our statements.
  static let table: [(algorithm: Algorithm, id: Int64, byTheLetter: [KeyType], inStatements: [KeyType])] = [
    (.es256, -7, ec, [.p256]), (.es384, -35, ec, [.p384]), (.es512, -36, ec, [.p521]),
    (.esp256, -9, [.p256], [.p256]), (.esp384, -51, [.p384], [.p384]),
    (.edDSA, -8, [.ed25519], [.ed25519]), (.ed25519, -19, [.ed25519], [.ed25519]), (.ps256, -37, [.rsa], [.rsa]),
    (.mlDSA65, -49, [.mlDSA65], [.mlDSA65]), (.mlDSA87, -50, [.mlDSA87], [.mlDSA87]),
  ]

  @Test func theKeyMustFit() {
    for row in Self.table {
      #expect(row.algorithm.rawValue == row.id)
      for type in KeyType.allCases {
        #expect((row.algorithm.scheme(for: type) != nil) == row.byTheLetter.contains(type), "\(row.algorithm) \(type)")
        let statement = row.algorithm.statementScheme(for: type)
        #expect((statement != nil) == row.inStatements.contains(type), "\(row.algorithm) \(type)")
        #expect(statement == nil || statement == row.algorithm.scheme(for: type))
      }
    }
    #expect(Set(Self.table.map(\.algorithm)) == Set(Algorithm.allCases))
  }

  @Test func whatWeSignWithFitsOurStatements() {
    for type in KeyType.allCases {
      guard let preferred = Algorithm.preferred(for: type) else { continue }
      #expect(preferred.statementScheme(for: type) != nil)
      #expect([.esp256, .esp384, .ed25519, .mlDSA65, .mlDSA87].contains(preferred))
    }
    #expect(
      KeyType.allCases.filter { Algorithm.preferred(for: $0) != nil } == [.p256, .p384, .ed25519, .mlDSA65, .mlDSA87])
  }
}
