import Testing
import WebSocketClient

@Suite("The end of a WebSocket", .timeLimit(.minutes(1)))
struct CloseTests {
    private func withConnection(
        script: @escaping @Sendable (Peer) throws -> Void, body: (any WebSocketConnection) async throws -> Void
    ) async throws {
        let server = try RawServer { peer in
            try peer.acceptHandshake()
            try script(peer)
        }
        let client = WebSocketClient()
        let connection = try await client.connect(to: server.url)
        try await body(connection)
        // A shutdown now could overtake the goodbye that the script still looks for.
        _ = await server.ends.first { _ in true }
        await client.shutdown()
        #expect(server.scriptErrors.isEmpty)
        server.stop()
    }

    @Test(
        "the peer's close code and reason are told, and answered",
        arguments: [(1000, ""), (1001, "bye"), (4004, "Authentication failed."), (4014, "Disallowed intent(s).")])
    func peerCloses(code: Int, reason: String) async throws {
        let code = UInt16(code)
        let (answered, answer) = AsyncStream.makeStream(of: Peer.Frame.self)
        try await withConnection { peer in
            try peer.send(1, Array("last".utf8))
            try peer.sendClose(code, reason)
            answer.yield(try peer.receive())
            #expect(peer.seesEnd())
        } body: { connection async throws in
            #expect(try await connection.receive() == .text("last"))
            #expect(try await connection.receive() == nil)
            let closure = WebSocketClose(code: code, reason: reason, initiatedByPeer: true)
            #expect(await connection.closure == closure)
            await #expect(throws: WebSocketError.closed(closure)) { try await connection.send(.text("too late")) }
            let frame = await answered.first { _ in true }
            #expect(frame?.opcode == 8 && frame?.payload.prefix(2) == [UInt8(code >> 8), UInt8(code & 0xFF)])
            await connection.close(code: 1000, reason: "")
            #expect(await connection.closure == closure)
        }
    }

    @Test("a close frame without code has none")
    func peerClosesWithoutCode() async throws {
        let (answered, answer) = AsyncStream.makeStream(of: UInt8.self)
        try await withConnection { peer in
            try peer.sendClose(nil)
            answer.yield(try peer.receive().opcode)
        } body: { connection async throws in
            #expect(try await connection.receive() == nil)
            #expect(await answered.first { _ in true } == 8)
            #expect(await connection.closure == .init(code: nil, reason: "", initiatedByPeer: true))
        }
    }

    @Test("a server that drops in mid-frame is an end without code")
    func dropped() async throws {
        try await withConnection { peer in
            try peer.send(1, Array("whole".utf8))
            try peer.write([0x82, 100, 1, 2, 3])
            peer.close()
        } body: { connection async throws in
            #expect(try await connection.receive() == .text("whole"))
            #expect(try await connection.receive() == nil)
            let closure = await connection.closure
            #expect(closure?.code == WebSocketClose.abnormal && closure?.initiatedByPeer == true)
        }
    }

    @Test("what was sent before goes out before an own close, whose code the peer sees", arguments: [1000, 4000, 4999])
    func ownClose(code: Int) async throws {
        let code = UInt16(code)
        try await withConnection { peer in
            #expect(try peer.receive().payload == Array("before".utf8))
            let frame = try peer.receive()
            #expect(frame.opcode == 8 && frame.wasMasked)
            #expect(frame.payload == [UInt8(code >> 8), UInt8(code & 0xFF)] + Array("leaving".utf8))
            // Data may still be under way when the peer learns of it.
            try peer.send(1, Array("crossing".utf8))
            try peer.send(8, frame.payload)
            #expect(peer.seesEnd())
        } body: { connection async throws in
            async let sent: Void = connection.send(.text("before"))
            try await sent
            await connection.close(code: code, reason: "leaving")
            #expect(await connection.closure == .init(code: code, reason: "leaving", initiatedByPeer: false))
        }
    }

    @Test("a code that cannot be sent becomes 1000, a long reason is cut")
    func unsendable() async throws {
        try await withConnection { peer in
            let frame = try peer.receive()
            #expect(frame.payload.prefix(2) == [0x03, 0xE8])
            #expect(frame.payload.count == 2 + 122)
            try peer.send(8, frame.payload)
        } body: { connection async throws in
            await connection.close(code: 1006, reason: String(repeating: "é", count: 100))
        }
    }

    @Test("a full inbox does not hold up an own close")
    func closeWithFullInbox() async throws {
        try await withConnection { peer in
            for _ in 0..<40 { try peer.send(1, Array("x".utf8)) }
            let frame = try peer.receive()
            try peer.send(8, frame.payload)
        } body: { connection async throws in
            let began = ContinuousClock.now
            await connection.close(code: 4000, reason: "")
            #expect(ContinuousClock.now - began < .seconds(2))
            #expect(await connection.closure?.code == 4000)
        }
    }

    @Test("an abort ends at once, without a close frame")
    func abort() async throws {
        try await withConnection { peer in
            #expect(peer.seesEnd())
        } body: { connection async throws in
            let receiving = Task { try await connection.receive() }
            await connection.abort()
            #expect(try await receiving.value == nil)
            #expect(await connection.closure?.initiatedByPeer == false)
        }
    }

    @Test("a connection that nobody holds is dropped")
    func released() async throws {
        let (ended, continuation) = AsyncStream.makeStream(of: Bool.self)
        let server = try RawServer { peer in
            try peer.acceptHandshake()
            continuation.yield(peer.seesEnd())
        }
        let client = WebSocketClient()
        _ = try await client.connect(to: server.url)
        #expect(await ended.first { _ in true } == true)
        await client.shutdown()
        server.stop()
    }

    @Test("two tasks may close at once")
    func closeTwice() async throws {
        try await withConnection { peer in
            let frame = try peer.receive()
            try peer.send(8, frame.payload)
        } body: { connection async throws in
            async let one: Void = connection.close(code: 4000, reason: "")
            async let two: Void = connection.close(code: 4000, reason: "")
            _ = await (one, two)
            #expect(await connection.closure?.code == 4000)
        }
    }
}
