import HTTPClient
import JSON
import Service
import Testing

@testable import Discord

@Suite("What answers tell about limits")
struct RateLimitAnswerTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var headers: HTTPHeaders = [:]
        var body: JSONValue?
        var scope: RateLimitAnswer.Refusal.Scope
        var retryAfter: Duration
    }

    @Test(
        "a refusal says whom it concerns and for how long",
        arguments: [
            Row(
                testDescription: "the body has fractions, the header is rounded up",
                headers: ["Retry-After": "2", "X-RateLimit-Scope": "user"],
                body: ["message": "slow", "retry_after": 1.25, "global": false],
                scope: .user, retryAfter: .milliseconds(1_250)),
            Row(
                testDescription: "no Retry-After, but a body", body: ["retry_after": 0.5, "global": false],
                scope: .user, retryAfter: .milliseconds(500)),
            Row(
                testDescription: "a shared limit", headers: ["X-RateLimit-Scope": "shared", "Retry-After": "7"],
                body: ["retry_after": 6.5, "global": false], scope: .shared, retryAfter: .milliseconds(6_500)),
            Row(
                testDescription: "global by the body", body: ["retry_after": 3, "global": true],
                scope: .global, retryAfter: .seconds(3)),
            Row(
                testDescription: "global by the header",
                headers: ["X-RateLimit-Global": "true", "Retry-After": "4"], body: ["retry_after": 4.0],
                scope: .global, retryAfter: .seconds(4)),
            Row(
                testDescription: "the edge refuses everybody, without a body of Discord's",
                headers: ["Retry-After": "30"], scope: .global, retryAfter: .seconds(30)),
            Row(
                testDescription: "neither header nor body", scope: .global,
                retryAfter: RateLimitAnswer.unknownRetryAfter),
            Row(
                testDescription: "nonsense", headers: ["Retry-After": "-1", "X-RateLimit-Scope": "planet"],
                body: ["retry_after": "soon"], scope: .user, retryAfter: RateLimitAnswer.unknownRetryAfter),
            Row(
                testDescription: "longer than any limit", headers: ["Retry-After": "1e12"], scope: .global,
                retryAfter: .seconds(86_400)),
        ])
    func refusals(row: Row) {
        let response = HTTPResponse(status: 429, headers: row.headers, body: row.body?.encoded() ?? [])
        #expect(RateLimitAnswer(response).refusal == .init(scope: row.scope, retryAfter: row.retryAfter))
    }

    @Test(
        "a bucket needs name, limit, remaining and reset; a broken header is no bucket",
        arguments: [
            (["X-RateLimit-Reset-After": "1.5"], true), (["X-RateLimit-Reset-After": "x"], false),
            (["X-RateLimit-Reset-After": "inf"], false), ([:], false),
        ] as [([String: String], Bool)])
    func bucket(extra: [String: String], isBucket: Bool) {
        var headers: HTTPHeaders = [
            "X-RateLimit-Bucket": "abc", "X-RateLimit-Limit": "5", "X-RateLimit-Remaining": "4",
        ]
        for (name, value) in extra { headers[name] = value }
        let bucket = RateLimitAnswer(HTTPResponse(status: 200, headers: headers)).bucket
        #expect(
            bucket
                == (isBucket
                    ? .init(hash: "abc", limit: 5, remaining: 4, resetAfter: .milliseconds(1_500)) : nil))
    }

    @Test(
        "the clocks of this machine and of the server may differ by an hour: only how long a window lasts counts",
        arguments: [-3_600, 0, 3_600])
    func clocksApart(seconds: Int) async throws {
        let bench = RateLimiterBench()
        let headers: HTTPHeaders = [
            "X-RateLimit-Bucket": "abc", "X-RateLimit-Limit": "1", "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset-After": "2", "X-RateLimit-Reset": "\(1_800_000_002 + seconds)",
            "Date": "Fri, 15 Jan 2027 08:00:00 GMT",
        ]
        let first = try await bench.ask(.messages(1))
        try await bench.settle(first, .answered(RateLimitAnswer(HTTPResponse(status: 200, headers: headers))))
        let second = try await bench.ask(.messages(1))
        try await bench.advance(by: .milliseconds(1_999))
        #expect(!second.isGranted)
        try await bench.advance(by: .milliseconds(1))
        #expect(second.isGranted)
    }

    @Test(
        "401, 403 and refusals count towards the ban of addresses, unless they are shared",
        arguments: [
            (200, nil, false), (400, nil, false), (401, nil, true), (403, nil, true), (404, nil, false),
            (429, .user, true), (429, .global, true), (429, .shared, false), (500, nil, false),
        ] as [(Int, RateLimitAnswer.Refusal.Scope?, Bool)])
    func invalid(status: Int, scope: RateLimitAnswer.Refusal.Scope?, isInvalid: Bool) {
        let refusal = scope.map { RateLimitAnswer.Refusal(scope: $0, retryAfter: .seconds(1)) }
        #expect(RateLimitAnswer(status: status, refusal: refusal).isInvalidRequest == isInvalid)
    }
}
