import CZlib
import CZstd

/// How payloads are written to one socket. One compressor serves one socket, because a stream's dictionary grows with
/// each payload.
///
/// Source: Discord, *Gateway*, "Encoding and Compression".
enum GatewayCompression: String {
    case none = ""
    case zlibStream = "zlib-stream"
    case zstdStream = "zstd-stream"

    /// A compressor of this kind.
    func makeCompressor() -> any PayloadCompressor {
        switch self {
        case .none: PlainPayloads()
        case .zlibStream: ZlibStream()
        case .zstdStream: ZstdStream()
        }
    }
}

/// Turns payloads into messages of a socket.
protocol PayloadCompressor: AnyObject {
    /// The message for a payload; nil where it goes out as text.
    func compress(_ payload: [UInt8]) -> [UInt8]?
}

/// No compression.
final class PlainPayloads: PayloadCompressor {
    func compress(_ payload: [UInt8]) -> [UInt8]? { nil }
}

/// One zlib stream for the whole connection; each message ends with a sync flush, `00 00 FF FF`.
final class ZlibStream: PayloadCompressor {
    private var stream = z_stream()
    private let isReady: Bool

    init() {
        isReady =
            deflateInit_(&stream, Z_DEFAULT_COMPRESSION, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    }

    deinit {
        if isReady { deflateEnd(&stream) }
    }

    func compress(_ payload: [UInt8]) -> [UInt8]? {
        guard isReady else { return nil }
        var output: [UInt8] = []
        var input = payload
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        let isWhole = input.withUnsafeMutableBufferPointer { source -> Bool in
            stream.next_in = source.baseAddress
            stream.avail_in = UInt32(source.count)
            repeat {
                let (status, count) = chunk.withUnsafeMutableBufferPointer { target -> (Int32, Int) in
                    stream.next_out = target.baseAddress
                    stream.avail_out = UInt32(target.count)
                    let status = deflate(&stream, Z_SYNC_FLUSH)
                    return (status, target.count - Int(stream.avail_out))
                }
                // Nothing left to flush is no error.
                guard status == Z_OK || status == Z_BUF_ERROR else { return false }
                output += chunk[..<count]
            } while stream.avail_out == 0
            return true
        }
        stream.next_in = nil
        return isWhole ? output : nil
    }
}

/// One zstd stream for the whole connection; each message is flushed.
final class ZstdStream: PayloadCompressor {
    private let context = ZSTD_createCCtx()

    deinit {
        ZSTD_freeCCtx(context)
    }

    func compress(_ payload: [UInt8]) -> [UInt8]? {
        guard let context else { return nil }
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        return payload.withUnsafeBytes { source -> [UInt8]? in
            var input = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
            var remaining = 0
            repeat {
                let count = chunk.withUnsafeMutableBytes { target -> Int? in
                    var buffer = ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
                    remaining = ZSTD_compressStream2(context, &buffer, &input, ZSTD_e_flush)
                    return ZSTD_isError(remaining) == 0 ? buffer.pos : nil
                }
                guard let count else { return nil }
                output += chunk[..<count]
            } while remaining > 0 || input.pos < input.size
            return output
        }
    }
}

/// A payload compressed by itself, for clients that asked for `compress` in IDENTIFY.
enum PayloadCompression {
    static func zlib(_ payload: [UInt8]) -> [UInt8]? {
        var length = compressBound(UInt(payload.count))
        var output = [UInt8](repeating: 0, count: Int(length))
        guard compress2(&output, &length, payload, UInt(payload.count), Z_DEFAULT_COMPRESSION) == Z_OK else {
            return nil
        }
        return Array(output[..<Int(length)])
    }
}
