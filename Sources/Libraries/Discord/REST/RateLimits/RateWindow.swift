import Service

/// The times of the last grants, so that never more than a number of them lie within a period, wherever it begins.
///
/// A log instead of a bucket that refills: only it allows the whole number at once and still never exceeds it.
struct RateWindow {
    let limit: Int
    let period: Duration
    /// A ring; as long as the limit.
    private var times: [Timestamp] = []
    private var oldest = 0

    init(limit: Int, period: Duration) {
        self.limit = max(1, limit)
        self.period = period
    }

    /// When the next grant is allowed; in the past if it is now.
    var freeAt: Timestamp? {
        times.count < limit ? nil : times[oldest] + period
    }

    mutating func note(_ time: Timestamp) {
        if times.count < limit {
            times.append(time)
        } else {
            times[oldest] = time
            oldest = (oldest + 1) % limit
        }
    }
}

/// Counts invalid requests of the last ten minutes, in steps of five seconds.
///
/// Source: Discord documentation, "Invalid Request Limit, aka Cloudflare Bans": 10,000 within ten minutes.
struct InvalidRequestLog {
    static let period = Duration.seconds(600)
    private static let step = Duration.seconds(5)

    private var counts: [(start: Timestamp, count: Int)] = []
    private(set) var total = 0

    mutating func note(at now: Timestamp) {
        forget(before: now)
        total += 1
        if let last = counts.last, now - last.start < Self.step {
            counts[counts.count - 1].count += 1
        } else {
            counts.append((now, 1))
        }
    }

    mutating func forget(before now: Timestamp) {
        while let first = counts.first, now - first.start >= Self.period + Self.step {
            total -= first.count
            counts.removeFirst()
        }
    }

    /// When the number will have fallen.
    var nextRelief: Timestamp? {
        counts.first.map { $0.start + Self.period + Self.step }
    }
}
