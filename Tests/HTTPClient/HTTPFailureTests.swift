import HTTPClient
import Synchronization
import Testing

@Suite("HTTP client failures", .timeLimit(.minutes(1)))
struct HTTPFailureTests {
    @Test("a silent server runs into the deadline")
    func deadline() async throws {
        let server = try LoopbackServer { $0.waitUntilClosed() }
        try await withClient { client in
            let start = ContinuousClock.now
            let request = HTTPRequest(.get, server.url, deadline: .milliseconds(80))
            #expect(await failure(of: request, with: client) == .timedOut(requestSent: true))
            let elapsed = ContinuousClock.now - start
            #expect(elapsed >= .milliseconds(80) && elapsed < .seconds(5))
        }
    }

    @Test("a request that waits for a connection keeps its deadline, and was not sent")
    func deadlineInQueue() async throws {
        let isBusy = Signal()
        let server = try LoopbackServer { connection in
            _ = connection.readRequest()
            isBusy.set()
            connection.waitUntilClosed()
        }
        try await withClient(.init(maximumConnectionsPerHost: 1)) { client in
            async let first = failure(of: HTTPRequest(.get, server.url), with: client)
            await isBusy.wait()
            let request = HTTPRequest(.post, server.url, deadline: .milliseconds(50))
            #expect(await failure(of: request, with: client) == .timedOut(requestSent: false))
            await client.shutdown()
            #expect(await first == .stopped)
        }
    }

    @Test("cancelling in the middle of a body returns at once and closes the connection")
    func cancelled() async throws {
        let isHalfSent = Signal()
        let isClosed = Signal()
        let server = try LoopbackServer { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
            isHalfSent.set()
            connection.waitUntilClosed()
            isClosed.set()
        }
        try await withClient { client in
            let task = Task { await failure(of: HTTPRequest(.get, server.url), with: client) }
            await isHalfSent.wait()
            task.cancel()
            #expect(await task.value == .cancelled)
            await isClosed.wait()
        }
    }

