import ControlAPI
import Foundation
import Testing

extension EndToEnd {
  @Suite struct MetricsTests {
    /// Prometheus text 0.0.4, read strictly: every sample's family is declared before it, no series stands twice.
    struct Exposition {
      var samples: [String: Double] = [:]
      var types: [String: String] = [:]

      init(_ response: ControlResponse) throws {
        #expect(response.status == 200 && response.contentType == "text/plain; version=0.0.4; charset=utf-8")
        let text = String(decoding: response.body, as: UTF8.self)
        #expect(text.hasSuffix("\n"))
        for line in text.split(separator: "\n") {
          if let type = line.wholeMatch(of: /# TYPE ([a-z_]+) (counter|gauge|histogram)/) {
            types[String(type.output.1)] = String(type.output.2)
          } else if !line.hasPrefix("# HELP ") {
            let pattern = /([a-z_]+)(\{[a-z]+="[^"\n]*"(?:,[a-z]+="[^"\n]*")*\})? (-?[0-9.e+-]+)/
            let match = try #require(line.wholeMatch(of: pattern), "\(line)")
            let family = match.output.1.replacing(/_(bucket|sum|count)$/, with: "")
            #expect(types[String(match.output.1)] != nil || types[String(family)] == "histogram", "\(line)")
            let series = String(match.output.1) + String(match.output.2 ?? "")
            #expect(samples.updateValue(try #require(Double(match.output.3)), forKey: series) == nil, "\(line) twice")
          }
        }
      }
    }

    @Test("What was done is counted: requests, statements by outcome, queue, log, alarms, drafts, keys")
    func counted() async throws {
      try await World.run { world in
        let syr = world.syr
        _ = try await syr.sign(syr.intake(4))
        _ = try await syr.draft(syr.intake(2))
        _ = try await syr.send(.get, "/v1/no/such")
        _ = try await syr.send(.get, "/v1/statements/\(String(repeating: "0", count: 64))")
        let metrics = try Exposition(try await syr.send(.get, "/v1/metrics"))
        func value(_ series: String) -> Double? { metrics.samples[series] }
        #expect(value(#"amana_requests_total{operation="createDraft",class="2xx"}"#) == 2)
        #expect(value(#"amana_requests_total{operation="approveDraft",class="2xx"}"#) == 2)
        #expect(value(#"amana_requests_total{operation="getStatement",class="4xx"}"#) == 1)
        #expect(value(#"amana_requests_total{operation="none",class="4xx"}"#) == 1)
        let latency = #"amana_request_seconds_bucket{operation="createDraft",le="+Inf"}"#
        #expect(value(latency) == 2 && value(#"amana_request_seconds_count{operation="createDraft"}"#) == 2)
        let intake = #"kind="detainee-transfer",event="intake""#
        #expect(value("amana_statements_total{\(intake),outcome=\"registered\"}") == 1)
        #expect(value(#"amana_statements_total{kind="log",event="log-opened",outcome="registered"}"#) == 1)
        #expect(value("amana_log_entries") == 4 && value("amana_drafts_open") == 1 && value("amana_alarms") == 0)
        #expect(value("amana_requests_in_progress") == 1 && (value("amana_connections") ?? 0) >= 1)
        #expect(value("amana_sequencer_waiting") == 0 && value("amana_lines_overdue") == 0)
        #expect((value("amana_commit_seconds_count") ?? 0) >= 2 && (value("amana_batch_size_count") ?? 0) >= 2)
        let expiry = try #require(value(#"amana_key_expires_in_seconds{purpose="statement"}"#))
        #expect((700 * 86400...731 * 86400).contains(expiry))
        #expect((value("amana_roster_next_update_timestamp_seconds") ?? 0) > Date().timeIntervalSince1970)
        #expect((value("process_resident_memory_bytes") ?? 0) > 1e6 && (value("process_open_fds") ?? 0) > 3)
        #expect(abs((value("process_start_time_seconds") ?? 0) - Date().timeIntervalSince1970) < 300)
        #expect(metrics.samples.keys.contains { $0.hasPrefix("amana_build_info{version=\"\(amanaVersion)\"") })
      }
    }

    @Test("Lines past their accept-by time are counted, and imported statements by their outcome")
    func overdue() async throws {
      try await World.run { world in
        let intake = try await world.syr.sign(world.syr.intake(3))
        // Released eight hours ago, to be accepted within one: overdue by now.
        var release = world.syr.request("release", intake.statement, to: world.irq.name, hours: 8)
        release.acceptBy = ago(hours: 7)
        _ = try await world.syr.sign(release)
        let metrics = try Exposition(try await world.syr.send(.get, "/v1/metrics"))
        #expect(metrics.samples["amana_lines_overdue"] == 3)
        _ = try await world.irq.take(world.syr.bundle(to: world.irq))
        let imported = try Exposition(try await world.irq.send(.get, "/v1/metrics"))
        let statements = imported.samples.filter { $0.key.hasPrefix("amana_statements_total{kind=\"detainee") }
        #expect(statements.values.reduce(0, +) == 2, "\(statements)")
      }
    }
  }
}
