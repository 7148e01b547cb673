/// What the outbox is asked, in words of their own so that a test can ask how each is found: all that was ever delivered
/// stays in the table, and none of these may look through it.
enum OutboxSQL {
  static let ofEntry = "SELECT * FROM outbox WHERE entry = ? ORDER BY peer"

  static let undelivered = """
    SELECT peer, SUM(state <> 'refused') AS open, SUM(state = 'refused') AS refused, MIN(since) AS oldest
    FROM outbox WHERE state <> 'delivered' GROUP BY peer ORDER BY peer
    """
}
