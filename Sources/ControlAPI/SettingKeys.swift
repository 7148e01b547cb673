import Roster

extension SettingKey {
  /// Every setting there is.
  public static let all: [SettingKey] = [
    SettingKey(
      name: "socket.path", kind: .path(maximum: 103), standard: nil, standardText: "DIRECTORY/control.sock",
      isReloadable: false, sentence: "The Unix socket to bind when systemd hands none over."),
    SettingKey(
      name: "state.directory", kind: .path(maximum: 4000), standard: nil,
      standardText: "$STATE_DIRECTORY, else DIRECTORY/state", isReloadable: false,
      sentence: "Where the store is kept."),
    SettingKey(
      name: "state.keys-directory", kind: .path(maximum: 4000), standard: nil, standardText: "as state.directory",
      isReloadable: false,
      sentence: "Where content-keys.sqlite is kept: without it what stands beside Statements can't be read."),
    SettingKey(
      name: "log.level", kind: .choice(["debug", "info", "notice", "warning", "error"]), standard: .text("notice"),
      standardText: "notice", isReloadable: true, sentence: "What is logged: this and what is graver."),
    principals("rights.readers", "@amana-readers", "Who may read."),
    principals(
      "rights.operators", "@amana-operators", "Who may draft, import and export, send messages, test peers, and read."),
    principals(
      "rights.administrators", "@amana-admins", "Who may audit, see who read what, add and remove peers, and read."),
    SettingKey(
      name: "rights.officers", kind: .officers, standard: .list([]), standardText: "(none)", isReloadable: true,
      sentence: "Which local user is which officer of the Roster, e.g. \"alice=1\"."),
    number(
      "limits.connections", 1...16384, 512,
      "How many connections are held at once, by one user a quarter; further ones are closed."),
    number(
      "limits.request-seconds", 1...3600, 120,
      "How long the body of a request may take to arrive; its head has half of it."),
    number(
      "log.publish-seconds", 0...Int(secondsPerDay), 0,
      "How often the log publishes: a batch, padded, with receipts and checkpoint; 0 is at once."),
    number(
      "log.publish-batch", 1...65536, 64, "Of how many entries the log publishes a multiple, where it does so by time."),
    SettingKey(
      name: "tiles.directory", kind: .path(maximum: 4000), standard: nil, standardText: "(none)", isReloadable: true,
      sentence:
        "Where the log is kept as plain files too (C2SP tlog-tiles), for the courier and any web server to hand out: "
        + "digests and nothing else."),
    SettingKey(
      name: "feed.widen-to", kind: .choice(["nobody", "observers", "members"]), standard: .text("nobody"),
      standardText: "nobody", isReloadable: true,
      sentence:
        "Who reads, in the feed for peers, what this authority signed in a movement that is over, although it does "
        + "not name them."),
    number(
      "feed.widen-after-seconds", 1...315_360_000, 604_800,
      "How long after the last Statement of a movement whose every line is answered that happens."),
    SettingKey(
      name: "roster.send-view", kind: .choice(["on-adoption", "never"]), standard: .text("on-adoption"),
      standardText: "on-adoption", isReloadable: true,
      sentence:
        "Whether this authority's view of everybody's keys is sent to all others by itself when the log adopts a further "
        + "Roster; `amana roster view --send` sends it at any time."),
    number(
      "overdue.scan-seconds", 1...Int(secondsPerDay), 60, "How often lines past their accept-by time are looked for."),
    SettingKey(
      name: "exchange.socket", kind: .path(maximum: 103), standard: nil, standardText: "DIRECTORY/exchange.sock",
      isReloadable: false,
      sentence: "The courier's Unix socket to bind when systemd hands none over; where systemd hands over the control "
        + "socket alone, there is none unless this is set."),
    SettingKey(
      name: "exchange.user", kind: .user, standard: .text("amana-courier"), standardText: "amana-courier",
      isReloadable: false,
      sentence:
        "Whose courier is answered on the exchange socket, and nobody else; when this machine has no such user, "
        + "the daemon's own."),
    number(
      "exchange.gossip-seconds", 1...Int(secondsPerDay), 300,
      "How often each peer's log is asked for its newest checkpoint."),
    number(
      "exchange.uncited-limit", 0...1_000_000, 10000,
      "How many statements of one peer are kept that concern nobody here and that nothing here builds on."),
    number(
      "exchange.disk-floor-mebibytes", 0...1_000_000_000, 1024,
      "How much must be free where the store is for pieces of objects to be taken from peers."),
    SettingKey(
      name: "trust.crl-urls", kind: .urls(maximum: 64), standard: .list([]), standardText: "(none)",
      isReloadable: true,
      sentence:
        "Where the courier fetches revocation lists for this daemon, which judges them; nothing else is fetched."),
    number("trust.crl-seconds", 1...604_800, 3600, "How often each of them is fetched."),
    SettingKey(
      name: "trust.timestamp-url", kind: .url, standard: nil, standardText: "(none)", isReloadable: true,
      sentence:
        "The time stamping authority (RFC 3161) at which the courier asks for a time stamp over each of our own "
        + "Statements about custody."),
  ]

  private static func principals(_ name: String, _ standard: String, _ sentence: String) -> SettingKey {
    SettingKey(
      name: name, kind: .principals, standard: .list([standard]), standardText: standard, isReloadable: true,
      sentence: sentence)
  }

  private static func number(_ name: String, _ range: ClosedRange<Int>, _ standard: Int, _ sentence: String)
    -> SettingKey
  {
    SettingKey(
      name: name, kind: .number(range), standard: .number(standard), standardText: String(standard),
      isReloadable: true, sentence: sentence)
  }
}
