/// The version of the daemon and the command, which are released together.
public let amanaVersion = "0.1.0"
