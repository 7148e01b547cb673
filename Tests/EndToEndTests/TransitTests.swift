import COSE
import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster
import Testing

extension World {
  /// SYR, IRQ, a carrier and a host on the way under one roster, all their daemons running.
  static func runRoad(_ body: (World, _ carrier: TestAuthority, _ host: TestAuthority) async throws -> Void)
    async throws
  {
    let folder = try newFolder()
    defer {
      Running.shared.killAll()
      try? FileManager.default.removeItem(atPath: folder)
    }
    let more = [
      Made(part: "iom", name: "IOM/air", site: "IOM-GVA-01", role: "carrier"),
      Made(part: "jor", name: "JOR/justice", site: "JOR-AMM-01"),
    ]
    let world = try World(folder, made: three + more)
    let all = more.map {
      TestAuthority(name: $0.name, folder: "\(folder)/\($0.part)", logs: "\(folder)/logs", site: $0.site)
    }
    for daemon in try ([world.syr, world.irq] + all).map({ try $0.daemon() }) { _ = try daemon.ready() }
    try await body(world, all[0], all[1])
  }
}

extension EndToEnd {
  /// What carriers tell of the road, and whoever lodges people on the way.
  @Suite struct TransitTests {
    /// A release of three to IRQ that the carrier brings, known to all of these.
    private func released(_ world: World, _ all: [TestAuthority], carrier: String?) async throws -> String {
      let syr = world.syr
      let intake = try await syr.sign(syr.intake(3)).signedID
      var request = syr.request("release", intake, to: world.irq.name, hours: 8)
      request.carrier = carrier
      let release = try await syr.sign(request).signedID
      for side in all { _ = try await side.take(syr.bundle(to: side)) }
      return release
    }

