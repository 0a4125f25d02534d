/// Why a WebSocket is failed: the close code to say so with (RFC 6455, section 7.4.1).
struct WebSocketViolation: Error, Equatable {
    var code: UInt16

    static let protocolError = WebSocketViolation(code: 1002)
    static let invalidText = WebSocketViolation(code: 1007)
    static let tooBig = WebSocketViolation(code: 1009)
}

enum WebSocketOpcode {
    static let continuation: UInt8 = 0
    static let text: UInt8 = 1
    static let binary: UInt8 = 2
    static let close: UInt8 = 8
    static let ping: UInt8 = 9
    static let pong: UInt8 = 10
}

/// Reads what a client sends on a WebSocket (RFC 6455, section 5): frames unmasked, fragments put together.
struct WebSocketDecoder {
    enum Event: Equatable {
        case message(WebSocketSession.Message)
        case ping([UInt8])
        case pong
        case close(WebSocketSession.Close)
    }

    private struct Frame {
        var opcode: UInt8
        var isFinal: Bool
        var remaining: Int
        var mask: [UInt8]
        var position = 0
    }

    private let maximumMessageBytes: Int
    private var frame: Frame?
    /// The opcode of the message whose fragments are being collected.
    private var messageOpcode: UInt8?
    private var message: [UInt8] = []
    private var control: [UInt8] = []

    init(maximumMessageBytes: Int) {
        self.maximumMessageBytes = maximumMessageBytes
    }

    /// Takes from `input` until something is complete; nil if more bytes are needed.
    mutating func next(from input: inout InputBuffer) throws(WebSocketViolation) -> Event? {
        while true {
            if frame == nil { frame = try readHeader(&input) }
            guard var current = frame else { return nil }
            let count = min(current.remaining, input.count)
            if current.opcode >= WebSocketOpcode.close {
                Self.take(count, from: &input, frame: &current, into: &control)
            } else {
                Self.take(count, from: &input, frame: &current, into: &message)
            }
            guard current.remaining == 0 else {
                frame = current
                return nil
            }
            frame = nil
            if let event = try finish(current) { return event }
        }
    }

    private mutating func readHeader(_ input: inout InputBuffer) throws(WebSocketViolation) -> Frame? {
        let bytes = input.unread
        guard bytes.count >= 2 else { return nil }
        let (first, second) = (bytes[bytes.startIndex], bytes[bytes.startIndex + 1])
        let opcode = first & 0x0F
        let isFinal = first & 0x80 != 0
        // No extension was agreed on, so the reserved bits are zero; every client masks.
        guard first & 0x70 == 0, second & 0x80 != 0 else { throw .protocolError }
        try check(opcode: opcode, isFinal: isFinal, shortLength: second & 0x7F)

        let lengthBytes =
            switch second & 0x7F {
            case 126: 2
            case 127: 8
            default: 0
            }
        guard bytes.count >= 2 + lengthBytes + 4 else { return nil }
        let lengthEnd = bytes.startIndex + 2 + lengthBytes
        let length =
            lengthBytes == 0
            ? UInt64(second & 0x7F) : bytes[(lengthEnd - lengthBytes)..<lengthEnd].reduce(0) { $0 << 8 | UInt64($1) }
        guard length <= UInt64(Int.max) else { throw .protocolError }
        let isControl = opcode >= WebSocketOpcode.close
        guard isControl || length <= UInt64(maximumMessageBytes - min(message.count, maximumMessageBytes)) else {
            throw .tooBig
        }
        let mask = Array(bytes[lengthEnd..<(lengthEnd + 4)])
        input.drop(2 + lengthBytes + 4)
        if opcode == WebSocketOpcode.text || opcode == WebSocketOpcode.binary { messageOpcode = opcode }
        return Frame(opcode: opcode, isFinal: isFinal, remaining: Int(length), mask: mask)
    }

