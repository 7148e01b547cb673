/// What moves between authorities by wire: SCRAPI, outbox and inbox, witnessing, sealed payloads. It comes with the
/// exchange issue; until then bundles are carried by hand (`amana bundle export`, `amana bundle import`).
public enum Exchange {
  /// Whether this version carries anything by itself.
  public static let isAvailable = false
}
