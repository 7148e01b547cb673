import ArgumentParser

/// Makes an authority's keys, the roster, and the trust in it.
struct Init: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Make an authority's keys, the first roster, and pin it.",
    discussion: """
      In order: each authority runs `init authority` and hands its introduction.json to whoever writes the roster; \
      `init roster` writes and signs it, further root holders add their signature with `init sign`; everybody compares \
      the digest aloud; each authority pins it with `init trust`.
      """,
    subcommands: [InitAuthority.self, InitRoster.self, InitSign.self, InitTrust.self])
}
