import ControlAPI
import Custody
import Testing
import TransparencyLog

@testable import amanad

/// What the courier is told to fetch, and what it is not told again.
@Suite struct FetchesTests {
  private let urls = ["http://a.example/", "http://b.example/", "http://c.example/"]

  private func fetches(
    timeStamps: String? = nil, every seconds: Int = 3600, lease: Duration = .seconds(150)
  ) -> Fetches {
    let fetches = Fetches(lease: lease)
    fetches.adopt(
      lists: urls.compactMap { FetchURL($0) }, every: seconds, timeStamps: timeStamps.flatMap { FetchURL($0) }, now: 100
    )
    return fetches
  }

  private func query(_ byte: UInt8) throws -> Fetches.Query {
    Fetches.Query(entry: try #require(LogEntry([UInt8](repeating: byte, count: 32))), request: [byte])
  }

  @Test("Each list is told once; what failed or was taken waits, and what nobody wants any more is gone")
  func lists() throws {
    let fetches = fetches()
    #expect(fetches.isWanted && !fetches.isAsked(list: urls[0]))
    let first = fetches.take(lists: 2, timeStamps: 8)
    let second = fetches.take(lists: 2, timeStamps: 8)
    #expect(first.lists.count == 2 && second.lists.count == 1 && first.queries.isEmpty)
    #expect(Set(first.lists + second.lists) == Set(urls))
    #expect(!fetches.isWanted && fetches.isAsked(list: urls[0]) && !fetches.isAsked(list: "http://d.example/"))
    #expect(fetches.fail(list: urls[0], "tcp", isRefused: false))
    #expect(!fetches.isAsked(list: urls[0]))
    fetches.succeed(list: urls[1])
    #expect(!fetches.isWanted, "one waits half a minute, one an hour, one is under way")
    let states = fetches.lists(kept: [urls[1]: 500, urls[2]: nil])
    #expect(states.map(\.url) == urls && states.map(\.failures) == [1, 0, 0] && states[0].code == "tcp")
    #expect(states.map(\.isAtHand) == [false, true, true] && states.map(\.nextUpdate) == [nil, 500, nil])
    // The same settings change nothing; another URL is due at once.
    fetches.adopt(lists: urls.compactMap { FetchURL($0) }, every: 3600, timeStamps: nil, now: 200)
    #expect(!fetches.isWanted)
    fetches.adopt(lists: ["http://d.example/"].compactMap { FetchURL($0) }, every: 3600, timeStamps: nil, now: 200)
    #expect(fetches.isWanted && !fetches.isAsked(list: urls[2]))
    #expect(fetches.lists(kept: [:]).map(\.wantedSince) == [200])
  }

  @Test("A list that is due at once again is told again; its failures are told once until it goes well")
  func again() {
    let fetches = fetches(every: 0)
    for _ in 0..<3 {
      #expect(fetches.take(lists: 9, timeStamps: 0).lists.count == 3)
      for url in urls { fetches.succeed(list: url) }
    }
    #expect(fetches.fail(list: urls[0], "issuer", isRefused: true))
    #expect(!fetches.fail(list: urls[0], "issuer", isRefused: true), "it waits: nothing was tried")
    #expect(fetches.lists(kept: [:]).map(\.isRefused) == [true, false, false])
  }

  @Test("How often a list is fetched counts from the last time it was, also when that is said later")
  func every() {
    let fetches = fetches()
    #expect(fetches.take(lists: 9, timeStamps: 0).lists.count == 3)
    for url in urls { fetches.succeed(list: url) }
    #expect(!fetches.isWanted && fetches.take(lists: 9, timeStamps: 0).lists.isEmpty)
    fetches.adopt(lists: urls.compactMap { FetchURL($0) }, every: 0, timeStamps: nil, now: 200)
    #expect(fetches.isWanted && fetches.take(lists: 9, timeStamps: 0).lists.count == 3)
  }

  @Test("What a courier was told and never reports counts as failed, once; what it reports late is taken even so")
  func overdue() throws {
    let patient = fetches()
    _ = patient.take(lists: 9, timeStamps: 0)
    #expect(patient.expire().isEmpty)
    let fetches = fetches(timeStamps: "http://tsa.example/", lease: .zero)
    fetches.add([try query(1), try query(2)], from: 0, next: 2)
    #expect(fetches.expire().isEmpty, "nobody was told")
    #expect(fetches.take(lists: 1, timeStamps: 9).lists.count == 1)
    let late = fetches.expire()
    try #require(late.count == 2)
    #expect(late[1] == "http://tsa.example/" && urls.contains(late[0]))
    #expect(fetches.expire().isEmpty, "it is counted")
    let state = try #require(fetches.lists(kept: [:]).first { $0.url == late[0] })
    #expect(state.failures == 1 && state.code == "no-report" && fetches.timeStamps?.failures == 1)
    #expect(!fetches.take(lists: 9, timeStamps: 9).lists.contains(late[0]), "it waits like every failure")
    #expect(fetches.isAsked(list: late[0]))
    fetches.succeed(list: late[0])
    #expect(fetches.lists(kept: [:]).allSatisfy { $0.failures == 0 })
  }

  @Test("Time stamps are told a few at a time, in order, and looked for only where a URL is set")
  func timeStamps() throws {
    #expect(fetches().searchesFrom == nil)
    let fetches = fetches(timeStamps: "http://tsa.example/")
    #expect(fetches.searchesFrom == 0)
    fetches.add(try (1...3).map { try query($0) }, from: 0, next: 7)
    fetches.add([try query(9)], from: 0, next: 8)
    #expect(fetches.searchesFrom == 7, "who looked meanwhile from the same place found the same")
    let first = fetches.take(lists: 0, timeStamps: 2)
    #expect(first.url == "http://tsa.example/" && first.queries.map(\.request) == [[1], [2]])
    #expect(fetches.take(lists: 0, timeStamps: 2).queries.map(\.request) == [[3]])
    let (one, two) = (first.queries[0].entry, first.queries[1].entry)
    #expect(fetches.isAsked(one, at: "http://tsa.example/") && !fetches.isAsked(one, at: "http://other.example/"))
    fetches.succeed(one)
    #expect(!fetches.isAsked(one, at: "http://tsa.example/"))
    #expect(fetches.fail(two, "timeout", isRefused: false))
    #expect(fetches.take(lists: 0, timeStamps: 9).queries.isEmpty, "the server rests")
    #expect(fetches.timeStamps?.failures == 1)
    fetches.succeed(try query(3).entry)
    #expect(fetches.timeStamps?.failures == 0)
    #expect(fetches.take(lists: 0, timeStamps: 9).queries.map(\.request) == [[2]], "it answers again")
    // Another authority is asked for what is under way at the first.
    fetches.adopt(lists: [], every: 3600, timeStamps: FetchURL("http://other.example/"), now: 300)
    #expect(fetches.take(lists: 0, timeStamps: 9).queries.map(\.request) == [[2]])
    #expect(fetches.timeStamps?.wantedSince == 300)
  }
}
