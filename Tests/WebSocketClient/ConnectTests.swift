import Glibc
import Testing

@testable import WebSocketClient

@Suite("Opening a WebSocket", .timeLimit(.minutes(1)))
struct ConnectTests {
    @Test("the handshake names host, target and the caller's headers, and offers no extension")
    func handshakeRequest() async throws {
        let server = try RawServer { peer in
            let request = try peer.acceptHandshake()
            try peer.send(1, Array(request.joined(separator: "\n").utf8))
            _ = try? peer.receive()
        }
        let client = WebSocketClient()
        let connection = try await client.connect(
            to: server.url, headers: [("User-Agent", "Tester (1)"), ("X-Twice", "ü")])
        guard case .text(let request) = try await connection.receive() else {
            Issue.record("no request")
            return
        }
        let lines = request.split(separator: "\n").map(String.init)
        #expect(lines.first == "GET /socket?a=1 HTTP/1.1")
        #expect(lines.contains("Host: 127.0.0.1:\(server.port)"))
        #expect(lines.contains("User-Agent: Tester (1)"))
        #expect(lines.contains("X-Twice: ü"))
        #expect(lines.contains("Sec-WebSocket-Version: 13"))
        #expect(!request.lowercased().contains("extensions"))
        await client.shutdown()
        server.stop()
    }

    @Test(
        "an answer that is no upgrade is told with its status",
        arguments: [
            ("401 Unauthorized", 401), ("404 Not Found", 404), ("429 Too Many Requests", 429), ("200 OK", 200),
            ("302 Found\r\nLocation: ws://127.0.0.1:1/", 302), ("503 Service Unavailable", 503),
        ])
    func rejected(statusLine: String, status: Int) async throws {
        let server = try RawServer { peer in
            _ = try peer.readRequest()
            try peer.write(text: "HTTP/1.1 \(statusLine)\r\nContent-Length: 2\r\n\r\nno")
            _ = peer.seesEnd()
        }
        let client = WebSocketClient()
        await #expect(throws: WebSocketError.handshakeRejected(status: status)) {
            _ = try await client.connect(to: server.url)
        }
        await client.shutdown()
        server.stop()
    }

    @Test("a 101 with a wrong accept key is refused")
    func wrongAccept() async throws {
        let server = try RawServer { peer in
            _ = try peer.readRequest()
            try peer.write(
                text: "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n")
            _ = peer.seesEnd()
        }
        let client = WebSocketClient()
        let error = await #expect(throws: WebSocketError.self) { _ = try await client.connect(to: server.url) }
        guard case .handshakeInvalid = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        await client.shutdown()
        server.stop()
    }

    @Test("a server that hangs up, or that nobody runs, is a failed connection")
    func connectionFailed() async throws {
        let server = try RawServer { peer in _ = try peer.readRequest() }
        let client = WebSocketClient()
        for url in [server.url, "ws://127.0.0.1:1/"] {
            let error = await #expect(throws: WebSocketError.self) { _ = try await client.connect(to: url) }
            guard case .connectionFailed = error else {
                Issue.record("\(url): \(String(describing: error))")
                continue
            }
        }
        await client.shutdown()
        server.stop()
    }

    @Test("a server that never answers runs into the deadline, and the socket is dropped")
    func deadline() async throws {
        let (dropped, continuation) = AsyncStream.makeStream(of: Bool.self)
        let server = try RawServer { peer in
            _ = try? peer.readRequest()
            continuation.yield(peer.seesEnd())
        }
        let client = WebSocketClient()
        await #expect(throws: WebSocketError.timedOut) {
            _ = try await client.connect(to: server.url, deadline: .seconds(3))
        }
        #expect(await dropped.first { _ in true } == true)
        await client.shutdown()
        #expect(server.scriptErrors.isEmpty)
        server.stop()
    }

    @Test("cancelling a connect ends it at once")
    func cancelConnect() async throws {
        let (reached, continuation) = AsyncStream.makeStream(of: Void.self)
        let server = try RawServer { peer in
            _ = try peer.readRequest()
            continuation.yield()
            _ = peer.seesEnd()
        }
        let client = WebSocketClient()
        let url = server.url
        let connecting = Task { try await client.connect(to: url) }
        _ = await reached.first { _ in true }
        connecting.cancel()
        await #expect(throws: CancellationError.self) { _ = try await connecting.value }
        await client.shutdown()
        server.stop()
    }

    @Test("a name without address says so")
    func unknownName() async throws {
        let client = WebSocketClient()
        let error = await #expect(throws: WebSocketError.self) {
            _ = try await client.connect(to: "ws://no-such-host.invalid/")
        }
        guard case .nameResolutionFailed = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        await client.shutdown()
    }

    @Test("after a shutdown nothing opens, and open connections have ended")
    func shutdown() async throws {
        let server = try RawServer { peer in
            try peer.acceptHandshake()
            _ = peer.seesEnd()
        }
        let client = WebSocketClient()
        let connection = try await client.connect(to: server.url)
        let receiving = Task { try await connection.receive() }
        await client.shutdown()
        #expect(try await receiving.value == nil)
        #expect(await connection.closure?.code == WebSocketClose.abnormal)
        await #expect(throws: WebSocketError.unavailable("the client was shut down")) {
            _ = try await client.connect(to: server.url)
        }
        server.stop()
    }

    @Test("localhost is found although it may have two addresses")
    func fallback() async throws {
        let server = try RawServer { peer in
            try peer.acceptHandshake()
            _ = try? peer.receive()
        }
        let client = WebSocketClient()
        let connection = try await client.connect(to: "ws://localhost:\(server.port)/")
        #expect(await connection.closure == nil)
        await client.shutdown()
        server.stop()
    }

    @Test(
        "URLs are read strictly",
        arguments: [
            "http://a/", "ws:///x", "ws://a b/", "ws://user@host/", "ws://a:0/", "ws://a:65536/", "ws://a:x/",
            "ws://a:+80/",
            "ws://[::1", "wss://[::1]/", "ws://é/", "ws://a/" + String(repeating: "x", count: 2100),
        ])
    func invalidURLs(url: String) {
        let error = #expect(throws: WebSocketError.self) { _ = try Endpoint(url) }
        guard case .invalidURL = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("URLs lead to host, port and target")
    func validURLs() throws {
        let plain = try Endpoint("WS://Host?x=1#y")
        #expect(plain.host == "Host" && plain.port == 80 && plain.target == "/?x=1" && plain.authority == "Host")
        let secure = try Endpoint("wss://host:8443/p/q")
        #expect(secure.isSecure && secure.port == 8443 && secure.target == "/p/q" && secure.authority == "host:8443")
        let six = try Endpoint("ws://[::1]:81")
        #expect(six.host == "::1" && six.target == "/" && six.authority == "[::1]:81")
    }

    @Test(
        "headers that would break the handshake are refused",
        arguments: [("Host", "x"), ("Sec-WebSocket-Key", "x"), ("A b", "x"), ("A", "x\r\nB: y"), ("", "x")])
    func invalidHeaders(name: String, value: String) {
        #expect(throws: WebSocketError.self) { _ = try HandshakeHeaders([(name, value)]) }
    }
}
