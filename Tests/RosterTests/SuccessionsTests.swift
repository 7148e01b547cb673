import Roster
import Testing

@Suite("Who acts in whose place")
struct SuccessionsTests {
  private func name(_ text: String) throws -> AuthorityName { try #require(AuthorityName(text)) }

  @Test("The last that followed acts in the place of all before it, and of nobody else")
  func places() throws {
    let (a, b, c, d) = (try name("SYR/a"), try name("SYR/b"), try name("SYR/c"), try name("SYR/d"))
    let successions = Successions(pairs: [(a, b), (b, c)])
    #expect(successions.current(a) == c && successions.current(b) == c && successions.current(c) == c)
    #expect(successions.current(d) == d && successions.places(of: c) == [c, a, b] && successions.places(of: b) == [b])
    #expect(successions.areOne(a, b) && successions.areOne(c, a) && !successions.areOne(a, d))
    #expect(successions.areOne(nil, nil) && !successions.areOne(nil, a))
    #expect(Successions.none.isEmpty && Successions.none.current(a) == a && !Successions.none.areOne(a, b))
  }

  @Test("What is kept with a chain says only of its own authorities who acts for them")
  func flattened() throws {
    let (a, b, c, d) = (try name("SYR/a"), try name("SYR/b"), try name("SYR/c"), try name("SYR/d"))
    let flat = Successions(pairs: [(a, b), (b, c)]).flattened(over: [a, d])
    #expect(flat.current(a) == c && flat.current(b) == b && flat.pairs.map(\.predecessor) == [a])
    #expect(Successions(pairs: flat.pairs) == flat)
    #expect(Successions(pairs: [(a, b)]).flattened(over: [d]) == .none)
  }

  @Test("A circle ends nowhere and is still answered")
  func circle() throws {
    let (a, b) = (try name("SYR/a"), try name("SYR/b"))
    let circle = Successions(pairs: [(a, b), (b, a)])
    #expect([a, b].contains(circle.current(a)))
  }
}
