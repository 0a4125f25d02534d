public import TimeZones

/// When something happens again and again. Source: runtime chapter, section 12.
public enum Schedule: Sendable, Hashable {
    /// At each multiple of a duration since the Unix epoch in UTC; see ``every(_:)``.
    case grid(seconds: Int)
    /// In the minutes of a cron expression, UTC.
    case cron(CronExpression)
    /// Daily at some times on the clocks of a zone. A time that clocks skip is due when they are set forward; one that
    /// they show twice is due the first time.
    case daily([TimeOfDay], NamedTimeZone)

    /// On the grid of a duration: 15 minutes are :00, :15, :30, :45; seven days are Thursdays at midnight. Nothing and
    /// less counts as a minute, anything below a second as one.
    public static func every(_ interval: Duration) -> Schedule {
        guard interval > .zero else { return .grid(seconds: 60) }
        return .grid(seconds: max(1, Int(interval.components.seconds)))
    }

    /// Daily at one time, UTC.
    public static func daily(_ time: TimeOfDay) -> Schedule { .daily([time], .utc) }

    /// The first slot after a point of calendar time; nil if there is none.
    public func next(after time: Timestamp) -> Timestamp? {
        switch self {
        case .grid(let interval):
            let (seconds, attoseconds) = time.sinceOrigin.components
            let floor = seconds - (attoseconds < 0 ? 1 : 0)
            let remainder = floor % Int64(interval)
            let start = floor - remainder - (remainder < 0 ? Int64(interval) : 0)
            return Timestamp(sinceOrigin: .seconds(start + Int64(interval)))
        case .cron(let expression): return expression.next(after: time)
        case .daily(let times, let zone): return Self.next(of: times, in: zone, after: time)
        }
    }

    /// The last slot in the stretch of calendar time that ends with `time`, `time` included; nil if it holds none.
    public func latest(upTo time: Timestamp, within stretch: Duration) -> Timestamp? {
        var latest: Timestamp?
        var slot = next(after: time - stretch - .nanoseconds(1))
        while let found = slot, found <= time {
            latest = found
            slot = next(after: found)
        }
        return latest
    }

    private static func next(of times: [TimeOfDay], in zone: NamedTimeZone, after time: Timestamp) -> Timestamp? {
        let now = Int(time.sinceOrigin.components.seconds)
        let today = zone.civilTime(at: now).date.daysSinceEpoch
        // Yesterday too: a time that clocks skipped may be due on the day after.
        let slots = (today - 1...today + 2).flatMap { day in
            times.map { slot in
                let date = CivilDate(daysSinceEpoch: day)
                switch zone.instants(showing: CivilTime(date: date, hour: slot.hour, minute: slot.minute)) {
                case .once(let instant), .twice(let instant, _), .skipped(let instant):
                    return Timestamp(sinceOrigin: .seconds(instant))
                }
            }
        }
        return slots.filter { $0 > time }.min()
    }

    /// The rhythm in words: `every 3 hrs`, `cron 0 10 * * 1`, `daily 12:00 UTC` (coreops chapter, section 7.11).
    public var cadence: String {
        switch self {
        case .grid(let seconds) where seconds % 3600 == 0:
            "every \(seconds / 3600) \(seconds == 3600 ? "hr" : "hrs")"
        case .grid(let seconds) where seconds % 60 == 0: "every \(seconds / 60) min"
        case .grid(let seconds): "every \(seconds) sec"
        case .cron(let expression): "cron \(expression)"
        case .daily(let times, let zone):
            "daily \(times.map(\.description).joined(separator: ", ")) \(zone.name)"
        }
    }
}

extension Schedule {
    /// The rhythm in the fewest characters: `3h`, `7d`, `15m`, `0 10 * * 1`, `12:00Z`.
    public var shortCadence: String {
        switch self {
        case .grid(let seconds) where seconds % 86_400 == 0 && seconds > 86_400: "\(seconds / 86_400)d"
        case .grid(let seconds) where seconds % 3600 == 0: "\(seconds / 3600)h"
        case .grid(let seconds) where seconds % 60 == 0: "\(seconds / 60)m"
        case .grid(let seconds): "\(seconds)s"
        case .cron(let expression): expression.description
        case .daily(let times, let zone):
            times.map(\.description).joined(separator: ",") + (zone == .utc ? "Z" : " \(zone.name)")
        }
    }
}

/// By how much a run may come after its slot, so that not everything begins in the same second. Never before it, so that
/// no slot is served twice (runtime chapter, item B21).
public enum Jitter: Sendable, Hashable {
    /// Not at all.
    case none
    /// Up to a twentieth of the interval and at most a minute; nothing for schedules without an interval.
    case small
    /// Up to so many seconds.
    case seconds(Int)

    /// The longest delay, in seconds.
    public func limit(for schedule: Schedule) -> Int {
        switch (self, schedule) {
        case (.small, .grid(let interval)): min(60, interval / 20)
        case (.seconds(let seconds), _): max(0, seconds)
        case (.none, _), (.small, _): 0
        }
    }
}
