import CWebSockets

/// The service loop's side of a link: turns the library's callbacks into messages and the link's orders into frames.
/// Used on the loop's thread only.
final class Socket {
    private enum Stage { case connecting, securing, upgrading, open, closing, ended }

    let link: Link
    /// The library's connection; `nil` before it is known and after it is gone.
    var handle: OpaquePointer?
    private var stage = Stage.connecting
    private var message: [UInt8] = []
    private var messageIsBinary = false
    private var certificateProblem: String?
    private var isReading = true

    private static let goOn: Int32 = 0
    private static let close: Int32 = -1

    init(_ link: Link) {
        self.link = link
    }

    /// Does what tasks have asked for since the last look.
    func obeyOrders() {
        guard let handle, stage != .ended else { return }
        let orders = link.orders
        if orders.abort {
            cws_kill(handle)
            return
        }
        guard stage == .open else { return }
        setReading(orders.reads)
        if orders.writes { lws_callback_on_writable(handle) }
    }

    func react(
        to reason: lws_callback_reasons, on handle: OpaquePointer, user: UnsafeMutableRawPointer?,
        data: UnsafeMutableRawPointer?, count: Int
    ) -> Int32 {
        // The first callbacks come before the library has returned the connection.
        self.handle = handle
        switch reason {
        case LWS_CALLBACK_WSI_CREATE:
            stage = link.endpoint.isSecure ? .securing : .upgrading
        case LWS_CALLBACK_OPENSSL_PERFORM_SERVER_CERT_VERIFICATION:
            certificateProblem = cws_certificate_problem(user, count).map { String(cString: $0) } ?? certificateProblem
        case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
            stage = .upgrading
            return appendHeaders(to: data, room: count)
        case LWS_CALLBACK_CLIENT_ESTABLISHED:
            stage = .open
            return link.opened.decide(.success(())) ? Self.goOn : Self.close
        case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
            let text = data.map { String(decoding: UnsafeRawBufferPointer(start: $0, count: count), as: UTF8.self) }
            fail(status: Int(lws_http_client_http_response(handle)), text: text ?? "no reason given")
        case LWS_CALLBACK_CLIENT_RECEIVE:
            return receive(UnsafeRawBufferPointer(start: data, count: count), on: handle)
        case LWS_CALLBACK_CLIENT_WRITEABLE:
            return write(to: handle)
        case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
            peerCloses(UnsafeRawBufferPointer(start: data, count: count))
        case LWS_CALLBACK_CLIENT_CLOSED:
            ended("connection lost")
        default: break
        }
        return Self.goOn
    }

    /// The library has let go of the socket.
    func ended(_ reason: String) {
        guard stage != .ended else { return }
        fail(status: 0, text: reason)
        stage = .ended
        handle = nil
        link.socketEnded(reason)
    }

    // MARK: Opening

    private func appendHeaders(to data: UnsafeMutableRawPointer?, room: Int) -> Int32 {
        let bytes = link.headers.bytes
        guard !bytes.isEmpty else { return Self.goOn }
        guard let data, room >= bytes.count else { return Self.close }
        let cursor = data.assumingMemoryBound(to: UnsafeMutablePointer<UInt8>.self)
        cursor.pointee.update(from: bytes, count: bytes.count)
        cursor.pointee += bytes.count
        return Self.goOn
    }

    /// Tells who waits for the connection why it did not open; changes nothing once it did.
    private func fail(status: Int, text: String) {
        let error: WebSocketError =
            switch stage {
            case .connecting: .connectionFailed("\(link.address): \(text)")
            case .securing: .tls(certificateProblem ?? text)
            case .upgrading where status == 0: .connectionFailed("no answer to the handshake: \(text)")
            case .upgrading where status == 101: .handshakeInvalid(text)
            case .upgrading, .open, .closing, .ended: .handshakeRejected(status: status)
            }
        link.opened.decide(.failure(error))
    }

    // MARK: Reading

    private func receive(_ piece: UnsafeRawBufferPointer, on handle: OpaquePointer) -> Int32 {
        guard stage == .open else { return Self.goOn }
        if lws_is_first_fragment(handle) != 0 {
            message = []
            messageIsBinary = lws_frame_is_binary(handle) != 0
        }
        guard message.count + piece.count <= link.limits.messageBytes else {
            return end(handle, code: 1009, reason: "message larger than \(link.limits.messageBytes) bytes")
        }
        message.append(contentsOf: piece)
        guard lws_is_final_fragment(handle) != 0 else { return Self.goOn }

        let bytes = message
        message = []
        if messageIsBinary {
            setReading(link.deliver(.binary(bytes)))
        } else if let text = String(validating: bytes, as: UTF8.self) {
            setReading(link.deliver(.text(text)))
        } else {
            return end(handle, code: 1007, reason: "text that is not UTF-8")
        }
        return Self.goOn
    }

    private func setReading(_ reads: Bool) {
        guard let handle, reads != isReading else { return }
        isReading = reads
        lws_rx_flow_control(handle, reads ? 1 : 0)
    }

    private func peerCloses(_ payload: UnsafeRawBufferPointer) {
        let code = payload.count >= 2 ? UInt16(payload[0]) << 8 | UInt16(payload[1]) : nil
        let reason = String(decoding: payload.dropFirst(2), as: UTF8.self)
        link.finish(WebSocketClose(code: code, reason: reason, initiatedByPeer: true))
    }

    // MARK: Writing

    private func write(to handle: OpaquePointer) -> Int32 {
        // Nonzero would now end the wait for the peer's close frame.
        guard stage == .open else { return Self.goOn }
        switch link.nextTurn() {
        case .frame(let kind, var bytes):
            let padding = cws_write_padding()
            let written = bytes.withUnsafeMutableBufferPointer { buffer in
                lws_write(handle, buffer.baseAddress.map { $0 + padding }, buffer.count - padding, kind.frame)
            }
            // Comes back here once the socket took it all.
            lws_callback_on_writable(handle)
            return written < 0 ? Self.close : Self.goOn
        case .close(let code, let reason):
            return end(handle, code: code, reason: reason)
        case .nothing:
            return Self.goOn
        }
    }

    /// Makes the library send a close frame and wait for the peer's.
    private func end(_ handle: OpaquePointer, code: UInt16, reason: String) -> Int32 {
        _ = link.requestClose(code: code, reason: reason)
        stage = .closing
        // The peer's answer has to be read.
        setReading(true)
        let bytes = Array(reason.utf8)
        cws_close_reason(handle, code, bytes, bytes.count)
        return Self.close
    }
}

extension Link.Outgoing.Kind {
    fileprivate var frame: lws_write_protocol {
        switch self {
        case .text: LWS_WRITE_TEXT
        case .binary: LWS_WRITE_BINARY
        case .ping: LWS_WRITE_PING
        }
    }
}
