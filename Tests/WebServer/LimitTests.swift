import Synchronization
import TestTools
import Testing

@testable import WebServer

@Suite("Limits, timeouts and stopping", .timeLimit(.minutes(1)))
struct LimitTests {
    @Test("answers 408 to a head that trickles, however steadily")
    func slowHead() async throws {
        var options = WebServer.Options()
        options.headerTimeout = .milliseconds(300)
        let server = try await RunningServer(options: options)
        let client = try server.client()
        try await client.send("GET /hello HTTP/1.1\r\nHost: a\r\n")
        var response: RawClient.Response?
        while response == nil {
            do {
                response = try await client.response(within: .milliseconds(20))
            } catch RawClient.Failure.timedOut {
                try await client.send("X: y\r\n")
            }
        }
        #expect(response?.status == 408)
    }

    @Test("answers 408 to a body that does not come")
    func slowBody() async throws {
        var options = WebServer.Options()
        options.bodyTimeout = .milliseconds(200)
        let server = try await RunningServer(options: options)
        let client = try server.client()
        try await client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf")
        let response = try await client.response()
        #expect(response.status == 408)
        #expect(response.header("x-trace-id")?.count == 36)
        #expect(try await client.sawEnd())
        #expect(server.records.all.map(\.path) == ["/echo"])
    }

    @Test("closes connections that say nothing, before and after a request")
    func idle() async throws {
        var options = WebServer.Options()
        options.headerTimeout = .milliseconds(200)
        options.idleTimeout = .milliseconds(200)
        let server = try await RunningServer(options: options)
        let silent = try server.client()
        let used = try server.client()
        try await used.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try await used.response().status == 200)
        #expect(try await silent.sawEnd())
        #expect(try await used.sawEnd())
        #expect(server.records.all.count == 1)
    }

    @Test("drops a reader that takes nothing")
    func slowReader() async throws {
        var options = WebServer.Options()
        options.writeTimeout = .milliseconds(300)
        let server = try await RunningServer(options: options) {
            $0.file("/large", contentType: "a/b", bytes: [UInt8](repeating: 7, count: 32 << 20))
        }
        let client = try server.client(receiveBuffer: 4096)
        try await client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
        try await client.waitForReset()
    }

    @Test("answers 503 beyond the connection limit, and serves again once there is room")
    func connectionLimit() async throws {
        var options = WebServer.Options()
        options.maximumConnections = 2
        let server = try await RunningServer(options: options)
        let clients = [try server.client(), try server.client()]
        for client in clients {
            try await client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await client.response().status == 200)
        }
        let refused = try server.client()
        let response = try await refused.response()
        #expect(response.status == 503)
        #expect(response.header("x-trace-id")?.count == 36)
        await refused.close()
        await clients[0].close()
        // The server notices the end in its own time; the suite's time limit bounds the attempts.
        while (try? await server.exchange("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n").status) != 200 {}
    }

    @Test("says that a port is in use, and that a host is no address")
    func startErrors() async throws {
        let server = try await RunningServer()
        let second = WebServer(routes: WebRoutes(), options: .init(port: server.port))
        await #expect(throws: WebServerError.portInUse(server.port)) { try await second.start() }
        let third = WebServer(routes: WebRoutes(), options: .init(host: "localhost"))
        await #expect(throws: WebServerError.invalidHost("localhost")) { try await third.start() }
        await #expect(throws: WebServerError.alreadyStarted) { try await server.server.start() }
    }

    @Test("listens on all addresses when told so")
    func anyAddress() async throws {
        let server = try await RunningServer(options: .init(host: "0.0.0.0"))
        #expect(try await server.exchange("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n").status == 200)
    }

    @Test("a stop lets nobody in, closes the idle, and waits for the request in hand")
    func gracefulStop() async throws {
        let (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)
        let gate = Gate()
        let server = try await RunningServer { routes in
            routes.on("GET", "/slow") { _ in
                arrival.yield()
                await gate.wait()
                return .text("done")
            }
        }
        let idle = try server.client()
        try await idle.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try await idle.response().status == 200)
        let busy = try server.client()
        try await busy.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
        var iterator = arrivals.makeAsyncIterator()
        await iterator.next()

        let hasStopped = Atomic(false)
        let stop = Task {
            await server.server.stop(grace: .seconds(20))
            hasStopped.store(true, ordering: .relaxed)
        }
        #expect(try await idle.sawEnd())
        #expect(throws: RawClient.Failure.self) { try server.client() }
        let stoppedEarly = hasStopped.load(ordering: .relaxed)
        #expect(!stoppedEarly)
        gate.open()
        let response = try await busy.response()
        #expect(response.text == "done")
        #expect(response.header("connection") == "close")
        await stop.value
    }

    @Test("a stop does not wait longer than its grace, and cancels what is left")
    func impatientStop() async throws {
        let (events, event) = AsyncStream.makeStream(of: String.self)
        let server = try await RunningServer { $0.answersNever("/forever", telling: event) }
        let client = try server.client()
        try await client.send("GET /forever HTTP/1.1\r\nHost: a\r\n\r\n")
        var iterator = events.makeAsyncIterator()
        #expect(await iterator.next() == "started")
        await server.server.stop(grace: .milliseconds(50))
        #expect(await iterator.next() == "cancelled")
        await #expect(throws: RawClient.Failure.self) { try await client.response() }
        await server.server.stop(grace: .seconds(1))
        await #expect(throws: WebServerError.alreadyStarted) { try await server.server.start() }
    }

    @Test("after a stop the port is free, for everybody who waited for it")
    func freePort() async throws {
        var port = 0
        for _ in 0..<30 {
            let server = WebServer(routes: WebRoutes(), options: .init(port: port))
            port = try await server.start()
            let client = try RawClient(port: port)
            async let another: Void = server.stop(grace: .seconds(5))
            await server.stop(grace: .seconds(5))
            #expect(throws: RawClient.Failure.self) { try RawClient(port: port) }
            await another
            await client.close()
        }
    }

    @Test("a server that is let go closes its port and connections")
    func letGo() async throws {
        var server: RunningServer? = try await RunningServer()
        let port = try #require(server?.port)
        let client = try RawClient(port: port)
        try await client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try await client.response().status == 200)
        server = nil
        #expect(try await client.sawEnd())
    }
}
