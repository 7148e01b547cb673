/// Whose eyes a seal key opens for: a statement's parties, or the holder of one role in an authority.
/// The daemon holds the key of `party`; those of the other roles lie with the people who hold the role.
public enum SealRole: String, Sendable, CaseIterable {
  case party, medical, judicial, property, observer, recovery
  case childProtection = "child-protection"
}
