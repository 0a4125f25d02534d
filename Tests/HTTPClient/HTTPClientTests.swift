import HTTPClient
import Synchronization
import Testing

@Suite("HTTP client", .timeLimit(.minutes(1)))
struct HTTPClientTests {
    @Test("a response brings status, headers of any case, body and version")
    func response() async throws {
        let server = try LoopbackServer {
            $0.answer(
                "HTTP/1.1 404 Nope\r\nX-RateLimit-Bucket:  abc \r\nSet-A: 1\r\nset-a: 2\r\nContent-Length: 5\r\n\r\nhello"
            )
        }
        try await withClient { client in
            let response = try await client.send(HTTPRequest(.get, server.url + "/x?y=1"))
            #expect(response.status == 404)
            #expect(response.headers["x-ratelimit-BUCKET"] == "abc")
            #expect(response.headers.values(of: "SET-A") == ["1", "2"])
            #expect(text(response.body) == "hello")
            #expect(response.version == .http1_1)
            #expect(response.timings.total > .zero)
        }
    }

    @Test("requests carry exactly the given method, path, headers and body", arguments: HTTPMethod.allCases)
    func request(method: HTTPMethod) async throws {
        let seen = Mutex<LoopbackServer.Connection.Request?>(nil)
        let server = try LoopbackServer { connection in
            let request = connection.readRequest()
            seen.withLock { $0 = request }
            connection.write("HTTP/1.1 204 No Content\r\n\r\n")
        }
        let hasBody = ![.get, .head].contains(method)
        try await withClient(.init(userAgent: "Test (1)")) { client in
            var request = HTTPRequest(method, server.url + "/a%2Fb?c=%20", headers: ["X-Empty": "", "X-Some": "v: w"])
            if hasBody { request.body = .bytes(Array("{}".utf8), contentType: "application/json") }
            let status = try await client.send(request).status
            #expect(status == 204)
        }
        let request = try #require(seen.withLock { $0 })
        #expect(request.line == "\(method.rawValue) /a%2Fb?c=%20 HTTP/1.1")
        #expect(request.header("X-Some") == "v: w")
        #expect(request.header("X-Empty") == "")
        #expect(request.header("User-Agent") == "Test (1)")
        #expect(request.header("Content-Type") == (hasBody ? "application/json" : nil))
        #expect(request.header("Expect") == nil)
        #expect(text(request.body) == (hasBody ? "{}" : ""))
    }

    @Test("a PUT without a body says so, and names no media type")
    func emptyPut() async throws {
        let seen = Mutex<LoopbackServer.Connection.Request?>(nil)
        let server = try LoopbackServer { connection in
            let request = connection.readRequest()
            seen.withLock { $0 = request }
            connection.write("HTTP/1.1 204 No Content\r\n\r\n")
        }
        _ = try await withClient { try await $0.send(HTTPRequest(.put, server.url)) }
        let request = try #require(seen.withLock { $0 })
        #expect(request.header("Content-Length") == "0")
        #expect(request.header("Content-Type") == nil)
    }

    @Test("requests one after the other share one connection")
    func keepAlive() async throws {
        let server = try LoopbackServer { $0.answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") }
        try await withClient { client in
            for round in 0..<5 {
                let response = try await client.send(HTTPRequest(.get, server.url))
                #expect(response.timings.reusedConnection == (round > 0))
            }
        }
        #expect(server.connections == 1)
    }

    @Test("requests side by side never open more connections than allowed")
    func connectionLimit() async throws {
        let server = try LoopbackServer { $0.answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") }
        try await withClient(.init(maximumConnectionsPerHost: 3)) { client in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<40 { group.addTask { try await client.send(HTTPRequest(.get, server.url)).status } }
                for try await status in group { #expect(status == 200) }
            }
        }
        #expect(server.connections <= 3)
    }

    @Test(
        "responses without a body end at once",
        arguments: [
            (HTTPMethod.get, "HTTP/1.1 204 No Content\r\n\r\n", 204),
            (.get, "HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n", 304),
            (.head, "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", 200),
        ])
    func noBody(method: HTTPMethod, answer: String, status: Int) async throws {
        let server = try LoopbackServer { $0.answer(answer) }
        try await withClient { client in
            for _ in 0..<2 {
                let response = try await client.send(HTTPRequest(method, server.url))
                #expect(response.status == status)
                #expect(response.body.isEmpty)
            }
        }
        #expect(server.connections == 1)
    }

    @Test("a chunked body is put together, its trailers are dropped")
    func chunked() async throws {
        let server = try LoopbackServer {
            $0.answer(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n"
                    + "5\r\nhello\r\n1;x=y\r\n \r\n5\r\nworld\r\n0\r\nX-T: 1\r\n\r\n")
        }
        let response = try await withClient { try await $0.send(HTTPRequest(.get, server.url)) }
        #expect(text(response.body) == "hello world")
        #expect(response.headers["X-T"] == nil)
    }

    @Test("informational responses leave no headers behind")
    func informational() async throws {
        let server = try LoopbackServer {
            $0.answer(
                "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\nA: b\r\n\r\n")
        }
        let response = try await withClient { try await $0.send(HTTPRequest(.get, server.url)) }
        #expect(response.status == 200)
        #expect(response.headers["Link"] == nil)
        #expect(response.headers["A"] == "b")
    }

    @Test("redirects are handed over, not followed")
    func redirect() async throws {
        let server = try LoopbackServer {
            $0.answer("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")
        }
        let response = try await withClient { try await $0.send(HTTPRequest(.get, server.url)) }
        #expect(response.status == 302)
        #expect(response.headers["Location"] == "/elsewhere")
    }

    @Test("the observer is told of every exchange")
    func observer() async throws {
        let seen = Mutex<[String]>([])
        let server = try LoopbackServer { $0.answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") }
        let options = HTTPClient.Options(observer: { exchange in
            seen.withLock { $0.append("\(exchange.method) \(exchange.host) \(exchange.status ?? 0)") }
        })
        try await withClient(options) { client in
            _ = try await client.send(HTTPRequest(.delete, server.url + "/a"))
            _ = await failure(of: HTTPRequest(.get, "http://127.0.0.1:1/b"), with: client)
        }
        #expect(seen.withLock { $0 } == ["delete 127.0.0.1:\(server.port) 200", "get 127.0.0.1:1 0"])
    }

    @Test("a body in a compression that was asked for arrives decompressed")
    func compression() async throws {
        // `printf hello | gzip`
        let zipped: [UInt8] = [
            0x1F, 0x8B, 0x08, 0, 0, 0, 0, 0, 0, 0x03, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0, 0x86, 0xA6, 0x10, 0x36, 5,
            0, 0, 0,
        ]
        let server = try LoopbackServer { connection in
            while let request = connection.readRequest() {
                let isAsked = request.header("Accept-Encoding")?.contains("gzip") == true
                connection.write("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(zipped.count)\r\n")
                connection.write(Array("X-Asked: \(isAsked)\r\n\r\n".utf8) + zipped)
            }
        }
        try await withClient { client in
            let plain = try await client.send(HTTPRequest(.get, server.url))
            #expect(plain.headers["X-Asked"] == "false")
            #expect(plain.body == zipped)
            let unpacked = try await client.send(HTTPRequest(.get, server.url, acceptsCompression: true))
            #expect(unpacked.headers["X-Asked"] == "true")
            #expect(text(unpacked.body) == "hello")
            let request = HTTPRequest(.get, server.url, maximumResponseBytes: 4, acceptsCompression: true)
            #expect(await failure(of: request, with: client) == .responseTooLarge(limit: 4))
        }
    }
}
