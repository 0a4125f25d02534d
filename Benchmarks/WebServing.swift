import Service
import WebServer

extension Benchmark {
    /// Requests a second that the server answers on kept connections over loopback: asked by one thread of plain sockets,
    /// one at a time, and 16 connections at once.
    static let webServer = Benchmark("web-server") {
        let server = WebServer(routes: .answeringPing, options: .init())
        let port = try await server.start()
        let thread = DedicatedThread(name: "load")
        let single = try await thread.run { try requestRate(connections: 1, port: port) }
        let many = try await thread.run { try requestRate(connections: 16, port: port) }
        thread.stop()
        await server.stop(grace: .seconds(1))
        return [
            Measurement("web-server.1-connection", single, "requests/s"),
            Measurement(
                "web-server.16-connections", many, "requests/s", against: .init(name: "1 connection", figure: single)),
        ]
    }

    /// All connections ask, then all answers are read, so that as many requests as connections are under way.
    private static func requestRate(connections count: Int, port: Int) throws -> Double {
        let connections = try (0..<count).map { _ in try PlainConnection(port: port) }
        defer { connections.forEach { $0.close() } }
        let rounds = try Stopwatch.rate {
            for connection in connections { try connection.ask() }
            for connection in connections { try connection.readAnswer() }
        }
        return rounds * Double(count)
    }
}

extension WebRoutes {
    /// `GET /ping` answers `pong`.
    static var answeringPing: WebRoutes {
        var routes = WebRoutes()
        routes.on("GET", "/ping") { _ in .text("pong") }
        return routes
    }
}

/// A connection that asks for `/ping` again and again.
private struct PlainConnection {
    private static let request = Array("GET /ping HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".utf8)
    private static let body = Array("\r\n\r\npong".utf8)
    private let connection: LoopbackConnection

    init(port: Int) throws {
        connection = try LoopbackConnection(port: port)
    }

    func ask() throws {
        try connection.send(Self.request)
    }

    func readAnswer() throws {
        var answer: [UInt8] = []
        while !answer.suffix(Self.body.count).elementsEqual(Self.body) { answer += try connection.receive() }
    }

    func close() {
        connection.close()
    }
}
