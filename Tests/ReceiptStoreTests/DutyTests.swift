import Custody
import ReceiptStore
import Roster
import Testing

@Suite("Duties to notify, as the store finds them")
struct DutyTests {
  private let syr = AuthorityName("SYR/prisons")
  private let irq = AuthorityName("IRQ/moj")

  /// What two authorities owe: of three people by time 100, of two by 200 and of one by 300.
  private func fill(_ transaction: StoreTransaction) throws -> [DutyLine] {
    var random = Seeded(51)
    let (syr, irq) = (try #require(syr), try #require(irq))
    let first = try random.statement(0).id
    let second = try random.statement(1).id
    func lines(_ count: Int, _ id: StatementID, _ duty: DutyCode, _ owner: AuthorityName, _ due: UnixTime) -> [DutyLine]
    {
      (0..<count).map { _ in
        DutyLine(statement: id, duty: duty, subject: random.subject(), owner: owner, due: due)
      }
    }
    let all =
      lines(2, first, .neutralAgency, syr, 200) + lines(3, first, .family, syr, 100)
      + lines(1, second, .family, irq, 300)
    var effects = Effects()
    effects.owed = all
    try transaction.apply(effects)
    return all
  }

  @Test("What is due first stands first; pages go on behind their last, and what is told is gone")
  func open() async throws {
    try await withStore { store, _ in
      let (syr, irq) = (try #require(syr), try #require(irq))
      try await store.write { transaction in
        var all = try fill(transaction)
        let reader = transaction.reader
        func due(_ found: [OpenDuty]) -> [UnixTime] { found.map(\.due) }
        let found = try reader.openDuties()
        #expect(due(found) == [100, 200, 300] && found.map(\.open) == [3, 2, 1] && found.map(\.lines) == [3, 2, 1])
        #expect(try due(reader.openDuties(of: [syr])) == [100, 200] && due(reader.openDuties(of: [irq])) == [300])
        #expect(try due(reader.openDuties(of: [syr, irq], dueBefore: 200)) == [100])
        #expect(try reader.openDuties(of: []).isEmpty)
        let page = try reader.openDuties(limit: 1)
        #expect(due(page) == [100])
        let place = (page[0].due, page[0].statement, page[0].duty)
        #expect(try due(reader.openDuties(after: place)) == [200, 300])
        let owed = try reader.owed(by: [syr], at: 150)
        #expect(owed.open == 5 && owed.overdue == 3)
        #expect(try reader.owed(by: [], at: 150).open == 0)
        for index in all.indices where all[index].duty == .family && all[index].owner == syr {
          all[index].notice = all[0].statement
        }
        try transaction.keep(duties: all)
        #expect(try due(reader.openDuties()) == [200, 300])
        #expect(try reader.owed(by: [syr, irq], at: 301) == (3, 3))
        #expect(try reader.allDuties() == Set(all))
        let one = try #require(all.first { $0.notice != nil })
        #expect(try reader.duty(one.statement, .family, one.subject) == one)
        try transaction.emptyProjection()
        #expect(try reader.allDuties().isEmpty)
      }
    }
  }

  @Test("Notices are found by the statement that they are about, in the order in which people were told")
  func notices() async throws {
    try await withStore { store, _ in
      let syr = try #require(syr)
      try await store.write { transaction in
        var random = Seeded(52)
        let (about, other) = (try random.statement(0).id, try random.statement(1).id)
        let subject = random.subject()
        let notices = try [(about, 30), (other, 10), (about, 20)].enumerated().map { index, told in
          Notice(
            statement: try random.statement(UInt64(index) + 2).id, issuer: syr, about: told.0, duty: "family",
            subject: subject, means: "letter", toldAt: told.1)
        }
        try transaction.keep(notices: notices)
        try transaction.keep(notices: notices)
        #expect(try transaction.reader.notices(about: about) == [notices[2], notices[0]])
        #expect(try transaction.reader.allNotices() == Set(notices))
        #expect(try transaction.reader.attempts(about: about, .family) == 0)
        let tried = Notice(
          statement: notices[1].statement, issuer: syr, about: about, duty: "family", subject: random.subject(),
          means: Notice.notReached, toldAt: 40)
        try transaction.keep(notices: [tried])
        #expect(try transaction.reader.attempts(about: about, .family) == 1)
      }
    }
  }
}
