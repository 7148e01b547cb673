import ControlAPI
import Foundation
import Testing

@Suite("The courier's settings")
struct CourierSettingTests {
  private func read(_ flags: [String: String] = [:], environment: [String: String] = [:]) throws -> Settings {
    try SettingsSources(
      directory: "/nonexistent", file: nil, environment: environment,
      flags: flags.map { ("--set", $0.key, $0.value) }, keys: SettingKey.courier
    ).read()
  }

  @Test("docs/peer-service.md holds the table as it is")
  func documented() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = try String(contentsOf: root.appending(path: "docs/peer-service.md"), encoding: .utf8)
    #expect(text.contains(SettingKey.markdown(SettingKey.courier)), "\(SettingKey.markdown(SettingKey.courier))")
  }

  @Test("Defaults, the environment, flags: each before the one behind it")
  func precedence() throws {
    #expect(try read().number(of: "listen.port") == 8443)
    let variables = [
      "AMANA_COURIER_LISTEN_PORT": "9000", "AMANA_COURIER_SCRAPI_LEGACY_REDIRECTS": "yes", "AMANAD_LOG_LEVEL": "loud",
      "AMANA_COURIER_LIMITS_CONNECTIONS_PER_PEER": "3",
    ]
    let settings = try read(["limits.head-seconds": "5"], environment: variables)
    #expect(settings.number(of: "listen.port") == 9000 && settings.text(of: "scrapi.legacy-redirects") == "yes")
    #expect(settings.number(of: "limits.connections-per-peer") == 3)
    #expect(settings.number(of: "limits.head-seconds") == 5)
    #expect(try read(["listen.port": "9001"], environment: variables).number(of: "listen.port") == 9001)
    #expect(try read(["listen.address": "127.0.0.1"]).text(of: "listen.address") == "127.0.0.1")
  }

  @Test("Every mistake is named, and amanad's keys are none of the courier's")
  func mistakes() throws {
    func mistakes(_ flags: [String: String], _ environment: [String: String] = [:]) -> String {
      do {
        _ = try read(flags, environment: environment)
        return ""
      } catch { return "\(error)" }
    }
    #expect(mistakes(["listen.port": "70000"]).contains("70000 is out of range"))
    #expect(mistakes(["listen.address": "a b"]).contains("is no address"))
    #expect(mistakes(["rights.readers": "@x"]).contains("there is no such key"))
    #expect(mistakes([:], ["AMANA_COURIER_NONSENSE": "1"]).contains("there is no such variable"))
    let settings = SettingsSources(
      directory: "/nonexistent", file: nil, environment: [:], flags: [("--set", "listen.port", "1")])
    #expect(throws: SettingsError.self) { try settings.read() }
  }
}
