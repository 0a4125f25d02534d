import Synchronization
import TestTools
import Testing
import WebSocketClient

@Suite("A WebSocket under random frames", .timeLimit(.minutes(isSoaking ? 10 : 2)))
struct RandomFrameTests {
    /// The frames that are left, handed out over all connections of a test.
    private final class Supply: Sendable {
        private let state: Mutex<(frames: RandomFrames, left: Int)>

        init(seed: UInt64, count: Int) {
            state = Mutex((RandomFrames(seed: seed, isMasked: false), count))
        }

        func next() -> RandomFrames.Frame? {
            state.withLock { state in
                guard state.left > 0 else { return nil }
                state.left -= 1
                return state.frames.next()
            }
        }
    }

    @Test(
        "no frame of a server crashes or hangs the client or fills its memory, and the next server is served",
        arguments: (isSoaking ? [1, 2, 3, 4] : [1]) as [UInt64])
    func random(seed: UInt64) async throws {
        let supply = Supply(seed: seed, count: isSoaking ? 10_000 : 1000)
        let server = try RawServer { peer in
            try peer.acceptHandshake()
            guard let frame = supply.next() else {
                try peer.send(1, try peer.receive().payload)
                return
            }
            // What the client makes of it is its business; a peer that it has left ends the script.
            try? Self.play(frame, then: supply, to: peer)
        }
        var options = WebSocketClient.Options()
        options.maximumMessageBytes = 1 << 20
        options.closeTimeout = .milliseconds(200)
        let client = WebSocketClient(options: options)
        let memory = residentMemory()
        var echo: WebSocketMessage?
        while echo == nil {
            let connection = try await client.connect(to: server.url)
            // Goes out in all cases; only the honest server answers with it.
            try? await connection.send(.text("honest"))
            while let message = try await connection.receive() {
                if message == .text("honest") { echo = message }
            }
            #expect(await connection.closure != nil)
            await connection.close(code: 1000, reason: "")
        }
        #expect(supply.next() == nil)
        #expect(isAddressSanitized || residentMemory() - memory < 100 << 20)
        #expect(server.scriptErrors.isEmpty)
        await client.shutdown()
        server.stop()
    }

    /// Sends frame after frame until one cannot be followed by another, each time waiting for what the client makes of it.
    private static func play(_ first: RandomFrames.Frame, then supply: Supply, to peer: Peer) throws {
        var next: RandomFrames.Frame? = first
        while let frame = next {
            try peer.write(frame.bytes)
            guard frame.isWhole else { return }
            try peer.send(9, Array("still there".utf8))
            var answer: Peer.Frame
            repeat {
                answer = try peer.receive()
                if answer.opcode == 8 { return }
                // Of pings that come close together one is answered (RFC 6455, section 5.5.3).
            } while answer.opcode != 10
            next = supply.next()
        }
    }
}