    @Test("A carrier that reads no line tells of the road; a host signs what happens at its stop; custody stays")
    func road() async throws {
      try await World.runRoad { world, carrier, host in
        let (syr, irq) = (world.syr, world.irq)
        let convoy = CommandConvoy(world)
        let release = try await released(world, [irq, carrier], carrier: carrier.name)
        #expect(try await carrier.lines(release).isEmpty)
        func tell(_ side: TestAuthority, _ arguments: String...) throws {
          let told = try side.start(["transit"] + arguments).finished()
          #expect(told.code == 0 && !told.output.contains("V"), "\(arguments): \(told)")
        }
        try tell(carrier, "departed", release, "--site", syr.site, "--occurred-at", ago(hours: 7))
        try tell(carrier, "waypoint", release, "--site", "M5", "--occurred-at", ago(hours: 6))
        try tell(
          carrier, "stopover", release, "--site", host.site, "--host", host.name, "--occurred-at", ago(hours: 5))
        try await convoy.bring(from: carrier, to: host)
        let stop = try await host.newest("stopover").statement
        try tell(host, "lodged", stop, "--liberty", "at_liberty", "--occurred-at", ago(hours: 4))
        try tell(carrier, "arrived", release, "--site", irq.site, "--occurred-at", ago(hours: 1))
        try await convoy.bring(from: host, to: syr)
        try await convoy.bring(from: carrier, to: syr)
        // The receiver hears it from the releaser.
        try await convoy.bring(from: syr, to: irq)
        let expected = ["release", "departed", "waypoint", "stopover", "lodged", "arrived"]
        for side in [syr, irq] {
          let road = try await side.get("/v1/statements/\(release)/transit", as: [TransitView].self)
          #expect(road.map(\.event) == expected && road.allSatisfy(\.named), "\(side.name)")
          #expect(road.first?.carrier == carrier.name && road[3].host == host.name)
          #expect(road[4].libertyStatus == "at_liberty" && road[4].siteID == host.site)
          #expect(try await side.get("/v1/statements/\(stop)/transit", as: [TransitView].self) == road)
          let page = try await side.send(.get, "/v1/statements/\(release)/transit?limit=4")
          let rest = try #require(page.next)
          let (first, second) = (
            try decoded(page, as: [TransitView].self), try await side.get(rest, as: [TransitView].self)
          )
          #expect(first + second == road && first.count == 4)
          #expect(try await side.phases(release) == ["released"])
        }
        let shown = try irq.amana("transit", "show", release)
        #expect(shown.code == 0 && shown.output.contains(host.name) && shown.output.contains("arrived"), "\(shown)")
        #expect(try irq.amana("transit", "show", release, "--lang", "ar").output.contains("وصول"))
        for side in [syr, irq, carrier, host] { #expect(try side.amana("audit").code == 0, "\(side.name)") }
      }
    }

    @Test("Who carries changes by the word of whoever hands over; whom nothing names is recorded and flagged")
    func change() async throws {
      try await World.runRoad { world, carrier, host in
        let (syr, irq) = (world.syr, world.irq)
        let convoy = CommandConvoy(world)
        let release = try await released(world, [irq, carrier], carrier: carrier.name)
        let changed = try carrier.amana("transit", "carrier-changed", release, "--to", host.name)
        #expect(changed.code == 0 && changed.output.contains("V11"), "it may not carry by the roster: \(changed)")
        let early = try syr.amana("transit", "departed", release)
        #expect(early.code == 0 && early.output.contains("V12"), "\(early)")
        let unnamed = try syr.amana("transit", "show", release)
        #expect(unnamed.output.contains("nothing here names"), "\(unnamed)")
        try await convoy.bring(from: carrier, to: syr)
        let road = try await syr.get("/v1/statements/\(release)/transit", as: [TransitView].self)
        #expect(road.first { $0.event == "carrier-changed" }?.carrier == host.name)
        #expect(road.filter { !$0.named }.map(\.event) == ["departed"])
        #expect(try syr.amana("audit").code == 0)
      }
    }

    @Test("Who has no part in a release does not have it, not even from a whole bundle, and tells nothing of its road")
    func stranger() async throws {
      try await World.runRoad { world, carrier, host in
        let release = try await released(world, [carrier], carrier: carrier.name)
        _ = try await host.take(world.syr.send(.get, "/v1/bundle").body)
        let told = try host.amana("transit", "waypoint", release, "--site", "M5")
        #expect(told.code == 1 && told.errors.contains("nothing here has an id"), "\(told)")
      }
    }

    /// What an authority signs of the road of a release whose id it guessed, without its daemon, in a bundle by itself.
    private func guessed(
      _ type: EventType, of release: String, by side: TestAuthority, _ world: World, _ change: (inout Event) -> Void
    ) throws -> (id: StatementID, bundle: [UInt8]) {
      let now = try #require(OffsetTime(ago(hours: 0)))
      var event = Event(
        recordID: RecordID(milliseconds: UInt64(now.unix) * 1000, random: try randomBytes(10)), type: type,
        occurred: OccurredTime(at: now), recordedAt: now, roster: try #require(decodeHexadecimal(world.digest)))
      event.kind = .detaineeTransfer
      (event.from, event.to) = (AuthorityName(world.syr.name), AuthorityName(world.irq.name))
      event.carrier = AuthorityName(side.name)
      event.references = [Reference(.release, try #require(StatementID(hex: release)))]
      event.place = Place(siteID: "M5", pcode: nil)
      change(&event)
      let part = try #require(side.folder.split(separator: "/").last)
      let statement = try SignedStatement.sign(
        event, issuer: "https://\(part).example/custody", at: now.unix,
        with: side.key("\(side.folder)/keys/statement.pem"))
      var writer = BundleWriter(exercise: false, created: now, clear: false)
      writer.statement(statement.message.bytes)
      return (statement.id, writer.bytes)
    }

    @Test("Who guesses a release's id is heard, flagged, and told nothing of it: its word brings no lineage to anybody")
    func guess() async throws {
      try await World.runRoad { world, carrier, stranger in
        let (syr, irq, tur) = (world.syr, world.irq, world.tur)
        let release = try await released(world, [irq, carrier], carrier: carrier.name)
        let waypoint = try guessed(.waypoint, of: release, by: stranger, world) { _ in }
        // It names a host and a next carrier of its own, too.
        let stop = try guessed(.stopover, of: release, by: stranger, world) { $0.host = AuthorityName(tur.name) }
        let change = try guessed(.carrierChanged, of: release, by: stranger, world) {
          $0.nextCarrier = AuthorityName(tur.name)
        }
        for told in [waypoint, stop, change] {
          let heard = try await syr.take(told.bundle).statements
          #expect(heard.map(\.result) == ["registered"] && heard.map(\.statement) == [told.id.description], "\(heard)")
          #expect(heard[0].failings.contains { $0.code == "V12" }, "\(heard)")
        }
        let road = try await syr.get("/v1/statements/\(release)/transit", as: [TransitView].self)
        #expect(road.count == 4 && road.filter(\.named).map(\.event) == ["release"], "\(road)")
        let own = try Custody.Bundle(decoding: try await syr.bundle(to: stranger))
        #expect(
          Set(own.statements.map(\.value.id)) == [waypoint.id, stop.id, change.id], "what it signed, and no more")
        #expect(own.sealed.isEmpty && own.slots.isEmpty && own.manifests.isEmpty)
        // Whom it names has no part in the road either; whom the release names has.
        let named = try await syr.send(.get, "/v1/bundle?to=\(tur.name)")
        if named.status == 200 {
          let events = try Custody.Bundle(decoding: named.body).statements.map(\.value.event.type)
          #expect(!events.contains(.release) && !events.contains(.intake), "\(events)")
        } else {
          #expect(named.status == 404)
        }
        let carried = try Custody.Bundle(decoding: try await syr.bundle(to: carrier)).statements.map(\.value)
        #expect(carried.contains { $0.id.description == release } && carried.contains { $0.event.type == .intake })
        #expect(try await syr.phases(release) == ["released"])
        // The receiver hears it from the releaser, and holds no more of it.
        _ = try await irq.take(syr.bundle(to: irq))
        let there = try await irq.get("/v1/statements/\(release)/transit", as: [TransitView].self)
        #expect(there.filter(\.named).map(\.event) == ["release"], "\(there)")
        for side in [syr, irq] { #expect(try side.amana("audit").code == 0, "\(side.name)") }
      }
    }

    @Test("A release whose carrier may not carry is refused; a stop that is none, and a road that is none, too")
    func refused() async throws {
      try await World.run { world in
        let (syr, irq) = (world.syr, world.irq)
        let intake = try await syr.sign(syr.intake(2)).signedID
        let other = try syr.amana("release", intake, "--to", irq.name, "--carrier", world.tur.name)
        #expect(other.code == 1 && other.errors.contains("V11"), "\(other)")
        let named = try syr.amana("release", intake, "--to", irq.name, "--carrier", "nobody")
        #expect(named.code == 1 && named.errors.contains("carrier"), "\(named)")
        #expect(try syr.amana("transit", "departed", intake).code == 1)
        #expect(try syr.amana("transit", "lodged", intake).code == 1)
        let wrong = try await syr.post(syr.request("departed", intake))
        #expect(wrong.status == 422)
        #expect(try await syr.get("/v1/statements/\(intake)/transit", as: [TransitView].self).isEmpty)
      }
    }
  }
}
