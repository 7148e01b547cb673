import Testing

/// Every end-to-end test, one after the other: real amanad processes, real Unix sockets, the real `amana` command.
@Suite(.serialized)
enum EndToEnd {}
