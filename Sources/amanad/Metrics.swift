import Synchronization

/// What has been counted since the start. Label values are names from the code, never from a request's content, so the
/// number of series is bounded.
final class Metrics: Sendable {
  static let shared = Metrics()

  /// One family with one set of labels.
  struct Series: Hashable {
    let metric: Metric
    let labels: [String]

    /// - Parameter labels: name and value by turns.
    init(_ metric: Metric, _ labels: [String] = []) {
      self.metric = metric
      self.labels = labels
    }
  }

  private struct Histogram {
    var counts: [UInt64]
    var sum = 0.0
  }

  private struct State {
    var values: [Series: Double] = [:]
    var histograms: [Series: Histogram] = [:]
  }

  private let state = Mutex(State())

  func count(_ metric: Metric, _ labels: String...) {
    state.withLock { $0.values[Series(metric, labels), default: 0] += 1 }
  }

  func set(_ metric: Metric, _ value: Double) { state.withLock { $0.values[Series(metric)] = value } }

  func observe(_ metric: Metric, _ value: Double, _ labels: String...) {
    guard case .histogram(let limits) = metric.kind else { return }
    let position = limits.firstIndex { value <= $0 } ?? limits.count
    state.withLock { state in
      var histogram =
        state.histograms[Series(metric, labels)] ?? Histogram(counts: .init(repeating: 0, count: limits.count + 1))
      histogram.counts[position] += 1
      histogram.sum += value
      state.histograms[Series(metric, labels)] = histogram
    }
  }

  /// Everything as Prometheus text 0.0.4, with what is measured only when asked.
  func text(with measured: [(Series, Double)]) -> String {
    let state = state.withLock { $0 }
    let values = Array(state.values.map { ($0.key, $0.value) }) + measured
    return Metric.allCases.map { metric in
      var lines = ["# HELP \(metric.rawValue) \(metric.help)", "# TYPE \(metric.rawValue) \(metric.typeName)"]
      lines += values.filter { $0.0.metric == metric }.map { series, value in
        "\(metric.rawValue)\(Self.labels(series.labels)) \(Self.number(value))"
      }.sorted()
      for (series, histogram) in state.histograms.sorted(by: { $0.key.labels.description < $1.key.labels.description })
      where series.metric == metric { lines += Self.lines(series, histogram) }
      return lines.joined(separator: "\n") + "\n"
    }.joined()
  }

  private static func lines(_ series: Series, _ histogram: Histogram) -> [String] {
    guard case .histogram(let limits) = series.metric.kind else { return [] }
    let name = series.metric.rawValue
    var total: UInt64 = 0
    var lines: [String] = []
    for (limit, count) in zip(limits.map(number) + ["+Inf"], histogram.counts) {
      total += count
      lines.append("\(name)_bucket\(labels(series.labels + ["le", limit])) \(total)")
    }
    return lines + [
      "\(name)_sum\(labels(series.labels)) \(number(histogram.sum))", "\(name)_count\(labels(series.labels)) \(total)",
    ]
  }

  /// Whole numbers without a fraction.
  private static func number(_ value: Double) -> String { Int64(exactly: value).map(String.init) ?? "\(value)" }

  private static func labels(_ labels: [String]) -> String {
    guard !labels.isEmpty else { return "" }
    let pairs = stride(from: 0, to: labels.count - 1, by: 2).map { "\(labels[$0])=\"\(escaped(labels[$0 + 1]))\"" }
    return "{\(pairs.joined(separator: ","))}"
  }

  private static func escaped(_ value: String) -> String {
    value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }
}

extension Duration {
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
