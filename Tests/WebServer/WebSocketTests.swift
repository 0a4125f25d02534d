import Glibc
import Synchronization
import TestTools
import Testing

@testable import WebServer

@Suite("WebSockets", .timeLimit(.minutes(1)))
struct WebSocketTests {
    /// A server with an echo at `/echo`.
    private func echoServer(
        options: WebServer.Options = .init(), _ configure: (inout WebRoutes) -> Void = { _ in }
    ) async throws -> RunningServer {
        try await RunningServer(options: options) { routes in
            routes.webSocket("/echo") { _, session in
                while let message = await session.receive() {
                    switch message {
                    case .text(let text): try? await session.send(text: text)
                    case .binary(let bytes): try? await session.send(binary: bytes)
                    }
                }
            }
            configure(&routes)
        }
    }

    @Test("answers the handshake of RFC 6455, refusing extensions by silence")
    func handshake() async throws {
        let server = try await echoServer()
        let client = try server.client()
        let response = try await client.open("/echo?v=10", extra: "Sec-WebSocket-Extensions: permessage-deflate\r\n")
        #expect(response.status == 101)
        #expect(response.header("sec-websocket-accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        #expect(response.header("sec-websocket-extensions") == nil)
        #expect(response.header("upgrade") == "websocket")
        #expect(response.header("connection") == "Upgrade")
        #expect(server.records.all.map(\.status) == [101])
        #expect(server.records.all.map(\.trace) == [response.header("x-trace-id")])
    }

    @Test(
        "refuses what is no handshake",
        arguments: [
            ("GET /plain HTTP/1.1\r\nHost: a\r\n\r\n", 426),
            ("GET /echo HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n", 400),
            (
                "GET /echo HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", 400
            ),
            (
                "GET /echo HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 8\r\n\r\n", 426
            ),
            ("GET /none HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n", 404),
        ])
    func noHandshake(request: String, status: Int) async throws {
        let server = try await echoServer { $0.webSocket("/plain") { _, _ in } }
        let response = try await server.exchange(request)
        #expect(response.status == status)
    }

    @Test("echoes texts and bytes of every length form", arguments: [0, 1, 125, 126, 65_535, 65_536])
    func echo(length: Int) async throws {
        let server = try await echoServer()
        let client = try server.client()
        try await client.open("/echo")
        let payload = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        try await client.send(.init(opcode: 2, payload: payload))
        #expect(try await client.frame() == .init(opcode: 2, payload: payload))
        try await client.send(.text(String(repeating: "é", count: length)))
        #expect(try await client.frame() == .text(String(repeating: "é", count: length)))
    }

    @Test("takes frames that come with the handshake")
    func early() async throws {
        let server = try await echoServer()
        let client = try server.client()
        try await client.send(Array(RawClient.handshake("/echo").utf8) + RawClient.encode(.text("early")))
        #expect(try await client.response(hasBody: false).status == 101)
        #expect(try await client.frame() == .text("early"))
    }

    @Test("puts fragments together and answers pings among them")
    func fragments() async throws {
        let server = try await echoServer()
        let client = try server.client()
        try await client.open("/echo")
        let bytes = Array("frag-é-ments".utf8)
        try await client.send(.init(opcode: 1, isFinal: false, payload: Array(bytes[..<6])))
        try await client.send(.init(opcode: 9, payload: [1, 2, 3]))
        try await client.send(.init(opcode: 0, isFinal: false, payload: []))
        try await client.send(.init(opcode: 0, payload: Array(bytes[6...])))
        #expect(try await client.frame() == .init(opcode: 10, payload: [1, 2, 3]))
        #expect(try await client.frame() == .text("frag-é-ments"))
    }

    @Test("takes frames byte by byte")
    func trickle() async throws {
        let server = try await echoServer()
        let client = try server.client()
        try await client.open("/echo")
        for byte in RawClient.encode(.text(String(repeating: "a", count: 130))) { try await client.send([byte]) }
        #expect(try await client.frame() == .text(String(repeating: "a", count: 130)))
    }

    @Test("echoes ten megabytes in one message")
    func large() async throws {
        let server = try await echoServer()
        let client = try server.client()
        try await client.open("/echo")
        let payload = [UInt8](repeating: 0xA5, count: 10 << 20)
        try await client.send(RawClient.encode(.init(opcode: 2, payload: payload)), within: .seconds(30))
        let frame = try await client.frame(within: .seconds(30))
        #expect(frame.payload == payload)
    }

