import HTTPClient
import Service

/// Counts, times and logs what a client sends. Routes appear by pattern: paths of interactions hold tokens.
struct RESTTraffic: Sendable {
    let metrics: Metrics
    let logger: Logger

    func didAnswer(_ route: Route, _ answer: RateLimitAnswer, duration: Duration, waited: Duration) {
        count(route, outcome: "\(answer.status)", duration: duration, waited: waited)
        guard let refusal = answer.refusal else { return }
        metrics.counter(
            "discord_rest_refusals_total", help: "Requests refused by a rate limit.",
            labels: ["scope": refusal.scope.rawValue]
        ).increment()
        logger.warning(
            "rate limited",
            [
                "route": .string(route.pattern), "scope": .string(refusal.scope.rawValue),
                "retry_after_ms": .milliseconds(refusal.retryAfter),
            ])
    }

    func didFail(_ route: Route, _ error: HTTPError, duration: Duration, waited: Duration) {
        count(route, outcome: error == .cancelled ? "cancelled" : "failed", duration: duration, waited: waited)
    }

    func willRetry(_ route: Route, after wait: Duration, failure: RESTError) {
        metrics.counter("discord_rest_retries_total", help: "Requests sent again after a failure.").increment()
        logger.warning(
            "request repeated", ["route": .string(route.pattern), "wait_ms": .milliseconds(wait)], error: failure)
    }

    private func count(_ route: Route, outcome: String, duration: Duration, waited: Duration) {
        metrics.counter(
            "discord_rest_requests_total", help: "Requests to Discord's API.",
            labels: ["route": route.pattern, "outcome": outcome]
        ).increment()
        metrics.histogram(
            "discord_rest_request_seconds", help: "Time from sending a request to its response.",
            labels: ["route": route.pattern]
        ).observe(duration)
        metrics.histogram(
            "discord_rest_wait_seconds", help: "Time that requests waited for a rate limit."
        ).observe(waited)
        logger.debug(
            "request",
            ["route": .string(route.pattern), "outcome": .string(outcome), "duration_ms": .milliseconds(duration)])
    }
}
