import CZlib
import Imaging
import Testing

/// Images that were made to cost more than they weigh.
@Suite("Hostile PNG", .timeLimit(.minutes(1)))
struct HostilePNGTests {
    /// So many zero bytes as one zlib stream, a thousandth of their size.
    private func zeros(_ count: Int) -> [UInt8] {
        var size = compressBound(UInt(count))
        let source = [UInt8](repeating: 0, count: count)
        let packed = [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, initialized in
            initialized = compress2(buffer.baseAddress, &size, source, UInt(count), 9) == Z_OK ? Int(size) : 0
        }
        return Array(packed[...])
    }

    private func decodes(_ png: HandMadePNG) throws(ImagingError) -> Bitmap { try Bitmap(decodingPNG: png.bytes) }

    @Test("of data that unpacks to far more than the image holds the image is read")
    func ratio() throws {
        let stream = zeros(64 << 20)
        #expect(stream.count < 100_000)
        #expect(try decodes(HandMadePNG(width: 4, height: 4, streams: [stream])) == Bitmap(width: 4, height: 4))
    }

    @Test("the largest image allowed is read from a few kilobytes", arguments: [false, true])
    func largest(isInterlaced: Bool) throws {
        // Adam7 has up to seven filter bytes where a plain row has one.
        let stream = zeros(4096 * (4096 * 4 + 1) + (isInterlaced ? 8 * 4096 : 0))
        let image = HandMadePNG(width: 4096, height: 4096, isInterlaced: isInterlaced, streams: [stream])
        #expect(try decodes(image).width == 4096)
        #expect(throws: ImagingError.tooLarge(width: 4097, height: 4096)) {
            try decodes(HandMadePNG(width: 4097, height: 4096, streams: [stream]))
        }
    }

    @Test("sixteen bits per channel are read as eight")
    func deep() throws {
        let image = HandMadePNG(width: 512, height: 512, depth: 16, streams: [zeros(512 * (512 * 8 + 1))])
        #expect(try decodes(image)[511, 511] == .clear)
    }

    @Test("a hundred thousand chunks of text, packed or not, before or behind the image, are passed over")
    func chunks() throws {
        let rows: [UInt8] = [0, 255, 0, 0, 255]
        let plain = (type: "tEXt", data: Array("Comment\u{0}x".utf8))
        let packed = (type: "zTXt", data: Array("Comment\u{0}\u{0}".utf8) + zeros(16 << 20))
        let many = [(type: String, data: [UInt8])](repeating: plain, count: 100_000)
        let heavy = [(type: String, data: [UInt8])](repeating: packed, count: 20)
        for chunks in [many, heavy] {
            for isBehind in [false, true] {
                var image = HandMadePNG(width: 1, height: 1, rows: rows)
                if isBehind { image.chunksBehind = chunks } else { image.chunks = chunks }
                #expect(try decodes(image)[0, 0] == .init(red: 255, green: 0, blue: 0))
            }
        }
    }

    @Test("image data in single bytes is put together; without an end it is undecodable")
    func pieces() throws {
        let stream = zeros(64 * (64 * 4 + 1))
        let image = HandMadePNG(width: 64, height: 64, streams: stream.map { [$0] })
        #expect(try decodes(image)[63, 63] == .clear)
        #expect(throws: ImagingError.self) {
            try decodes(HandMadePNG(width: 64, height: 64, streams: stream.dropLast(20).map { [$0] }))
        }
    }

    @Test("of an animation the first image is read")
    func animation() throws {
        func number(_ value: UInt8) -> [UInt8] { [0, 0, 0, value] }
        let control = number(0) + number(1) + number(1) + number(0) + number(0) + [0, 1, 0, 10, 0, 0]
        let image = HandMadePNG(
            width: 1, height: 1,
            chunks: [("acTL", [0xFF, 0xFF, 0xFF, 0xFF] + number(0)), ("fcTL", control)], rows: [0, 255, 0, 0, 255],
            chunksBehind: [("fdAT", number(1) + zeros(1 << 20))])
        #expect(try decodes(image)[0, 0] == .init(red: 255, green: 0, blue: 0))
    }

    @Test(
        "colour types and depths that do not exist are undecodable",
        arguments: [(3, 16), (2, 4), (1, 8), (7, 8), (6, 3)])
    func types(colourType: Int, depth: Int) {
        let image = HandMadePNG(
            width: 1, height: 1, depth: UInt8(depth), colourType: UInt8(colourType), rows: [0, 0, 0])
        #expect(throws: ImagingError.self) { try decodes(image) }
    }
}
