public import Roster

/// How the message is made that carries a view of the keys, whoever sends it.
public enum KeyViewMessage {
  /// The message's, in English for every reader.
  public static func subject(_ view: KeyView) -> String { "Key view, roster version \(view.version)" }

  /// The attachment's.
  public static func fileName(_ view: KeyView) -> String { "key-view-\(view.version).cbor" }
}
