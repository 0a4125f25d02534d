import Service
import Testing

@Suite("Metrics")
struct MetricsTests {
    @Test("the exposition is Prometheus text, sorted, with escaped labels and cumulative buckets")
    func exposition() {
        let metrics = Metrics()
        metrics.counter("requests_total", help: "Requests\nsent.", labels: ["route": "a\"b\\c\nd", "method": "GET"])
            .increment(by: 3)
        metrics.gauge("queue_depth").set(2.5)
        let latency = metrics.histogram("latency_seconds", bounds: [0.1, 1], labels: ["op": "read"])
        for seconds in [0.05, 0.1, 0.5, 30] { latency.observe(seconds) }
        latency.observe(.nan)
        #expect(
            metrics.exposition() == """
                # TYPE latency_seconds histogram
                latency_seconds_bucket{op="read",le="0.1"} 2
                latency_seconds_bucket{op="read",le="1"} 3
                latency_seconds_bucket{op="read",le="+Inf"} 4
                latency_seconds_sum{op="read"} 30.65
                latency_seconds_count{op="read"} 4
                # TYPE queue_depth gauge
                queue_depth 2.5
                # HELP requests_total Requests\\nsent.
                # TYPE requests_total counter
                requests_total{method="GET",route="a\\"b\\\\c\\nd"} 3

                """)
    }

    @Test("the same name and labels give the same metric, whatever the order of the labels")
    func identity() {
        let metrics = Metrics()
        metrics.counter("hits", labels: ["a": "1", "b": "2"]).increment()
        metrics.counter("hits", labels: ["b": "2", "a": "1"]).increment()
        #expect(metrics.counter("hits", labels: ["a": "1", "b": "2"]).value == 2)
    }

    @Test("a name keeps its first kind, and forbidden characters become underscores")
    func names() {
        let metrics = Metrics()
        metrics.counter("9 lives").increment()
        metrics.gauge("9 lives").set(7)
        #expect(metrics.exposition() == "# TYPE __lives counter\n__lives 1\n")
    }

    @Test("a label with endless values ends in one overflow series")
    func overflow() {
        let metrics = Metrics()
        for user in 0..<(Metrics.seriesLimit + 50) { metrics.counter("seen", labels: ["user": "\(user)"]).increment() }
        let lines = metrics.exposition().split(separator: "\n")
        #expect(lines.count == Metrics.seriesLimit + 2)
        #expect(lines.contains(#"seen{overflow="true"} 50"#))
    }

    @Test("quantiles are upper bounds of buckets")
    func quantiles() {
        let histogram = Metrics().histogram("t", bounds: [1, 2, 4])
        #expect(histogram.snapshot.quantile(0.5) == nil)
        for value in [0.5, 1.5, 1.6, 3] { histogram.observe(value) }
        #expect(histogram.snapshot.quantile(0.25) == 1)
        #expect(histogram.snapshot.quantile(0.5) == 2)
        #expect(histogram.snapshot.quantile(1) == 4)
        histogram.observe(.seconds(9))
        #expect(histogram.snapshot.quantile(1) == .infinity)
    }
}
