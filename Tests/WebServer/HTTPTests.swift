import TestTools
import Testing

@testable import WebServer

@Suite("HTTP", .timeLimit(.minutes(1)))
struct HTTPTests {
    @Test("answers a GET with length, date, trace and server name")
    func get() async throws {
        var options = WebServer.Options()
        options.serverHeader = "test"
        let server = try await RunningServer(options: options)
        let response = try await server.exchange("GET /hello HTTP/1.1\r\nHost: test\r\n\r\n")
        #expect(response.status == 200)
        #expect(response.text == "hello")
        #expect(response.header("content-type") == "text/plain; charset=utf-8")
        #expect(response.header("date")?.hasSuffix(" GMT") == true)
        #expect(response.header("server") == "test")
        #expect(response.header("connection") == nil)
        #expect(response.header("x-trace-id")?.count == 36)
    }

    @Test(
        "answers what breaks a rule with the status for it, with a trace, and closes",
        arguments: [
            ("nonsense\r\n\r\n", 400),
            ("GET /hello\r\n\r\n", 400),
            ("GET  /hello HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("G(T /hello HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("GET hello HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("GET /hello HTTP/1.1\r\n\r\n", 400),
            ("GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
            ("GET /hello HTTP/1.1\r\nHost: a\r\nName : b\r\n\r\n", 400),
            ("GET /hello HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", 400),
            ("GET /hello HTTP/1.1\nHost: a\r\n\r\n", 400),
            ("GET /hello HTTP/1.1\r\nHost: a\r\nA: b\u{0}c\r\n\r\n", 400),
            ("GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("GET /%ff HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400),
            ("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n", 400),
            ("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
            ("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
            ("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", 411),
            ("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
            ("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n\r\n", 400),
            ("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: ,\r\nContent-Length: 1\r\n\r\na", 400),
            ("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\n\r\n", 413),
            ("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n", 413),
            ("GET /hello HTTP/1.1\r\nHost: a\r\nExpect: cake\r\n\r\n", 417),
            ("GET /hello HTTP/2.0\r\nHost: a\r\n\r\n", 505),
        ])
    func refusals(request: String, status: Int) async throws {
        let server = try await RunningServer()
        let client = try server.client()
        try await client.send(request)
        let response = try await client.response()
        #expect(response.status == status)
        #expect(response.header("x-trace-id")?.count == 36)
        #expect(response.header("connection") == "close")
        #expect(try await client.sawEnd())
        #expect(server.records.all.map(\.status) == [status])
        #expect(server.records.all.first?.trace == response.header("x-trace-id"))
    }

    @Test("refuses a head that is too long with 431, whether or not it ends")
    func longHead() async throws {
        let server = try await RunningServer()
        let filler = String(repeating: "x", count: 20_000)
        for end in ["\r\n\r\n", ""] {
            let response = try await server.exchange("GET /hello HTTP/1.1\r\nHost: a\r\nX-Long: \(filler)\(end)")
            #expect(response.status == 431)
            #expect(response.header("x-trace-id")?.count == 36)
        }
        #expect(server.records.all.map(\.status) == [431, 431])
    }

    @Test("delivers a response to a body that is too long although the body keeps coming")
    func longBody() async throws {
        let server = try await RunningServer()
        let client = try server.client()
        try await client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 8000000\r\n\r\n")
        try await client.send([UInt8](repeating: 1, count: 2_000_000))
        #expect(try await client.response().status == 413)
    }

    @Test("keeps the order of pipelined requests and their bodies")
    func pipelining() async throws {
        let server = try await RunningServer()
        let client = try server.client()
        var bytes = ""
        for number in 10..<60 {
            bytes += "\r\nPOST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n\(number)"
            bytes += "GET /nowhere/\(number) HTTP/1.1\r\nHost: a\r\n\r\n"
        }
        try await client.send(bytes)
        for number in 10..<60 {
            #expect(try await client.response().text == "\(number)")
            #expect(try await client.response().status == 404)
        }
    }

    @Test("survives thousands of pipelined requests that it refuses by itself")
    func deepPipeline() async throws {
        let server = try await RunningServer()
        let client = try server.client()
        let count = 10_000
        let bytes = Array(String(repeating: "GET /no HTTP/1.1\r\nHost: a\r\n\r\n", count: count).utf8)
        async let sending: Void = client.send(bytes, within: .seconds(30))
        try await sending
        for _ in 0..<count {
            guard try await client.response(within: .seconds(30)).status == 404 else {
                Issue.record("not 404")
                return
            }
        }
        #expect(server.records.all.count == count)
    }

    @Test("takes a request byte by byte")
    func trickle() async throws {
        let server = try await RunningServer()
        let client = try server.client()
        for byte in "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc".utf8 {
            try await client.send([byte])
        }
        #expect(try await client.response().text == "abc")
    }

    @Test("reuses one connection for two thousand requests")
    func keepAlive() async throws {
        let server = try await RunningServer()
        let client = try server.client()
        for _ in 0..<2000 {
            try await client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
            guard try await client.response().text == "hello" else {
                Issue.record("wrong response")
                return
            }
        }
        #expect(server.records.all.count == 2000)
        #expect(Set(server.records.all.map(\.trace)).count == 2000)
    }

    @Test("serves two hundred connections at once")
    func parallel() async throws {
        let (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)
        let gate = Gate()
        let server = try await RunningServer { routes in
            routes.on("GET", "/together") { _ in
                arrival.yield()
                await gate.wait()
                return .text("together")
            }
        }
        let clients = try (0..<200).map { _ in try server.client() }
        for client in clients { try await client.send("GET /together HTTP/1.1\r\nHost: a\r\n\r\n") }
        var iterator = arrivals.makeAsyncIterator()
        for _ in 0..<200 { await iterator.next() }
        gate.open()
        for client in clients { #expect(try await client.response().text == "together") }
    }

    @Test("HEAD answers as GET does, without the body")
    func head() async throws {
        let server = try await RunningServer()
        let client = try server.client()
        try await client.send("HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
        let response = try await client.response(hasBody: false)
        #expect(response.status == 200)
        #expect(response.header("content-length") == "5")
        #expect(try await client.response().text == "hello")
    }

    @Test("names the allowed methods with 405")
    func allow() async throws {
        let server = try await RunningServer { routes in
            for method in ["DELETE", "PUT"] { routes.on(method, "/thing/:id") { _ in .text("") } }
            routes.on("GET", "/thing/:id") { _ in .text("") }
        }
        let response = try await server.exchange("PATCH /thing/1 HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(response.status == 405)
        #expect(response.header("allow") == "DELETE, GET, HEAD, PUT")
        #expect(response.header("x-trace-id")?.count == 36)
    }

    @Test("hands over the body with every method", arguments: ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "GET"])
    func bodies(method: String) async throws {
        let server = try await RunningServer { routes in
            routes.on(method, "/any") { .text("\($0.method) \(String(decoding: $0.body, as: UTF8.self))") }
        }
        let client = try server.client()
        for body in ["", "four", "7 bytes"] {
            try await client.send(
                "\(method) /any HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
            #expect(try await client.response().text == "\(method) \(body)")
        }
    }

    @Test("reads past a short body that nobody wants and keeps the connection")
    func unwantedBody() async throws {
        let server = try await RunningServer()
        let client = try server.client()
        try await client.send("DELETE /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n")
        #expect(try await client.response().status == 405)
        try await client.send(String(repeating: "x", count: 1000) + "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try await client.response().text == "hello")
    }

    @Test("tells a client that waits for it to go on, and refuses before the body if it will refuse")
    func expectContinue() async throws {
        let server = try await RunningServer()
        let client = try server.client()
        try await client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        #expect(try await client.response().status == 100)
        try await client.send("ok")
        #expect(try await client.response().text == "ok")
        let refused = try await server.exchange(
            "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9000000\r\nExpect: 100-continue\r\n\r\n")
        #expect(refused.status == 413)
    }

    @Test("speaks HTTP/1.0 and closes unless asked not to")
    func version10() async throws {
        let server = try await RunningServer()
        let client = try server.client()
        try await client.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        #expect(try await client.response().header("connection") == "keep-alive")
        try await client.send("GET /hello HTTP/1.0\r\n\r\n")
        #expect(try await client.response().header("connection") == "close")
        #expect(try await client.sawEnd())
    }

    @Test("answers a client that has closed its sending side")
    func halfClose() async throws {
        let gate = Gate()
        let server = try await RunningServer { routes in
            routes.on("GET", "/slow") { _ in
                await gate.wait()
                return .text("late")
            }
        }
        let client = try server.client()
        try await client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\nGET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
        await client.shutdownWriting()
        #expect(try await client.response().text == "hello")
        gate.open()
        #expect(try await client.response().text == "late")
        #expect(try await client.sawEnd())
    }

    @Test("sends large responses whole, also to a reader with a small window")
    func largeResponse() async throws {
        let bytes = (0..<(8 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        let server = try await RunningServer {
            $0.file("/large", contentType: "application/octet-stream", bytes: bytes)
        }
        let client = try server.client(receiveBuffer: 4096)
        try await client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
        let response = try await client.response(within: .seconds(30))
        #expect(response.body == bytes)
        #expect(try await client.response().text == "hello")
    }

    @Test("sends 204 and 304 without a body, and drops header fields that would split the response")
    func headers() async throws {
        let server = try await RunningServer { routes in
            routes.on("GET", "/status/:status") { request in
                WebResponse(
                    status: Int(request.parameters["status"] ?? "") ?? 0,
                    headers: [
                        ("X-Good", "yes"), ("X-Bad", "a\r\nX-Injected: 1"), ("X Bad", "1"), ("Content-Length", "7"),
                        ("X-Trace-Id", "mine"),
                    ], body: [1, 2, 3])
            }
        }
        let client = try server.client()
        for (status, expected) in [(204, 204), (304, 304), (200, 200), (77, 500)] {
            try await client.send("GET /status/\(status) HTTP/1.1\r\nHost: a\r\n\r\n")
            let response = try await client.response()
            #expect(response.status == expected)
            #expect(response.header("x-good") == "yes")
            #expect(response.header("x-bad") == nil)
            #expect(response.header("x-injected") == nil)
            #expect(response.header("content-length") == (expected == 204 || expected == 304 ? nil : "3"))
            #expect(response.header("x-trace-id")?.count == 36)
        }
    }

    @Test("gives every answered request one access record with its real status")
    func accessLog() async throws {
        let server = try await RunningServer()
        let client = try server.client()
        try await client.send("GET /hello?a=b HTTP/1.1\r\nHost: a\r\n\r\nGET /n%6Fne HTTP/1.1\r\nHost: a\r\n\r\n")
        let traces = [try await client.response(), try await client.response()].map { $0.header("x-trace-id") }
        let records = server.records.all
        #expect(records.map(\.status) == [200, 404])
        #expect(records.map(\.path) == ["/hello", "/none"])
        #expect(records.map(\.method) == ["GET", "GET"])
        #expect(records.map(\.peerAddress) == ["127.0.0.1", "127.0.0.1"])
        #expect(records.map(\.trace) == traces)
    }

    @Test("cancels the handler of a peer that was reset, and records 499")
    func abruptEnd() async throws {
        let (events, event) = AsyncStream.makeStream(of: String.self)
        let server = try await RunningServer { $0.answersNever("/forever", telling: event) }
        let client = try server.client()
        try await client.send("GET /forever HTTP/1.1\r\nHost: a\r\n\r\n")
        var iterator = events.makeAsyncIterator()
        #expect(await iterator.next() == "started")
        await client.close(abruptly: true)
        #expect(await iterator.next() == "cancelled")
        await server.server.stop(grace: .seconds(5))
        #expect(server.records.all.map(\.status) == [499])
    }
}
