@testable import WebServer

extension Subject {
    /// A head is refused with a status that says why, or every part of it obeys its grammar and its path reads back.
    static let httpHead = Subject("http-head") { bytes in
        try checkEmptyLine(in: bytes)
        let head: RequestHead
        do {
            head = try RequestHead(parsing: bytes[...])
        } catch let refusal as RequestHead.Refusal {
            try promise([400, 411, 417, 501, 505].contains(refusal.status), "refused with \(refusal.status)")
            return
        }
        try promise(head.method.utf8.allSatisfy(\.isTokenCharacter), "method \(head.method)")
        try promise(head.contentLength >= 0, "length \(head.contentLength)")
        for (name, value) in head.headers {
            try promise(!name.isEmpty && name.utf8.allSatisfy(\.isTokenCharacter), "field name \(name)")
            try promise(!value.utf8.contains { $0 == 0x0D || $0 == 0x0A || $0 == 0 }, "a field value of two lines")
            try promise(head.header(name) != nil, "\(name) is not found")
        }
        try promise(!head.path.utf8.contains(0), "a zero byte in the path")
        guard head.path != "*" else { return }
        let encoded = head.segments.map { "/" + percentEncoded($0) }.joined()
        let target = try Target(parsing: Array((encoded.isEmpty ? "/" : encoded).utf8)[...])
        try promise(target.segments.areSpelled(like: head.segments), "\(encoded) reads as \(target.segments)")
    }

    /// The end of a head is found wherever it is looked for from, however the bytes came.
    private static func checkEmptyLine(in bytes: [UInt8]) throws {
        var buffer = InputBuffer()
        for piece in bytes.pieces { piece.withUnsafeBytes { buffer.append($0) } }
        let all = bytes.dropFirst()
        let expected = all.indices.first { all[$0...].starts(with: [0x0D, 0x0A, 0x0D, 0x0A]) }.map { $0 - 1 }
        try promise(buffer.emptyLine(from: 0) == expected, "empty line not at \(expected ?? -1)")
        if let expected { try promise(buffer.emptyLine(from: expected) == expected, "empty line lost from its start") }
    }

    private static func percentEncoded(_ text: String) -> String {
        text.utf8.map { "%" + String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    /// The events of a connection do not depend on how its bytes are cut, and no message exceeds its limit.
    static let webSocket = Subject("websocket") { bytes in
        let whole = events(of: [Array(bytes.dropFirst())])
        let cut = events(of: bytes.pieces)
        try promise(whole == cut, "\(cut) in pieces, \(whole) at once")
        for case .event(.message(let message)) in whole {
            let size =
                switch message {
                case .text(let text): text.utf8.count
                case .binary(let bytes): bytes.count
                }
            try promise(size <= messageLimit, "a message of \(size) bytes")
        }
        let sent = WebSocketEncoder.frame(opcode: WebSocketOpcode.binary, payload: bytes)
        let received = events(of: [masked(sent, payload: bytes)])
        let expected: [Outcome] = bytes.count <= messageLimit ? [.event(.message(.binary(bytes)))] : [.violation(1009)]
        try promise(received == expected, "a frame of \(bytes.count) bytes does not read back")
    }

    private static let messageLimit = 512

    private enum Outcome: Equatable {
        case event(WebSocketDecoder.Event)
        case violation(UInt16)
    }

    private static func events(of pieces: [[UInt8]]) -> [Outcome] {
        var decoder = WebSocketDecoder(maximumMessageBytes: messageLimit)
        var buffer = InputBuffer()
        var outcomes: [Outcome] = []
        for piece in pieces {
            piece.withUnsafeBytes { buffer.append($0) }
            do {
                while let event = try decoder.next(from: &buffer) { outcomes.append(.event(event)) }
            } catch {
                return outcomes + [.violation(error.code)]
            }
        }
        return outcomes
    }

    /// What a server sends as a client would send it.
    private static func masked(_ frame: [UInt8], payload: [UInt8]) -> [UInt8] {
        let mask: [UInt8] = [0x13, 0x57, 0x9B, 0xDF]
        var header = Array(frame.dropLast(payload.count))
        header[1] |= 0x80
        return header + mask + payload.enumerated().map { $0.element ^ mask[$0.offset & 3] }
    }
}