    @Test(
        "closes with the code for what the peer did wrong",
        arguments: [
            ([0x81, 0x01, 0x61], 1002),  // not masked
            ([0xC1, 0x80, 0, 0, 0, 0], 1002),  // a reserved bit
            ([0x83, 0x80, 0, 0, 0, 0], 1002),  // an unknown opcode
            ([0x80, 0x80, 0, 0, 0, 0], 1002),  // a continuation of nothing
            ([0x01, 0x80, 0, 0, 0, 0, 0x81, 0x80, 0, 0, 0, 0], 1002),  // a message inside a message
            ([0x09, 0x80, 0, 0, 0, 0], 1002),  // a fragmented ping
            ([0x89, 0xFE, 0, 126, 0, 0, 0, 0], 1002),  // a ping that is too long
            ([0x88, 0x81, 0, 0, 0, 0, 3], 1002),  // half a close code
            ([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xED], 1002),  // 1005 may not be sent
            ([0x81, 0x81, 0, 0, 0, 0, 0xFF], 1007),  // no UTF-8
            ([0x88, 0x83, 0, 0, 0, 0, 0x03, 0xE8, 0xFF], 1007),  // no UTF-8 in the reason
            ([0x82, 0xFF, 0, 0, 0, 0, 0x08, 0, 0, 0, 0, 0, 0, 0], 1009),  // 128 MiB announced
        ] as [([UInt8], UInt16)])
    func violations(bytes: [UInt8], code: UInt16) async throws {
        let server = try await echoServer()
        let client = try server.client()
        try await client.open("/echo")
        try await client.send(bytes)
        #expect(try await client.frame() == .close(code))
        #expect(try await client.sawEnd())
    }

    @Test("counts fragments together against the longest message")
    func fragmentsTooBig() async throws {
        var options = WebServer.Options()
        options.maximumMessageBytes = 10
        let server = try await echoServer(options: options)
        let client = try server.client()
        try await client.open("/echo")
        try await client.send(.init(opcode: 2, isFinal: false, payload: [UInt8](repeating: 1, count: 8)))
        try await client.send(.init(opcode: 0, payload: [1, 2, 3]))
        #expect(try await client.frame() == .close(1009))
    }

    @Test(
        "tells the handler the peer's close code, after the messages before it",
        arguments: [1000, 1001, 3000, 4000, 4999] as [UInt16])
    func peerCloses(code: UInt16) async throws {
        let (events, event) = AsyncStream.makeStream(of: String.self)
        let gate = Gate()
        let server = try await RunningServer { routes in
            routes.webSocket("/listen") { _, session in
                await gate.wait()
                while let message = await session.receive() { event.yield("\(message)") }
                event.yield("\(session.peerClose?.code ?? 0) \(session.peerClose?.reason ?? "")")
                do { try await session.send(text: "late") } catch { event.yield("\(error)") }
                event.finish()
            }
        }
        let client = try server.client()
        try await client.open("/listen")
        try await client.send(.text("last"))
        try await client.send(.close(code, "bye"))
        #expect(try await client.frame() == .close(code))
        #expect(try await client.sawEnd())
        gate.open()
        let all = await events.reduce(into: [String]()) { $0.append($1) }
        #expect(all == ["text(\"last\")", "\(code) bye", "closed"])
    }

    @Test("tells a close without a code from none at all")
    func closeWithoutCode() async throws {
        let (events, event) = AsyncStream.makeStream(of: WebSocketSession.Close?.self)
        let server = try await RunningServer { routes in
            routes.webSocket("/listen") { _, session in
                while await session.receive() != nil {}
                event.yield(session.peerClose)
            }
        }
        var iterator = events.makeAsyncIterator()
        let polite = try server.client()
        try await polite.open("/listen")
        try await polite.send(.init(opcode: 8, payload: []))
        #expect(try await polite.frame() == .init(opcode: 8, payload: []))
        #expect(await iterator.next() == .some(WebSocketSession.Close(code: nil, reason: "")))
        for isAbrupt in [true, false] {
            let rude = try server.client()
            try await rude.open("/listen")
            await rude.close(abruptly: isAbrupt)
            #expect(await iterator.next() == .some(nil))
        }
    }

    @Test("closes with the handler's code, after what it sent", arguments: [1000, 4000, 4999] as [UInt16])
    func serverCloses(code: UInt16) async throws {
        let server = try await RunningServer { routes in
            routes.webSocket("/bye") { _, session in
                try? await session.send(text: "one")
                await session.close(code: code, reason: "reason")
            }
        }
        let client = try server.client()
        try await client.open("/bye")
        #expect(try await client.frame() == .text("one"))
        #expect(try await client.frame() == .close(code, "reason"))
        try await client.send(.close(code))
        #expect(try await client.sawEnd())
    }

    @Test("closes with 1000 when the handler returns, and drops a peer that does not answer")
    func handlerReturns() async throws {
        var options = WebServer.Options()
        options.closeTimeout = .milliseconds(200)
        let server = try await RunningServer(options: options) { $0.webSocket("/brief") { _, _ in } }
        let client = try server.client()
        try await client.open("/brief")
        #expect(try await client.frame() == .close(1000))
        #expect(try await client.sawEnd())
    }

    @Test("aborts without a closing frame")
    func aborts() async throws {
        let server = try await RunningServer { routes in
            routes.webSocket("/abort") { _, session in
                _ = await session.receive()
                await session.abort()
            }
        }
        let client = try server.client()
        try await client.open("/abort")
        try await client.send(.text("go"))
        await #expect(throws: RawClient.Failure.reset) { try await client.frame() }
    }