    @Test("a task that was cancelled before sends nothing")
    func cancelledBefore() async throws {
        let server = try LoopbackServer { $0.waitUntilClosed() }
        try await withClient { client in
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return await failure(of: HTTPRequest(.get, server.url), with: client)
            }
            #expect(await task.value == .cancelled)
        }
    }

    @Test("a body beyond the limit is not read on", arguments: [true, false])
    func tooLarge(isAnnounced: Bool) async throws {
        let isClosed = Signal()
        let server = try LoopbackServer { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\n\(isAnnounced ? "Content-Length: 1000000000\r\n" : "")\r\n")
            let block = [UInt8](repeating: 0x61, count: 65536)
            while connection.write(block) {}
            isClosed.set()
        }
        try await withClient { client in
            let request = HTTPRequest(.get, server.url, maximumResponseBytes: 100_000)
            #expect(await failure(of: request, with: client) == .responseTooLarge(limit: 100_000))
            await isClosed.wait()
        }
    }

    @Test("a body of exactly the limit is fine")
    func exactlyTheLimit() async throws {
        let server = try LoopbackServer { $0.answer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello") }
        let response = try await withClient {
            try await $0.send(HTTPRequest(.get, server.url, maximumResponseBytes: 5))
        }
        #expect(response.body.count == 5)
    }

    @Test("endless headers are not read on")
    func endlessHeaders() async throws {
        let server = try LoopbackServer { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\n")
            while connection.write("X-Filler: \(String(repeating: "y", count: 4000))\r\n") {}
        }
        try await withClient { client in
            #expect(
                await failure(of: HTTPRequest(.get, server.url), with: client) == .responseTooLarge(limit: 256 << 10))
        }
    }

    @Test("half a response is an error, whether the connection is closed or reset", arguments: [true, false])
    func halfResponse(isReset: Bool) async throws {
        let server = try LoopbackServer { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
            if isReset { connection.resetOnClose() }
        }
        try await withClient { client in
            guard
                case .connectionLost(_, requestSent: true) = await failure(
                    of: HTTPRequest(.get, server.url), with: client)
            else { return #expect(Bool(false), "not told as lost") }
        }
    }

    @Test("a connection that breaks in the middle of an upload is lost, and the server may have seen the request")
    func halfRequest() async throws {
        let server = try LoopbackServer { connection in
            connection.resetOnClose()
            _ = connection.readExactly(64 << 10)
        }
        try await withClient { client in
            let upload = HTTPRequest(
                .post, server.url, body: .bytes([UInt8](repeating: 0x61, count: 16 << 20), contentType: "text/plain"))
            guard case .connectionLost(_, requestSent: true) = await failure(of: upload, with: client) else {
                return #expect(Bool(false), "not told as lost")
            }
        }
        #expect(server.connections == 1)
    }

    @Test("a kept connection that dies without an answer: GET goes again on a new one, POST is left to the caller")
    func deadKeptConnection() async throws {
        let requests = Mutex<[String]>([])
        let server = try LoopbackServer { connection in
            guard let first = connection.readRequest() else { return }
            requests.withLock { $0.append("\(connection.number) \(first.line.prefix(4))") }
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            guard let second = connection.readRequest() else { return }
            requests.withLock { $0.append("\(connection.number) \(second.line.prefix(4))") }
        }
        try await withClient { client in
            for isAgain in [false, true] {
                let response = try await client.send(HTTPRequest(.get, server.url))
                #expect(response.status == 200 && response.wasSentAgain == isAgain)
            }
            let error = await failure(of: HTTPRequest(.post, server.url), with: client)
            #expect(error == .connectionLost("closed without an answer", requestSent: true))
        }
        #expect(requests.withLock { $0 } == ["1 GET ", "1 GET ", "2 GET ", "2 POST"])
    }

    @Test("a port without a server is known not to have seen the request")
    func refusedConnection() async throws {
        let server = try LoopbackServer { _ in }
        let url = server.url.replacing(":\(server.port)", with: ":1")
        try await withClient { client in
            let error = await failure(of: HTTPRequest(.post, url), with: client)
            guard case .connectionFailed = error else { return #expect(Bool(false), "\(String(describing: error))") }
            #expect(error?.mayHaveBeenSent == false)
        }
    }

    @Test("what is not HTTP is an error")
    func notHTTP() async throws {
        let server = try LoopbackServer { connection in
            _ = connection.readRequest()
            connection.write("SSH-2.0-OpenSSH_9.2\r\n")
        }
        try await withClient { client in
            guard
                case .connectionLost(_, requestSent: true) = await failure(
                    of: HTTPRequest(.get, server.url), with: client)
            else { return #expect(Bool(false), "not told as lost") }
        }
    }

    @Test(
        "requests that cannot be sent are refused",
        arguments: [
            HTTPRequest(.get, "ftp://127.0.0.1/a"), HTTPRequest(.get, "file:///etc/passwd"),
            HTTPRequest(.get, "127.0.0.1/a"), HTTPRequest(.get, "http://127.0.0.1/a b"),
            HTTPRequest(.get, "http://127.0.0.1/a\r\nX: y"), HTTPRequest(.get, "http://127.0.0.1/ä"),
            HTTPRequest(.get, "http://me:secret@127.0.0.1/"), HTTPRequest(.get, "http://"), HTTPRequest(.get, ""),
            HTTPRequest(.get, "http://127.0.0.1/", headers: ["X": "a\r\nY: b"]),
            HTTPRequest(.get, "http://127.0.0.1/", headers: ["X y": "a"]),
            HTTPRequest(.get, "http://127.0.0.1/", headers: ["": "a"]),
            HTTPRequest(.post, "http://127.0.0.1/", body: .bytes([], contentType: "a\nb")),
        ])
    func invalid(request: HTTPRequest) async throws {
        try await withClient { client in
            guard case .invalidRequest = await failure(of: request, with: client) else {
                return #expect(Bool(false), "not refused")
            }
        }
    }

    @Test("shutting down fails what is in flight and what comes later, and can be repeated")
    func shutdown() async throws {
        let isBusy = Signal()
        let server = try LoopbackServer { connection in
            _ = connection.readRequest()
            isBusy.set()
            connection.waitUntilClosed()
        }
        let client = HTTPClient()
        async let inFlight = failure(of: HTTPRequest(.get, server.url), with: client)
        await isBusy.wait()
        async let once: Void = client.shutdown()
        async let twice: Void = client.shutdown()
        _ = await (once, twice)
        #expect(await inFlight == .stopped)
        #expect(await failure(of: HTTPRequest(.get, server.url), with: client) == .stopped)
        await client.shutdown()
    }
}
