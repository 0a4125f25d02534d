import CZlib
import CZstd

/// How frames are compressed on their way from Discord. Source: Discord documentation, Gateway, "Transport Compression".
public enum GatewayCompression: String, Sendable, CaseIterable {
    /// Not at all.
    case none = ""
    /// One zlib stream per connection, flushed after each payload.
    case zlibStream = "zlib-stream"
    /// One zstd stream per connection, flushed after each payload.
    case zstdStream = "zstd-stream"

    /// A decompressor for one connection.
    func makeDecompressor() throws(DecompressionFailure) -> (any Decompressor)? {
        switch self {
        case .none: nil
        case .zlibStream: try ZlibDecompressor()
        case .zstdStream: try ZstdDecompressor()
        }
    }
}

/// What made a compressed stream unreadable; the connection is given up.
enum DecompressionFailure: Error, Sendable, Equatable {
    case unavailable
    case corrupt(code: Int)
    case tooLarge(limit: Int)
}

/// Turns the messages of one connection into payloads. Not shared between connections: the stream has one dictionary.
protocol Decompressor: AnyObject {
    /// The payload that a message completes; nil while one is still under way.
    func payload(completedBy message: [UInt8]) throws(DecompressionFailure) -> [UInt8]?
}

/// The largest payload that is accepted, in bytes; a guild of many thousands of members stays far below.
private let maximumPayload = 64 << 20
private let pieceSize = 32 << 10

/// Inflates `zlib-stream`: messages are gathered until one ends with the marker of a synchronous flush.
final class ZlibDecompressor: Decompressor {
    private static let flushMarker: [UInt8] = [0x00, 0x00, 0xFF, 0xFF]

    private let stream: UnsafeMutablePointer<z_stream>
    private var gathered: [UInt8] = []

    init() throws(DecompressionFailure) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard inflateInit_(stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            stream.deallocate()
            throw .unavailable
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    func payload(completedBy message: [UInt8]) throws(DecompressionFailure) -> [UInt8]? {
        let isComplete = message.suffix(4).elementsEqual(Self.flushMarker)
        if gathered.isEmpty, isComplete { return try inflate(message) }
        gathered += message
        guard gathered.count <= maximumPayload else { throw .tooLarge(limit: maximumPayload) }
        guard isComplete else { return nil }
        defer { gathered = [] }
        return try inflate(gathered)
    }

    private func inflate(_ input: [UInt8]) throws(DecompressionFailure) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(input.count * 6)
        var piece = [UInt8](repeating: 0, count: pieceSize)
        // zlib does not write to its input; the cast only satisfies its signature.
        let status = input.withUnsafeBufferPointer { input -> Int32 in
            stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            stream.pointee.avail_in = UInt32(input.count)
            var status = Z_OK
            repeat {
                status = piece.withUnsafeMutableBufferPointer { piece in
                    stream.pointee.next_out = piece.baseAddress
                    stream.pointee.avail_out = UInt32(pieceSize)
                    return CZlib.inflate(stream, Z_SYNC_FLUSH)
                }
                output += piece.prefix(pieceSize - Int(stream.pointee.avail_out))
            } while status == Z_OK && stream.pointee.avail_out == 0 && output.count <= maximumPayload
            return status
        }
        guard status == Z_OK || status == Z_BUF_ERROR else { throw .corrupt(code: Int(status)) }
        guard output.count <= maximumPayload else { throw .tooLarge(limit: maximumPayload) }
        return output
    }
}

/// Decompresses `zstd-stream`: every message completes a payload.
final class ZstdDecompressor: Decompressor {
    private let stream: OpaquePointer

    init() throws(DecompressionFailure) {
        guard let stream = ZSTD_createDStream() else { throw .unavailable }
        self.stream = stream
    }

    deinit { ZSTD_freeDStream(stream) }

    func payload(completedBy message: [UInt8]) throws(DecompressionFailure) -> [UInt8]? {
        var output: [UInt8] = []
        output.reserveCapacity(message.count * 6)
        var piece = [UInt8](repeating: 0, count: pieceSize)
        var failure: Int?
        message.withUnsafeBytes { message in
            var input = ZSTD_inBuffer(src: message.baseAddress, size: message.count, pos: 0)
            var isPieceFull = false
            repeat {
                let (status, produced) = piece.withUnsafeMutableBytes { piece in
                    var out = ZSTD_outBuffer(dst: piece.baseAddress, size: pieceSize, pos: 0)
                    return (ZSTD_decompressStream(stream, &out, &input), out.pos)
                }
                guard ZSTD_isError(status) == 0 else {
                    failure = status
                    return
                }
                output += piece.prefix(produced)
                isPieceFull = produced == pieceSize
            } while (input.pos < input.size || isPieceFull) && output.count <= maximumPayload
        }
        if let failure { throw .corrupt(code: failure) }
        guard output.count <= maximumPayload else { throw .tooLarge(limit: maximumPayload) }
        return output.isEmpty ? nil : output
    }
}