    @Test("a large message to a peer that has just been reset fails, and is not waited for")
    func largeMessageToNobody() async throws {
        let gate = Gate()
        let (events, event) = AsyncStream.makeStream(of: String.self)
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        let (readEnd, writeEnd) = (ends[0], ends[1])
        defer { for end in ends { close(end) } }
        var routes = WebRoutes()
        routes.webSocket("/large") { _, session in
            await gate.wait()
            event.yield("sending")
            do {
                try await session.send(binary: [UInt8](repeating: 0, count: 4 << 20))
                event.yield("sent")
            } catch {
                event.yield("closed")
            }
        }
        // Holds up the server's thread inside an event, so that it sends before it looks for the next one, the reset.
        // No route fits the path: such an answer needs no handler and is made inside the event.
        let server = WebServer(routes: routes, options: .init()) { record in
            guard record.path == "/hold" else { return }
            event.yield("held")
            var byte: UInt8 = 0
            _ = read(readEnd, &byte, 1)
        }
        let port = try await server.start()
        let client = try RawClient(port: port)
        try await client.open("/large")
        let holder = try RawClient(port: port)
        try await holder.send("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n")

        var iterator = events.makeAsyncIterator()
        #expect(await iterator.next() == "held")
        await client.close(abruptly: true)
        gate.open()
        #expect(await iterator.next() == "sending")
        for _ in 0..<100 { await Task.yield() }
        #expect(write(writeEnd, [0], 1) == 1)
        #expect(await iterator.next() == "closed")
        await server.stop(grace: .seconds(5))
    }

    @Test("does not read a peer whose messages nobody receives, and loses none of them")
    func inboundBackPressure() async throws {
        let gate = Gate()
        let (counts, count) = AsyncStream.makeStream(of: Int.self)
        let server = try await RunningServer { routes in
            routes.webSocket("/slow") { _, session in
                await gate.wait()
                var received = 0
                while let message = await session.receive() { received += message.byteCount }
                count.yield(received)
            }
        }
        let client = try server.client()
        try await client.open("/slow")
        let message = RawClient.encode(.init(opcode: 2, payload: [UInt8](repeating: 1, count: 65_536)))
        var flood: [UInt8] = []
        for _ in 0..<512 { flood += message }
        let sent = await client.sendUntilBlocked(flood, pause: .milliseconds(300))
        #expect(sent < flood.count / 2)
        gate.open()
        try await client.send(Array(flood[sent...]), within: .seconds(30))
        try await client.send(.close(1000))
        var iterator = counts.makeAsyncIterator()
        #expect(await iterator.next() == 512 * 65_536)
    }

    @Test("makes a sender wait for a peer that does not read")
    func outboundBackPressure() async throws {
        let sent = Atomic(0)
        let server = try await RunningServer { routes in
            routes.webSocket("/flood") { _, session in
                let message = [UInt8](repeating: 1, count: 65_536)
                for _ in 0..<512 where (try? await session.send(binary: message)) != nil {
                    sent.wrappingAdd(1, ordering: .relaxed)
                }
            }
        }
        let client = try server.client(receiveBuffer: 4096)
        try await client.open("/flood")
        _ = try await client.frame(within: .seconds(30))
        let sentAhead = sent.load(ordering: .relaxed)
        #expect(sentAhead < 256)
        for _ in 1..<512 { _ = try await client.frame(within: .seconds(30)) }
        #expect(try await client.frame() == .close(1000))
    }

    @Test("a cancelled receive gives nil and takes no message")
    func cancelledReceive() async throws {
        let (events, event) = AsyncStream.makeStream(of: String.self)
        let server = try await RunningServer { routes in
            routes.webSocket("/cancel") { _, session in
                let receiving = Task { await session.receive() }
                receiving.cancel()
                event.yield("\(await receiving.value as Any)")
                event.yield("\(await session.receive() as Any)")
            }
        }
        let client = try server.client()
        try await client.open("/cancel")
        var iterator = events.makeAsyncIterator()
        #expect(await iterator.next() == "nil")
        try await client.send(.text("kept"))
        #expect(await iterator.next()?.contains("kept") == true)
    }

    @Test("a stop closes with 1001 and ends receiving")
    func stop() async throws {
        let (events, event) = AsyncStream.makeStream(of: String.self)
        let server = try await RunningServer { routes in
            routes.webSocket("/listen") { _, session in
                event.yield("open")
                while await session.receive() != nil {}
                event.yield("ended")
            }
        }
        let client = try server.client()
        try await client.open("/listen")
        var iterator = events.makeAsyncIterator()
        #expect(await iterator.next() == "open")
        async let stopping: Void = server.server.stop(grace: .seconds(20))
        #expect(try await client.frame() == .close(1001, "server is stopping"))
        try await client.send(.close(1001))
        #expect(try await client.sawEnd())
        await stopping
        #expect(await iterator.next() == "ended")
    }
}
