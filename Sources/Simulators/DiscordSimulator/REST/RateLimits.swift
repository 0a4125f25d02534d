import Service
import Synchronization

/// Discord's rate limits: buckets by route and top-level resource, and fifty requests a second for each bot.
///
/// Source: Discord, *Rate Limits*. The numbers of single buckets are not documented; these are those that the live API
/// is known to send.
final class RateLimits: Sendable {
    /// How many requests a route allows in which time.
    struct Limit: Sendable {
        var requests: Int
        var window: Duration

        init(_ requests: Int, per seconds: Double) {
            self.requests = requests
            window = .seconds(seconds)
        }

        func scaled(by factor: Int) -> Limit {
            var limit = self
            limit.requests *= factor
            return limit
        }
    }

    /// Whether a request may go on, and what its response says about the bucket.
    struct Verdict: Sendable {
        var headers: [(name: String, value: String)] = []
        /// Seconds to wait; nil if the request may go on.
        var retryAfter: Double?
        var isGlobal = false
    }

    private struct Window {
        var start: Timestamp
        var used = 0
    }

    private struct State {
        var buckets: [String: Window] = [:]
        var global: [WorldID: Window] = [:]
    }

    private static let globalLimit = Limit(50, per: 1)

    private let state = Mutex(State())
    private let transport: any TimeSource
    private let calendar: any TimeSource
    private let isStrict: Bool
    private let scale: Int

    /// Limits; when not strict, every request may go on and carries the headers all the same.
    /// - Parameter scale: how many times as many requests a bucket takes as Discord's does.
    init(transport: any TimeSource, calendar: any TimeSource, isStrict: Bool, scale: Int = 1) {
        (self.transport, self.calendar, self.isStrict, self.scale) = (transport, calendar, isStrict, scale)
    }

    /// Counts a request of a bot.
    func admit(_ limit: Limit?, route: String, resource: String, bot: WorldID) -> Verdict {
        let now = transport.now
        return state.withLock { state in
            if limit != nil, isStrict {
                var window = Self.current(state.global[bot], Self.globalLimit, now)
                window.used += 1
                state.global[bot] = window
                if window.used > Self.globalLimit.requests {
                    let wait = Self.seconds(window.start + Self.globalLimit.window - now)
                    return Verdict(
                        headers: [("X-RateLimit-Global", "true"), ("X-RateLimit-Scope", "global")], retryAfter: wait,
                        isGlobal: true)
                }
            }
            guard let limit = limit.map({ $0.scaled(by: scale) }) else { return Verdict() }
            let key = "\(bot)/\(route)/\(resource)"
            var window = Self.current(state.buckets[key], limit, now)
            window.used += 1
            state.buckets[key] = window
            let wait = Self.seconds(window.start + limit.window - now)
            let reset = calendar.now.seconds + wait
            var headers: [(name: String, value: String)] = [
                ("X-RateLimit-Limit", String(limit.requests)),
                ("X-RateLimit-Remaining", String(max(0, limit.requests - window.used))),
                ("X-RateLimit-Reset", Self.text(reset)), ("X-RateLimit-Reset-After", Self.text(wait)),
                ("X-RateLimit-Bucket", Self.bucketName(route)),
            ]
            guard isStrict, window.used > limit.requests else { return Verdict(headers: headers) }
            headers.append(("X-RateLimit-Scope", "user"))
            return Verdict(headers: headers, retryAfter: wait)
        }
    }

    private static func current(_ window: Window?, _ limit: Limit, _ now: Timestamp) -> Window {
        guard let window, now - window.start < limit.window else { return Window(start: now) }
        return window
    }

    private static func seconds(_ duration: Duration) -> Double {
        max(0.001, Double(duration / .milliseconds(1)) / 1000)
    }

    static func text(_ seconds: Double) -> String {
        let milliseconds = Int((seconds * 1000).rounded(.up))
        let fraction = String(milliseconds % 1000)
        return "\(milliseconds / 1000).\(String(repeating: "0", count: 3 - fraction.count))\(fraction)"
    }

    /// A stable name that tells nothing, like Discord's.
    private static func bucketName(_ route: String) -> String {
        let hash = route.utf8.reduce(into: UInt64(14_695_981_039_346_656_037)) {
            $0 = ($0 ^ UInt64($1)) &* 1_099_511_628_211
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
