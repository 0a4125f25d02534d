/// Frames as a client writes them, right or wrong.
extension RawClient {
    package struct Frame: Sendable, Equatable {
        package var opcode: UInt8
        package var isFinal = true
        package var payload: [UInt8]

        package init(opcode: UInt8, isFinal: Bool = true, payload: [UInt8]) {
            (self.opcode, self.isFinal, self.payload) = (opcode, isFinal, payload)
        }

        package static func text(_ text: String) -> Frame { Frame(opcode: 1, payload: Array(text.utf8)) }
        package static func close(_ code: UInt16, _ reason: String = "") -> Frame {
            Frame(opcode: 8, payload: [UInt8(code >> 8), UInt8(code & 0xFF)] + Array(reason.utf8))
        }
    }

    package static func handshake(_ path: String, extra: String = "") -> String {
        "GET \(path) HTTP/1.1\r\nHost: test\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\(extra)\r\n"
    }

    /// Upgrades, and gives the answer's head.
    @discardableResult
    package func open(_ path: String, extra: String = "") throws -> Response {
        try send(Self.handshake(path, extra: extra))
        return try response(hasBody: false)
    }

    package static func encode(_ frame: Frame, isMasked: Bool = true) -> [UInt8] {
        var bytes: [UInt8] = [(frame.isFinal ? 0x80 : 0) | frame.opcode]
        let maskBit: UInt8 = isMasked ? 0x80 : 0
        let length = frame.payload.count
        if length <= 125 {
            bytes.append(maskBit | UInt8(length))
        } else if length <= 0xFFFF {
            bytes += [maskBit | 126, UInt8(length >> 8), UInt8(length & 0xFF)]
        } else {
            bytes.append(maskBit | 127)
            bytes += (0..<8).map { UInt8(truncatingIfNeeded: length >> (56 - 8 * $0)) }
        }
        guard isMasked else { return bytes + frame.payload }
        let mask: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]
        bytes += mask
        let begin = bytes.count
        bytes += frame.payload
        bytes.withUnsafeMutableBufferPointer { bytes in
            var index = begin
            while index < bytes.count {
                bytes[index] ^= mask[(index - begin) & 3]
                index += 1
            }
        }
        return bytes
    }

    package func send(_ frame: Frame) throws { try send(Self.encode(frame)) }

    package func frame(within limit: Duration = .seconds(10)) throws -> Frame {
        let head = try bytes(2, within: limit)
        var length = Int(head[1] & 0x7F)
        if length >= 126 { length = try bytes(length == 126 ? 2 : 8, within: limit).reduce(0) { $0 << 8 | Int($1) } }
        return Frame(
            opcode: head[0] & 0x0F, isFinal: head[0] & 0x80 != 0, payload: try bytes(length, within: limit))
    }
}