    private func check(opcode: UInt8, isFinal: Bool, shortLength: UInt8) throws(WebSocketViolation) {
        let isAllowed =
            switch opcode {
            case WebSocketOpcode.continuation: messageOpcode != nil
            case WebSocketOpcode.text, WebSocketOpcode.binary: messageOpcode == nil
            case WebSocketOpcode.close, WebSocketOpcode.ping, WebSocketOpcode.pong: isFinal && shortLength <= 125
            default: false
            }
        if !isAllowed { throw .protocolError }
    }

    private static func take(
        _ count: Int, from input: inout InputBuffer, frame: inout Frame, into result: inout [UInt8]
    ) {
        guard count > 0 else { return }
        let begin = result.count
        result.append(contentsOf: input.unread.prefix(count))
        input.drop(count)
        WebSocketMask.apply(frame.mask, position: frame.position, to: &result, from: begin)
        frame.position += count
        frame.remaining -= count
    }

    private mutating func finish(_ frame: Frame) throws(WebSocketViolation) -> Event? {
        switch frame.opcode {
        case WebSocketOpcode.ping:
            defer { control = [] }
            return .ping(control)
        case WebSocketOpcode.pong:
            control = []
            return .pong
        case WebSocketOpcode.close:
            return try .close(Self.close(control))
        default:
            guard frame.isFinal else { return nil }
            defer {
                message = []
                messageOpcode = nil
            }
            guard messageOpcode == WebSocketOpcode.text else { return .message(.binary(message)) }
            guard let text = String(validating: message, as: UTF8.self) else { throw .invalidText }
            return .message(.text(text))
        }
    }

    private static func close(_ payload: [UInt8]) throws(WebSocketViolation) -> WebSocketSession.Close {
        if payload.isEmpty { return WebSocketSession.Close(code: nil, reason: "") }
        guard payload.count >= 2 else { throw .protocolError }
        let code = UInt16(payload[0]) << 8 | UInt16(payload[1])
        guard WebSocketSession.Close.isSendable(code) else { throw .protocolError }
        guard let reason = String(validating: payload[2...], as: UTF8.self) else { throw .invalidText }
        return WebSocketSession.Close(code: code, reason: reason)
    }
}

/// Writes what a server sends on a WebSocket: whole messages in one frame, unmasked.
enum WebSocketEncoder {
    static func header(opcode: UInt8, length: Int) -> [UInt8] {
        var header = [0x80 | opcode]
        switch length {
        case ...125: header.append(UInt8(length))
        case ...0xFFFF: header += [126, UInt8(length >> 8), UInt8(length & 0xFF)]
        default:
            header.append(127)
            for shift in stride(from: 56, through: 0, by: -8) {
                header.append(UInt8(truncatingIfNeeded: length >> shift))
            }
        }
        return header
    }

    static func frame(opcode: UInt8, payload: [UInt8]) -> [UInt8] {
        header(opcode: opcode, length: payload.count) + payload
    }

    /// A close frame. A code that must not be sent gives an empty one; the reason is cut to what a frame holds.
    static func close(code: UInt16, reason: String) -> [UInt8] {
        guard WebSocketSession.Close.isSendable(code) else {
            return frame(opcode: WebSocketOpcode.close, payload: [])
        }
        var reason = reason
        while reason.utf8.count > 123 { reason.unicodeScalars.removeLast() }
        let payload = [UInt8(code >> 8), UInt8(code & 0xFF)] + Array(reason.utf8)
        return frame(opcode: WebSocketOpcode.close, payload: payload)
    }
}

enum WebSocketMask {
    /// Masks or unmasks `bytes` from an index on; `position` is how far into the frame's payload that index is.
    static func apply(_ mask: [UInt8], position: Int, to bytes: inout [UInt8], from begin: Int) {
        let rotated = (0..<8).map { mask[(position + $0) & 3] }
        let word = rotated.withUnsafeBytes { $0.load(as: UInt64.self) }
        bytes.withUnsafeMutableBytes { bytes in
            var index = begin
            while index + 8 <= bytes.count {
                let masked = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) ^ word
                bytes.storeBytes(of: masked, toByteOffset: index, as: UInt64.self)
                index += 8
            }
            while index < bytes.count {
                bytes[index] ^= rotated[(index - begin) & 7]
                index += 1
            }
        }
    }
}
