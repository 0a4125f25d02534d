import Synchronization

/// The numbers that a process tells about itself: counters, gauges and histograms, each with labels.
///
/// ```swift
/// let metrics = Metrics()
/// let requests = metrics.counter("http_requests_total", help: "Requests sent.", labels: ["method": "GET"])
/// requests.increment()
/// print(metrics.exposition())
/// ```
///
/// Asking for the same name and labels gives the same object; keep it where the path is hot. Names and labels follow
/// the rules of Prometheus; characters that it forbids in names become `_`.
public final class Metrics: Sendable {
    /// Bounds in seconds for latencies, from 1 ms to 60 s.
    public static let latencyBounds: [Double] = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
    ]

    /// How many label combinations one name may have. Further ones are counted together under `overflow="true"`, so
    /// that a label filled with foreign text cannot eat the memory.
    public static let seriesLimit = 500

    struct Family {
        enum Kind: String { case counter, gauge, histogram }
        let kind: Kind
        var help: String
        /// Keyed by the rendered labels: `a="1",b="2"`.
        var series: [String: Series] = [:]
    }

    enum Series {
        case counter(Counter), gauge(Gauge), histogram(Histogram)
    }

    private let families = Mutex<[String: Family]>([:])
    private let refreshers = Mutex<[@Sendable () -> Void]>([])

    /// A registry without metrics.
    public init() {}

    /// The counter of that name and those labels. A name that is already taken by another kind of metric gives a
    /// counter that counts but does not appear.
    public func counter(_ name: String, help: String = "", labels: KeyValuePairs<String, String> = [:]) -> Counter {
        let series = series(name, .counter, help, labels) { .counter(Counter()) }
        if case .counter(let counter) = series { return counter }
        return Counter()
    }

    /// The gauge of that name and those labels; see ``counter(_:help:labels:)``.
    public func gauge(_ name: String, help: String = "", labels: KeyValuePairs<String, String> = [:]) -> Gauge {
        let series = series(name, .gauge, help, labels) { .gauge(Gauge()) }
        if case .gauge(let gauge) = series { return gauge }
        return Gauge()
    }

    /// The histogram of that name and those labels, with upper bounds for its buckets; see ``counter(_:help:labels:)``.
    public func histogram(
        _ name: String,
        help: String = "",
        bounds: [Double] = Metrics.latencyBounds,
        labels: KeyValuePairs<String, String> = [:]
    ) -> Histogram {
        let series = series(name, .histogram, help, labels) { .histogram(Histogram(bounds: bounds)) }
        if case .histogram(let histogram) = series { return histogram }
        return Histogram(bounds: bounds)
    }

    /// Lets `refresh` set what is only worth knowing when somebody looks, such as ages, before each exposition. It must
    /// return at once.
    public func beforeExposition(_ refresh: @escaping @Sendable () -> Void) {
        refreshers.withLock { $0.append(refresh) }
    }

    func allFamilies() -> [String: Family] {
        for refresh in refreshers.withLock({ $0 }) { refresh() }
        return families.withLock { $0 }
    }

    private func series(
        _ name: String,
        _ kind: Family.Kind,
        _ help: String,
        _ labels: KeyValuePairs<String, String>,
        make: () -> Series
    ) -> Series {
        let name = Exposition.name(name)
        let key = Exposition.labels(labels)
        return families.withLock { families in
            var family = families[name] ?? Family(kind: kind, help: help)
            guard family.kind == kind else { return make() }
            if family.help.isEmpty { family.help = help }
            let isFull = family.series.count >= Self.seriesLimit && family.series[key] == nil
            let key = isFull ? #"overflow="true""# : key
            let series = family.series[key] ?? make()
            family.series[key] = series
            families[name] = family
            return series
        }
    }
}

/// A number that only grows.
public final class Counter: Sendable {
    private let count = Atomic<UInt64>(0)

    init() {}

    /// Adds to the count.
    public func increment(by amount: UInt64 = 1) {
        count.wrappingAdd(amount, ordering: .relaxed)
    }

    /// The count.
    public var value: UInt64 {
        count.load(ordering: .relaxed)
    }
}

/// A number that goes up and down.
public final class Gauge: Sendable {
    private let number = Mutex(0.0)

    init() {}

    /// Sets the number.
    public func set(_ value: Double) {
        number.withLock { $0 = value }
    }

    /// Adds to the number; negative amounts take away.
    public func add(_ amount: Double) {
        number.withLock { $0 += amount }
    }

    /// The number.
    public var value: Double {
        number.withLock { $0 }
    }
}

/// Counts observations by size.
public final class Histogram: Sendable {
    /// What was observed so far.
    public struct Snapshot: Sendable, Equatable {
        /// Upper bounds of the buckets, ascending, without the last, unbounded one.
        public var bounds: [Double]
        /// Observations per bucket (not cumulative); one more than `bounds`.
        public var counts: [UInt64]
        /// Sum of all observations.
        public var sum: Double

        /// Number of observations.
        public var count: UInt64 { counts.reduce(0, +) }

        /// The upper bound of the bucket in which the given share (0 to 1) of observations is reached; nil without
        /// observations, infinity beyond the last bound.
        public func quantile(_ share: Double) -> Double? {
            let total = count
            guard total > 0 else { return nil }
            let rank = max(1, (share * Double(total)).rounded(.up))
            var seen: UInt64 = 0
            for (index, bound) in bounds.enumerated() {
                seen += counts[index]
                if Double(seen) >= rank { return bound }
            }
            return .infinity
        }
    }

    private let content: Mutex<Snapshot>

    init(bounds: [Double]) {
        let bounds = bounds.sorted()
        content = Mutex(Snapshot(bounds: bounds, counts: Array(repeating: 0, count: bounds.count + 1), sum: 0))
    }

    /// Counts one observation; for latencies a number of seconds. What is not a number is not counted.
    public func observe(_ value: Double) {
        guard !value.isNaN else { return }
        content.withLock { content in
            let bucket = content.bounds.firstIndex { value <= $0 } ?? content.bounds.count
            content.counts[bucket] += 1
            content.sum += value
        }
    }

    /// Counts one duration, in seconds.
    public func observe(_ duration: Duration) {
        observe(duration.inSeconds)
    }

    /// What was observed so far.
    public var snapshot: Snapshot {
        content.withLock { $0 }
    }
}
