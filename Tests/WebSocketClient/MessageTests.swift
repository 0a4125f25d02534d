import Testing
import WebSocketClient

@Suite("Messages of a WebSocket", .timeLimit(.minutes(3)))
struct MessageTests {
    /// Connects to a server that shakes hands and then runs the script.
    private func withConnection(
        options: WebSocketClient.Options = .init(), script: @escaping @Sendable (Peer) throws -> Void,
        body: (any WebSocketConnection) async throws -> Void
    ) async throws {
        let server = try RawServer { peer in
            try peer.acceptHandshake()
            try script(peer)
        }
        let client = WebSocketClient(options: options)
        let connection = try await client.connect(to: server.url)
        try await body(connection)
        await client.shutdown()
        #expect(server.scriptErrors.isEmpty)
        server.stop()
    }

    @Test("fragments become one message, with a ping answered in between")
    func fragments() async throws {
        try await withConnection { peer in
            try peer.send(1, Array("one ".utf8), isFinal: false)
            try peer.send(9, Array("are you there".utf8))
            try peer.send(0, [], isFinal: false)
            #expect(try peer.receive() == Peer.Frame(opcode: 10, payload: Array("are you there".utf8)))
            try peer.send(10, Array("unasked".utf8))
            try peer.send(0, Array("two ".utf8), isFinal: false)
            try peer.send(0, Array("thrée".utf8))
            try peer.send(2, [], isFinal: true)
            try peer.send(2, [1, 2], isFinal: false)
            try peer.send(0, [3])
            try peer.sendClose(1000)
            _ = try? peer.receive()
        } body: { connection async throws in
            #expect(try await connection.receive() == .text("one two thrée"))
            #expect(try await connection.receive() == .binary([]))
            #expect(try await connection.receive() == .binary([1, 2, 3]))
            #expect(try await connection.receive() == nil)
        }
    }

    @Test("messages go out masked and whole, in order", arguments: [0, 5, 125, 126, 65535, 65536, 3_000_000])
    func sending(size: Int) async throws {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try await withConnection { peer in
            #expect(try peer.receive() == Peer.Frame(opcode: 2, payload: bytes))
            #expect(try peer.receive() == Peer.Frame(opcode: 1, payload: Array("héllo".utf8)))
            #expect(try peer.receive() == Peer.Frame(opcode: 9, payload: []))
            try peer.send(1, Array("got it".utf8))
            _ = try? peer.receive()
        } body: { connection async throws in
            try await connection.send(.binary(bytes))
            try await connection.send(.text("héllo"))
            try await connection.ping()
            #expect(try await connection.receive() == .text("got it"))
        }
    }

    @Test("a message of 16 MiB arrives whole, in fragments and in one frame")
    func large() async throws {
        let bytes = (0..<(16 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 7 ^ $0 >> 9) }
        try await withConnection { peer in
            try peer.send(2, bytes)
            try peer.send(2, Array(bytes.prefix(1 << 20)), isFinal: false)
            try peer.send(0, Array(bytes.dropFirst(1 << 20)))
            _ = try? peer.receive()
        } body: { connection async throws in
            #expect(try await connection.receive() == .binary(bytes))
            #expect(try await connection.receive() == .binary(bytes))
        }
    }

    @Test("a message above the limit closes with 1009")
    func tooLarge() async throws {
        var options = WebSocketClient.Options()
        options.maximumMessageBytes = 1000
        try await withConnection(options: options) { peer in
            try peer.send(2, [UInt8](repeating: 1, count: 900), isFinal: false)
            try peer.send(0, [UInt8](repeating: 1, count: 101))
            let frame = try peer.receive()
            #expect(frame.opcode == 8 && frame.payload.prefix(2) == [0x03, 0xF1])
            try peer.send(8, frame.payload)
        } body: { connection async throws in
            #expect(try await connection.receive() == nil)
            let closure = await connection.closure
            #expect(closure?.code == 1009 && closure?.initiatedByPeer == false)
            await #expect(throws: WebSocketError.messageTooLarge(limit: 1000)) {
                try await connection.send(.binary([UInt8](repeating: 0, count: 1001)))
            }
        }
    }

    @Test("text that is not UTF-8 closes with 1007")
    func invalidText() async throws {
        try await withConnection { peer in
            try peer.send(1, [0x61, 0xC3, 0x28])
            let frame = try peer.receive()
            #expect(frame.opcode == 8 && frame.payload.prefix(2) == [0x03, 0xEF])
        } body: { connection async throws in
            #expect(try await connection.receive() == nil)
            #expect(await connection.closure?.code == 1007)
        }
    }

    @Test(
        "frames that no server may send end the connection",
        arguments: [
            [0x80, 0x01, 0x61],  // a continuation of nothing
            [0x83, 0x00],  // a reserved opcode
            [0xC1, 0x01, 0x61],  // a reserved bit
            [0x09, 0x00],  // a fragmented ping
            [0x89, 0x7E, 0x00, 0x7E],  // a ping above 125 bytes
            [0x01, 0x01, 0x61, 0x81, 0x01, 0x62],  // a message inside of a message
        ])
    func illegalFrames(bytes: [UInt8]) async throws {
        try await withConnection { peer in
            try peer.write(bytes)
            _ = peer.seesEnd()
        } body: { connection async throws in
            #expect(try await connection.receive() == nil)
            #expect(await connection.closure?.code == WebSocketClose.abnormal)
        }
    }

    @Test("while nobody receives, the socket is not read; afterwards nothing is missing")
    func backPressure() async throws {
        var options = WebSocketClient.Options()
        options.maximumInboxMessages = 4
        let (blocked, continuation) = AsyncStream.makeStream(of: Int.self)
        let payload = [UInt8](repeating: 7, count: 100_000)
        try await withConnection(options: options) { peer in
            // Socket buffers take a few megabytes; a writer that is not read stops long before 200 MB.
            let frame = Peer.frame(2, payload)
            var sent = 0
            var rest: [UInt8] = []
            while sent < 2000 {
                let taken = peer.writeUntilBlocked(frame)
                guard taken == frame.count else {
                    rest = Array(frame[taken...])
                    break
                }
                sent += 1
            }
            continuation.yield(sent)
            try peer.write(rest)
            try peer.sendClose(4001, "done")
            _ = try? peer.receive()
        } body: { connection async throws in
            let whileBlocked = await blocked.first { _ in true } ?? 0
            #expect(whileBlocked < 500)
            var received = 0
            while let message = try await connection.receive() {
                guard message == .binary(payload) else {
                    Issue.record("a broken message")
                    break
                }
                received += 1
            }
            #expect(received == whileBlocked + 1)
            #expect(await connection.closure == .init(code: 4001, reason: "done", initiatedByPeer: true))
        }
    }

    @Test("cancelling a receive loses no message")
    func cancelReceive() async throws {
        try await withConnection { peer in
            _ = try peer.receive()
            try peer.send(1, Array("late".utf8))
            _ = try? peer.receive()
        } body: { connection async throws in
            let receiving = Task { try await connection.receive() }
            receiving.cancel()
            await #expect(throws: CancellationError.self) { _ = try await receiving.value }
            try await connection.send(.text("now"))
            #expect(try await connection.receive() == .text("late"))
        }
    }
}
