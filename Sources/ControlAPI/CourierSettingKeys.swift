extension SettingKey {
  /// Every setting of amana-courier. docs/peer-service.md holds the table, and a test compares.
  public static let courier: [SettingKey] = [
    courierKey(
      "exchange.socket", .path(maximum: 103), .text("/run/amana-exchange/exchange.sock"),
      "The Unix socket on which amanad answers its courier."),
    courierKey("listen.address", .address, .text("::"), "Where peers are served; \"::\" is every address."),
    courierKey("listen.port", .number(0...65535), .number(8443), "The port; 0 takes any free one."),
    SettingKey(
      name: "tls.key", kind: .path(maximum: 4000), standard: nil,
      standardText: "$CREDENTIALS_DIRECTORY/transport.pem, else DIRECTORY/keys/transport.pem", isReloadable: true,
      sentence: "Our transport key, PEM without a passphrase.", program: "amana-courier"),
    SettingKey(
      name: "tls.certificate", kind: .path(maximum: 4000), standard: nil,
      standardText: "$CREDENTIALS_DIRECTORY/transport.crt, else DIRECTORY/keys/transport.crt", isReloadable: true,
      sentence: "Its certificate, PEM: the one that the Roster names for us.", program: "amana-courier"),
    courierKey(
      "scrapi.legacy-redirects", .choice(["no", "yes"]), .text("no"),
      "Whether clients of SCRAPI's drafts 4 to 10 are served: 303 and 302 instead of 202 and 204."),
    SettingKey(
      name: "tiles.directory", kind: .path(maximum: 4000), standard: nil, standardText: "(none)", isReloadable: false,
      sentence: "Where amanad keeps its log as plain files (its own setting of that name): peers are served them.",
      program: "amana-courier"),
    courierKey(
      "witness.port", .number(0...65535), .number(0),
      "Where logs that are no peers are witnessed: a port of 127.0.0.1, without TLS; 0: nowhere."),
    courierKey(
      "log.level", .choice(["debug", "info", "notice", "warning", "error"]), .text("notice"),
      "What is logged: this and what is graver.", isReloadable: true),
    limit("connections", 1...16384, 256, "Connections of peers held at once; further ones are closed."),
    limit("connections-per-peer", 1...1024, 16, "Of these, those of one peer."),
    limit("handshakes", 1...4096, 64, "Connections that have not yet proven whose they are."),
    limit("handshake-seconds", 1...300, 10, "How long a TLS handshake may take."),
    limit("head-seconds", 1...3600, 30, "How long a request's head may take, and how long a connection may idle."),
    limit(
      "body-seconds", 1...3600, 30,
      "How long a body or an answer may take, beside what its bytes take at the slowest rate."),
    limit("slowest-bytes-per-second", 1...1_000_000, 1024, "The slowest rate that is waited for."),
    limit("requests-per-second", 1...10_000, 50, "Requests of one peer; twice as many at once."),
    limit(
      "body-mebibytes", 8...4096, 256,
      "Memory for the bodies of all peers together, and for the feeds and slot lists they fetch."),
    limit("peers-at-once", 1...256, 16, "Peers to whom something is sent at the same time."),
    courierKey(
      "peers.refresh-seconds", .number(1...3600), .number(10), "How often amanad is asked who is a peer.",
      isReloadable: true),
  ]

  private static func courierKey(
    _ name: String, _ kind: Kind, _ standard: SettingValue, _ sentence: String, isReloadable: Bool = false
  ) -> SettingKey {
    SettingKey(
      name: name, kind: kind, standard: standard, standardText: standard.description, isReloadable: isReloadable,
      sentence: sentence, program: "amana-courier")
  }

  private static func limit(_ name: String, _ range: ClosedRange<Int>, _ standard: Int, _ sentence: String)
    -> SettingKey
  {
    courierKey("limits.\(name)", .number(range), .number(standard), sentence)
  }
}

extension Settings {
  /// The value of a setting whose kind is text.
  public func text(of key: String) -> String? {
    if case .text(let text) = effective[key]?.value { text } else { nil }
  }

  /// The value of a setting whose kind is a number.
  public func number(of key: String) -> Int? {
    if case .number(let number) = effective[key]?.value { number } else { nil }
  }
}
