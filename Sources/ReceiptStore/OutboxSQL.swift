/// What the outbox is asked, in words of their own so that a test can ask how each is found: all that was ever delivered
/// stays in the table, and none of these may look through it.
///
/// Numbers: 1 the peer, 2 now, 3 the longest wait, 4 the limit.
enum OutboxSQL {
  static let ofEntry = "SELECT * FROM outbox WHERE entry = ? ORDER BY peer"

  static let undelivered = """
    SELECT peer, SUM(state <> 'refused') AS open, SUM(state = 'refused') AS refused, MIN(since) AS oldest
    FROM outbox WHERE state <> 'delivered' GROUP BY peer ORDER BY peer
    """

  /// Each state stands beside the index that holds it, and CROSS JOIN begins with the few that wait for their leaf.
  static let open = """
    SELECT * FROM outbox o WHERE o.peer = ?1 AND o.state IN ('waiting', 'pending')
    AND o.next_at NOT BETWEEN ?2 + 1 AND ?2 + ?3
    AND NOT EXISTS (
      SELECT 1 FROM outbox e WHERE e.peer = ?1 AND e.record = o.record AND e.seq < o.seq
      AND e.state IN ('waiting', 'pending') AND (e.state = 'pending' OR e.next_at BETWEEN ?2 + 1 AND ?2 + ?3))
    AND o.seq <= COALESCE((
      SELECT MIN(seq) FROM outbox WHERE peer = ?1 AND state IN ('waiting', 'pending') AND state = 'waiting'
      AND next_at BETWEEN ?2 + 1 AND ?2 + ?3), o.seq)
    AND o.seq < COALESCE((
      SELECT MIN(w.seq) FROM unpublished u CROSS JOIN outbox w ON w.entry = u.entry AND w.peer = ?1),
      9223372036854775807)
    ORDER BY o.seq LIMIT ?4
    """

  static let refused = """
    SELECT * FROM outbox o WHERE o.peer = ?1 AND o.state = 'refused'
    AND o.next_at NOT BETWEEN ?2 + 1 AND ?2 + ?3
    AND NOT EXISTS (SELECT 1 FROM unpublished u WHERE u.entry = o.entry)
    ORDER BY o.next_at, o.seq LIMIT ?4
    """
}
