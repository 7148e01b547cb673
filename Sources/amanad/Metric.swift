/// What is measured: each family with its name, its kind and a sentence. GET /v1/metrics prints them in this order.
enum Metric: String, CaseIterable {
  case requests = "amana_requests_total"
  case requestSeconds = "amana_request_seconds"
  case requestsInProgress = "amana_requests_in_progress"
  case connections = "amana_connections"
  case connectionsRefused = "amana_connections_refused_total"
  case statements = "amana_statements_total"
  case sequencerWaiting = "amana_sequencer_waiting"
  case batchSize = "amana_batch_size"
  case commitSeconds = "amana_commit_seconds"
  case logEntries = "amana_log_entries"
  case alarms = "amana_alarms"
  case drafts = "amana_drafts_open"
  case overdue = "amana_lines_overdue"
  case exchangeStrangers = "amana_exchange_strangers_total"
  case exchanges = "amana_exchange_events_total"
  case undelivered = "amana_outbox_undelivered"
  case undeliveredAge = "amana_outbox_oldest_age_seconds"
  case incomplete = "amana_statements_incomplete"
  case keyExpiry = "amana_key_expires_in_seconds"
  case certificateExpiry = "amana_certificate_expires_in_seconds"
  case rosterNextUpdate = "amana_roster_next_update_timestamp_seconds"
  case build = "amana_build_info"
  case started = "process_start_time_seconds"
  case memory = "process_resident_memory_bytes"
  case descriptors = "process_open_fds"

  /// How it is counted; the limits of a histogram's classes with it.
  enum Kind {
    case counter
    case gauge
    case histogram([Double])
  }

  var kind: Kind {
    switch self {
    case .requests, .connectionsRefused, .statements, .exchangeStrangers, .exchanges: .counter
    case .requestSeconds, .commitSeconds: .histogram([0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30])
    case .batchSize: .histogram([1, 2, 5, 10, 20, 50, 100])
    default: .gauge
    }
  }

  var typeName: String {
    switch kind {
    case .counter: "counter"
    case .gauge: "gauge"
    case .histogram: "histogram"
    }
  }

  var help: String {
    switch self {
    case .requests: "Requests answered, by operation and class of status."
    case .requestSeconds: "Seconds from a request's head until its answer is ready, by operation."
    case .requestsInProgress: "Requests taken and not yet answered."
    case .connections: "Connections held on the control and the exchange socket."
    case .connectionsRefused: "Connections closed because limits.connections were held."
    case .statements: "Statements judged since the start, by kind, event and outcome: registered, flagged or refused."
    case .sequencerWaiting: "Pieces of work that wait for the sequencer."
    case .batchSize: "Pieces of work in one transaction."
    case .commitSeconds: "Seconds one transaction took, signing and fsync included."
    case .logEntries: "Entries of this log."
    case .alarms: "Alarms that stand."
    case .drafts: "Drafts that wait for approval."
    case .overdue: "Released lines past their accept-by time."
    case .exchangeStrangers: "Connections to the exchange socket closed because they were not the courier's user's."
    case .exchanges: "What happened with peers, by event: delivered, arrived, incomplete, undelivered, peer-alarm."
    case .undelivered: "Statements without the verified receipt of a peer that they are due to, by peer."
    case .undeliveredAge: "Seconds since the oldest undelivered statement is due, by peer."
    case .incomplete: "Statements for us whose content has not arrived whole."
    case .keyExpiry: "Seconds until a key of this authority ends by the Roster, by purpose; negative when it has."
    case .certificateExpiry:
      "Seconds until the certificate of this authority's transport key ends; negative when it has."
    case .rosterNextUpdate: "When the Roster in force says its next one is due, in seconds since 1970."
    case .build: "Always 1; what runs is in the labels."
    case .started: "When the process started, in seconds since 1970."
    case .memory: "Resident memory in bytes."
    case .descriptors: "Open file descriptors."
    }
  }
}
