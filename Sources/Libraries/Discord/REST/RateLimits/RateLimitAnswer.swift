import HTTPClient
import JSON
import Service

/// What a response tells about limits. Source: Discord documentation, Topics, "Rate Limits", "Header Format".
struct RateLimitAnswer: Sendable, Equatable {
    /// The state of a bucket after the request.
    struct Bucket: Sendable, Equatable {
        /// The server's name for the limit, without what splits it.
        var hash: String
        var limit: Int
        var remaining: Int
        var resetAfter: Duration
    }

    /// A refusal by status 429.
    struct Refusal: Sendable, Equatable {
        enum Scope: String, Sendable { case user, global, shared }
        var scope: Scope
        var retryAfter: Duration
    }

    /// A refusal that does not say how long it lasts is taken for this.
    static let unknownRetryAfter = Duration.seconds(5)

    var status: Int
    /// Nil if the response carries no such headers.
    var bucket: Bucket?
    var refusal: Refusal?

    init(status: Int, bucket: Bucket? = nil, refusal: Refusal? = nil) {
        self.status = status
        self.bucket = bucket
        self.refusal = refusal
    }

    init(_ response: HTTPResponse) {
        status = response.status
        if let hash = response.headers["X-RateLimit-Bucket"],
            let limit = response.headers["X-RateLimit-Limit"].flatMap({ Int($0) }), limit > 0,
            let remaining = response.headers["X-RateLimit-Remaining"].flatMap({ Int($0) }),
            let resetAfter = response.headers["X-RateLimit-Reset-After"].flatMap({ Self.duration($0) })
        {
            bucket = Bucket(hash: hash, limit: limit, remaining: max(0, remaining), resetAfter: resetAfter)
        }
        refusal = status == 429 ? Self.refusal(response) : nil
    }

    /// Whether the request counts towards the ban of addresses that send too many invalid ones.
    /// Source: Discord documentation, "Invalid Request Limit".
    var isInvalidRequest: Bool {
        switch status {
        case 401, 403: true
        case 429: refusal?.scope != .shared
        default: false
        }
    }

    private static func refusal(_ response: HTTPResponse) -> Refusal {
        let body = (try? JSONDocument(parsing: response.body))?.root
        let header = response.headers["Retry-After"].flatMap { duration($0) }
        // The body has fractions; the header is rounded up.
        let precise = body?["retry_after"]?.double.flatMap { duration($0) }
        let scope: Refusal.Scope
        if let named = response.headers["X-RateLimit-Scope"].flatMap({ Refusal.Scope(rawValue: $0.lowercased()) }) {
            scope = named
        } else if body?["global"]?.bool == true || response.headers["X-RateLimit-Global"] != nil {
            scope = .global
        } else {
            // Without a word from Discord it is its edge that refuses, and that refuses everything.
            scope = body?["retry_after"] == nil ? .global : .user
        }
        return Refusal(scope: scope, retryAfter: precise ?? header ?? unknownRetryAfter)
    }

    private static func duration(_ text: String) -> Duration? {
        Double(text).flatMap { duration($0) }
    }

    /// A day is more than any limit lasts; a longer wait would be a mistake of somebody.
    private static func duration(_ seconds: Double) -> Duration? {
        guard seconds.isFinite, seconds >= 0 else { return nil }
        return .seconds(min(seconds, 86_400))
    }
}
