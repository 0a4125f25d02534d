import CWebSockets
import Service

/// WebSockets (RFC 6455).
extension ServerCore {
    func upgrade(
        _ connection: Connection, _ exchange: Connection.Exchange, _ head: RequestHead,
        _ handler: @escaping WebRoutes.SocketHandler, parameters: [String: String]
    ) {
        guard head.lists("upgrade", in: "Connection"), !head.isVersion10, head.contentLength == 0,
            let accept = WebSocketHandshake.accept(head.header("Sec-WebSocket-Key") ?? "")
        else {
            answer(exchange, .text("this is no WebSocket handshake\n", status: 400), on: connection)
            return
        }
        guard head.header("Sec-WebSocket-Version") == "13" else {
            var response = WebResponse.text("WebSocket version 13 only\n", status: 426)
            response.headers += [("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13")]
            answer(exchange, response, on: connection)
            return
        }
        let session = WebSocketSession(core: self, id: connection.id)
        let state = WebSocketState(session: session, maximumMessageBytes: options.maximumMessageBytes)
        connection.phase = .socket(state)
        sockets[connection.id] = state
        connection.readDeadline = nil
        let framing = ResponseEncoder.Framing(trace: exchange.trace, serverHeader: options.serverHeader)
        connection.output.append(ResponseEncoder.encodeUpgrade(accept: accept, framing: framing))
        log(exchange, status: 101, of: connection)
        flush(connection)

        let request = request(head, exchange, parameters, on: connection)
        let id = connection.id
        state.handler = Task.detached {
            await Trace.$current.withValue(request.trace) { await handler(request, session) }
            await self.handlerReturned(id)
        }
        if isStopping { startClosing(connection, state, code: 1001, reason: "server is stopping") }
    }

    // MARK: In

    func processSocket(_ connection: Connection, _ socket: WebSocketState) {
        do throws(WebSocketViolation) {
            while !socket.isInputClosed, !socket.isInboxFull,
                let event = try socket.decoder.next(from: &connection.input)
            {
                take(event, from: connection, socket)
                guard connections[connection.id] != nil else { return }
            }
        } catch {
            socket.endInput()
            connection.closesAfterOutput = true
            startClosing(connection, socket, code: error.code, reason: "")
        }
        if socket.isInputClosed { connection.input.removeAll() }
        if connection.hasInputEnded, connections[connection.id] != nil, !socket.isInboxFull || socket.isInputClosed {
            drop(connection)
        }
    }

    private func take(_ event: WebSocketDecoder.Event, from connection: Connection, _ socket: WebSocketState) {
        switch event {
        case .message(let message):
            socket.deliver(message)
        case .ping(let payload):
            // A peer that floods with pings and reads no pongs is not given more memory for it.
            if !socket.hasSentClose, connection.output.count < options.outputHighWater {
                connection.output.append(WebSocketEncoder.frame(opcode: WebSocketOpcode.pong, payload: payload))
                flush(connection)
            }
        case .pong:
            break
        case .close(let close):
            socket.session.record(close)
            socket.endInput()
            connection.closesAfterOutput = true
            startClosing(connection, socket, code: close.code ?? 1005, reason: "")
        }
    }

    private func handlerReturned(_ id: Int) {
        sockets.removeValue(forKey: id)?.abandon()
        close(id, code: 1000, reason: "")
        if let connection = connections[id] { process(connection) }
    }

    func receive(from id: Int, ticket: Int) async -> WebSocketSession.Message? {
        guard !Task.isCancelled, let socket = sockets[id] else { return nil }
        if !socket.inbox.isEmpty {
            let wasFull = socket.isInboxFull
            let message = socket.inbox.removeFirst()
            socket.inboxBytes -= message.byteCount
            if wasFull, let connection = connections[id] { process(connection) }
            return message
        }
        if socket.isInputClosed { return nil }
        return await withCheckedContinuation { socket.receivers.append((ticket, $0)) }
    }

    func cancelReceive(_ ticket: Int, of id: Int) {
        guard let socket = sockets[id],
            let index = socket.receivers.firstIndex(where: { $0.ticket == ticket })
        else { return }
        socket.receivers.remove(at: index).continuation.resume(returning: nil)
    }

    // MARK: Out

    func send(_ opcode: UInt8, _ payload: [UInt8], to id: Int) async throws {
        guard let connection = connections[id], let socket = connection.socket, !socket.hasSentClose else {
            throw WebSocketSession.Failure.closed
        }
        connection.output.append(WebSocketEncoder.header(opcode: opcode, length: payload.count))
        connection.output.append(payload)
        flush(connection)
        // Sending may have found the peer gone; nobody would wake a sender that waits for a dropped connection.
        guard connections[id] != nil else { throw WebSocketSession.Failure.closed }
        guard connection.output.count >= options.outputHighWater else { return }
        let isOpen = await withCheckedContinuation { socket.senders.append($0) }
        if !isOpen { throw WebSocketSession.Failure.closed }
    }

    func close(_ id: Int, code: UInt16, reason: String) {
        guard let connection = connections[id], let socket = connection.socket else { return }
        startClosing(connection, socket, code: code, reason: reason)
    }

    func abort(_ id: Int) {
        guard let connection = connections[id], connection.socket != nil else { return }
        ListeningSocket.makeCloseAbortive(connection.descriptor)
        drop(connection)
    }

    func startClosing(_ connection: Connection, _ socket: WebSocketState, code: UInt16, reason: String) {
        if !socket.hasSentClose {
            socket.hasSentClose = true
            connection.output.append(WebSocketEncoder.close(code: code, reason: reason))
            connection.readDeadline = .now + options.closeTimeout
        }
        flush(connection)
    }

    func endSocket(_ socket: WebSocketState) {
        socket.hasSentClose = true
        socket.endInput()
        socket.releaseSenders(isOpen: false)
    }
}

enum WebSocketHandshake {
    /// The answer to a client's key (RFC 6455, section 4.2.2); nil if that is not 16 bytes in base 64.
    static func accept(_ key: String) -> String? {
        guard key.utf8.count == 24, key.hasSuffix("=="), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return nil
        }
        let bytes = Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)
        var digest = [UInt8](repeating: 0, count: 20)
        lws_SHA1(bytes, bytes.count, &digest)
        var text = [CChar](repeating: 0, count: 32)
        let count = digest.withUnsafeBytes { digest in
            lws_b64_encode_string(
                digest.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(digest.count), &text, Int32(text.count))
        }
        guard count > 0 else { return nil }
        return String(decoding: text.prefix(Int(count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
