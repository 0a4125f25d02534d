import FoundationEssentials
import Testing
import WebSocketClient

/// The bounded queue of outgoing messages. What the kernel buffers differs from machine to machine, so a first message
/// larger than all of it stands still in the middle, and what is behind it is exact.
@Suite("The outbox of a WebSocket", .timeLimit(.minutes(1)))
struct OutboxTests {
    /// How each of the sends that were started ended.
    private struct Sends: Sendable {
        struct End: Sendable {
            var text: String
            var error: (any Error)?
        }

        private let ends: AsyncStream<End>
        private let continuation: AsyncStream<End>.Continuation

        init() { (ends, continuation) = AsyncStream.makeStream() }

        func start(_ text: String, on connection: any WebSocketConnection) -> Task<Void, Never> {
            Task {
                do {
                    try await connection.send(.text(text))
                    continuation.yield(End(text: text, error: nil))
                } catch {
                    continuation.yield(End(text: text, error: error))
                }
            }
        }

        func next() async throws -> End {
            try #require(await ends.first { _ in true })
        }
    }

    private static let refusal = WebSocketError.outboxFull(limit: 2)

    /// More bytes than a sending and a receiving socket hold together.
    private static func oversize(receiveBuffer: Int32) throws -> Int {
        let limits = try String(contentsOfFile: "/proc/sys/net/ipv4/tcp_wmem", encoding: .utf8)
        let largest = try #require(limits.split(whereSeparator: \.isWhitespace).last.flatMap { Int($0) })
        return 2 * (largest + Int(receiveBuffer)) + 1 << 20
    }

    /// Plays with a connection whose first message is under way and cannot get through until `resume` is called.
    private func withStalledConnection(
        options: WebSocketClient.Options = .init(), script: @escaping @Sendable (Peer) throws -> Void,
        body: (any WebSocketConnection, _ first: Task<Void, any Error>, _ resume: @Sendable () -> Void) async throws ->
            Void
    ) async throws {
        let receiveBuffer: Int32 = 1 << 18
        let large = [UInt8](repeating: 1, count: try Self.oversize(receiveBuffer: receiveBuffer))
        let (begun, beginning) = AsyncStream.makeStream(of: Void.self)
        let gate = Latch()
        let server = try RawServer(receiveBuffer: receiveBuffer) { peer in
            try peer.acceptHandshake()
            peer.waitForInput()
            beginning.yield()
            gate.wait()
            try script(peer)
        }
        var options = options
        options.maximumOutboxMessages = 2
        options.maximumMessageBytes = large.count
        let client = WebSocketClient(options: options)
        let connection = try await client.connect(to: server.url)
        let first = Task { try await connection.send(.binary(large)) }
        _ = await begun.first { _ in true }
        try await body(connection, first) { gate.open() }
        gate.open()
        await client.shutdown()
        #expect(server.scriptErrors.isEmpty)
        server.stop()
    }

    @Test(
        "a peer that does not read fills it; what was taken arrives in order, what was refused or taken back does not")
    func full() async throws {
        let (arrivals, arrival) = AsyncStream.makeStream(of: Peer.Frame.self)
        try await withStalledConnection { peer in
            for _ in 0..<4 { arrival.yield(try peer.receive()) }
            try peer.sendClose(1000)
            _ = try? peer.receive()
        } body: { connection, first, resume async throws in
            let sends = Sends()
            let tasks = ["a", "b", "c"].map { (text: $0, task: sends.start($0, on: connection)) }
            // Two of the three found room; which, is up to the scheduler.
            let refused = try await sends.next()
            #expect(refused.error as? WebSocketError == Self.refusal)
            for _ in 0..<20 {
                await #expect(throws: Self.refusal) { try await connection.send(.text("no room")) }
                await #expect(throws: Self.refusal) { try await connection.ping() }
            }

            let waiting = tasks.filter { $0.text != refused.text }
            waiting[0].task.cancel()
            let takenBack = try await sends.next()
            #expect(takenBack.text == waiting[0].text && takenBack.error is CancellationError)
            // Its place is free again, for one.
            let late = ["d", "e"].map { (text: $0, task: sends.start($0, on: connection)) }
            let refusedLate = try await sends.next()
            #expect(refusedLate.error as? WebSocketError == Self.refusal)
            let taken = [waiting[1].text] + late.map(\.text).filter { $0 != refusedLate.text }

            resume()
            try await first.value
            // The tasks learn of it in any order.
            let ends = [try await sends.next(), try await sends.next()]
            #expect(Set(ends.map(\.text)) == Set(taken) && ends.allSatisfy { $0.error == nil })
            try await connection.send(.text("after"))
            var iterator = arrivals.makeAsyncIterator()
            #expect(await iterator.next()?.opcode == 2)
            for text in taken + ["after"] {
                #expect(await iterator.next() == Peer.Frame(opcode: 1, payload: Array(text.utf8)))
            }
            #expect(try await connection.receive() == nil)
        }
    }

    @Test("a close does not wait for a peer that does not read, and tells all who wait to send")
    func close() async throws {
        var options = WebSocketClient.Options()
        options.closeTimeout = .milliseconds(100)
        try await withStalledConnection(options: options) { _ in
        } body: { connection, first, _ async throws in
            let sends = Sends()
            let tasks = [sends.start("a", on: connection), sends.start("b", on: connection)]
            await connection.close(code: 1000, reason: "")
            let closure = try #require(await connection.closure)
            #expect(closure.code == WebSocketClose.abnormal && !closure.initiatedByPeer)
            await #expect(throws: WebSocketError.closed(closure)) { try await first.value }
            for _ in tasks {
                guard case .closed = try await sends.next().error as? WebSocketError else {
                    Issue.record("not told")
                    return
                }
            }
        }
    }
}
