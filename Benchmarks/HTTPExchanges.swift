import HTTPClient
import WebServer

extension Benchmark {
    /// Requests a second that the HTTP client makes over loopback to the program's own server, one at a time and 16 at once.
    static let httpClient = Benchmark("http-client") {
        let server = WebServer(routes: .answeringPing, options: .init())
        let request = HTTPRequest(.get, "http://127.0.0.1:\(try await server.start())/ping")
        let client = HTTPClient()
        let single = try await Stopwatch.rate(of: 500) {
            for _ in 0..<500 { keep(try await client.send(request)) }
        }
        let many = try await Stopwatch.rate(of: 16 * 100) {
            try await concurrently(16) { _ in
                for _ in 0..<100 { keep(try await client.send(request)) }
            }
        }
        await client.shutdown()
        await server.stop(grace: .seconds(1))
        return [
            Measurement("http-client.1-at-once", single, "requests/s"),
            Measurement(
                "http-client.16-at-once", many, "requests/s", against: .init(name: "1 at once", figure: single)),
        ]
    }
}
