import ControlAPI
import Testing

@Suite("Settings of what is fetched")
struct FetchSettingTests {
  private func read(_ flags: [(String, String)]) throws -> Settings {
    try SettingsSources(
      directory: "/nonexistent", file: nil, environment: [:], flags: flags.map { ("--set", $0.0, $0.1) }
    ).read()
  }

  @Test("Nothing is fetched that nobody wrote; lists and the time stamping authority are URLs, each once")
  func values() throws {
    let none = try read([])
    #expect(none.revocationListURLs.isEmpty && none.timeStampURL == nil && none.revocationListSeconds == 3600)
    let some = try read([
      ("trust.crl-urls", "http://ca.example/a.crl,https://ca.example:8443/b?c=d"), ("trust.crl-seconds", "60"),
      ("trust.timestamp-url", "http://[::1]:318/tsa"),
    ])
    #expect(some.revocationListURLs.map(\.text) == ["http://ca.example/a.crl", "https://ca.example:8443/b?c=d"])
    #expect(some.timeStampURL?.text == "http://[::1]:318/tsa" && some.revocationListSeconds == 60)
    #expect(throws: SettingsError.self) { try read([("trust.crl-urls", "http://a.example/,http://a.example/")]) }
    let many = (0..<65).map { "http://ca.example/\($0)" }.joined(separator: ",")
    #expect(throws: SettingsError.self) { try read([("trust.crl-urls", many)]) }
  }

  @Test(
    "What is no http or https URL is refused by name",
    arguments: [
      "ca.example/a.crl", "ftp://ca.example/a", "file:///etc/passwd", "http://", "http:///a",
      "ldap://ca.example/cn",
      "http://user@ca.example/", "http://user:secret@ca.example/", "http://ca.example/#x", "http://ca.example/a b",
      "http://ca.example:0/", "http://ca.example:65536/", "HTTP+unix://%2Frun%2Fx/", "http://ca.example/\r\nx",
      "http://ca.example/é", "http://ca.example/" + String(repeating: "x", count: 512),
    ])
  func refused(url: String) {
    #expect(FetchURL(url) == nil)
    #expect(throws: SettingsError.self) { try read([("trust.timestamp-url", url)]) }
  }
}
