import CZlib
import CZstd
import Service
import TestTools
import Testing

@testable import Discord

@Suite("Rules of the gateway")
struct GatewayRulesTests {
    @Test(
        "a close code decides between resume, identify and giving up",
        arguments: [
            (nil, .resume), (1000, .identify), (1001, .identify), (1006, .resume), (4000, .resume), (4001, .resume),
            (4002, .resume), (4003, .identify), (4004, .fail(.authenticationFailed)), (4005, .resume),
            (4006, .identify), (4007, .identify), (4008, .resume), (4009, .identify), (4010, .fail(.invalidShard)),
            (4011, .fail(.shardingRequired)), (4012, .fail(.invalidVersion)), (4013, .fail(.invalidIntents)),
            (4014, .fail(.disallowedIntents(["Server Members", "Message Content"]))), (4999, .resume),
        ] as [(UInt16?, GatewayVerdict)])
    func verdicts(code: UInt16?, verdict: GatewayVerdict) {
        let intents: GatewayIntents = [.guilds, .guildMembers, .messageContent]
        #expect(GatewayVerdict(closeCode: code, intents: intents) == verdict)
    }

    @Test("120 commands a minute, of which five are kept for heartbeats")
    func budget() {
        var budget = CommandBudget()
        let start = Timestamp.origin
        for _ in 0..<115 {
            #expect(budget.nextSlot(now: start, isUrgent: false) == start)
            budget.record(start)
        }
        #expect(budget.nextSlot(now: start, isUrgent: false) == start + .seconds(60))
        for _ in 0..<5 {
            #expect(budget.nextSlot(now: start, isUrgent: true) == start)
            budget.record(start)
        }
        #expect(budget.nextSlot(now: start, isUrgent: true) == start + .seconds(60))
        #expect(budget.nextSlot(now: start + .seconds(60), isUrgent: false) == start + .seconds(60))
    }

    @Test("the checkpoint stays below what is open, and ignores other sessions")
    func checkpoint() {
        let tracker = SequenceTracker()
        tracker.reset(session: "a", sequence: 10)
        for sequence in 11...13 { tracker.begin(sequence, of: "a") }
        tracker.finish(12, of: "a")
        tracker.finish(11, of: "b")
        #expect(tracker.checkpoint == ("a", 10))
        tracker.finish(11, of: "a")
        #expect(tracker.checkpoint == ("a", 12))
        tracker.finish(13, of: "a")
        #expect(tracker.checkpoint == ("a", 13))
    }

    @Test("one zlib stream carries many payloads, however they are cut into messages")
    func zlib() throws {
        let payloads = [Array("{\"op\":10}".utf8), [UInt8](repeating: 0x41, count: 300_000), Array("{}".utf8)]
        let decompressor = try ZlibDecompressor()
        for message in deflated(payloads).enumerated() {
            let middle = message.element.count / 2
            #expect(try decompressor.payload(completedBy: Array(message.element[..<middle])) == nil)
            #expect(
                try decompressor.payload(completedBy: Array(message.element[middle...])) == payloads[message.offset])
        }
    }

    @Test("one zstd stream carries many payloads")
    func zstd() throws {
        let payloads = [Array("{\"op\":10}".utf8), [UInt8](repeating: 0x41, count: 300_000), Array("{}".utf8)]
        let decompressor = try ZstdDecompressor()
        for (message, payload) in zip(zstdCompressed(payloads), payloads) {
            #expect(try decompressor.payload(completedBy: message) == payload)
        }
    }

    @Test("a payload that grows beyond the limit is refused")
    func tooLarge() throws {
        let message = deflated([[UInt8](repeating: 0, count: (64 << 20) + 1)])[0]
        let decompressor = try ZlibDecompressor()
        #expect(throws: DecompressionFailure.tooLarge(limit: 64 << 20)) {
            _ = try decompressor.payload(completedBy: message)
        }
    }

    @Test("ten thousand random frames are refused or read, and never crash")
    func garbage() throws {
        var random = SplitMix(seed: 12)
        for round in 0..<10_000 {
            var bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            if round % 3 == 0 { bytes = Array("{\"op\":".utf8) + bytes.map { $0 & 0x7F } + Array("}".utf8) }
            _ = try? GatewayFrame(parsing: bytes)
            let flushed = bytes + [0, 0, 0xFF, 0xFF]
            _ = try? ZlibDecompressor().payload(completedBy: flushed)
            _ = try? ZstdDecompressor().payload(completedBy: bytes)
        }
    }

    private func deflated(_ payloads: [[UInt8]]) -> [[UInt8]] {
        var stream = z_stream()
        deflateInit_(&stream, 6, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        defer { deflateEnd(&stream) }
        return payloads.map { payload in
            var input = payload
            var output = [UInt8](repeating: 0, count: payload.count + 1024)
            let count = input.withUnsafeMutableBufferPointer { input in
                output.withUnsafeMutableBufferPointer { output in
                    stream.next_in = input.baseAddress
                    stream.avail_in = UInt32(input.count)
                    stream.next_out = output.baseAddress
                    stream.avail_out = UInt32(output.count)
                    deflate(&stream, Z_SYNC_FLUSH)
                    return output.count - Int(stream.avail_out)
                }
            }
            return Array(output[..<count])
        }
    }

    private func zstdCompressed(_ payloads: [[UInt8]]) -> [[UInt8]] {
        let stream = ZSTD_createCStream()
        defer { ZSTD_freeCStream(stream) }
        return payloads.map { payload in
            var bytes = [UInt8](repeating: 0, count: payload.count + 1024)
            let count = payload.withUnsafeBytes { source in
                bytes.withUnsafeMutableBytes { target in
                    var input = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
                    var output = ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
                    _ = ZSTD_compressStream2(stream, &output, &input, ZSTD_e_flush)
                    return output.pos
                }
            }
            return Array(bytes[..<count])
        }
    }
}
