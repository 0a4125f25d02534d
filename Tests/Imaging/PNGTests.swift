import Imaging
import Testing

private let red = Bitmap.Pixel(red: 255, green: 0, blue: 0)
private let blue = Bitmap.Pixel(red: 0, green: 0, blue: 255)

/// A PNG of two pixels in a row and what they must be read as.
struct ColourTypeCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var png: [UInt8]
    var pixels: [Bitmap.Pixel]

    init(_ name: String, _ png: HandMadePNG, _ pixels: Bitmap.Pixel...) {
        testDescription = name
        self.png = png.bytes
        self.pixels = pixels
    }
}

@Suite("PNG")
struct PNGTests {
    static let colourTypes: [ColourTypeCase] = [
        .init(
            "grey, 1 bit", HandMadePNG(width: 2, height: 1, depth: 1, colourType: 0, rows: [0, 0b0100_0000]),
            .init(red: 0, green: 0, blue: 0), .init(red: 255, green: 255, blue: 255)),
        .init(
            "grey with alpha", HandMadePNG(width: 2, height: 1, colourType: 4, rows: [0, 10, 255, 200, 128]),
            .init(red: 10, green: 10, blue: 10), .init(red: 200, green: 200, blue: 200, alpha: 128)),
        .init(
            "colour", HandMadePNG(width: 2, height: 1, colourType: 2, rows: [0, 255, 0, 0, 0, 0, 255]), red, blue),
        .init(
            "palette with transparency",
            HandMadePNG(
                width: 2, height: 1, colourType: 3,
                chunks: [("PLTE", [255, 0, 0, 0, 0, 255]), ("tRNS", [255, 7])], rows: [0, 0, 1]),
            red, .init(red: 0, green: 0, blue: 255, alpha: 7)),
        .init(
            "colour with alpha, 16 bits",
            HandMadePNG(
                width: 2, height: 1, depth: 16,
                rows: [0, 255, 255, 0, 0, 0, 0, 255, 255, 0, 0, 0, 0, 255, 255, 255, 255]),
            red, blue),
        .init(
            "interlaced",
            HandMadePNG(
                width: 2, height: 1, isInterlaced: true, rows: [0, 255, 0, 0, 255, 0, 0, 0, 255, 255]),
            red, blue),
    ]

    @Test("every colour type is read as 8-bit straight alpha", arguments: colourTypes)
    func colourType(_ example: ColourTypeCase) throws {
        let bitmap = try Bitmap(decodingPNG: example.png)
        #expect(bitmap.width == 2 && bitmap.height == 1)
        #expect([bitmap[0, 0], bitmap[1, 0]] == example.pixels)
    }

    @Test("what is encoded is decoded again, with the colour of half transparent pixels")
    func roundTrip() throws {
        var bitmap = Bitmap(width: 37, height: 5, filledWith: .init(red: 200, green: 3, blue: 77, alpha: 9))
        bitmap[36, 4] = .init(red: 1, green: 2, blue: 3, alpha: 254)
        bitmap[0, 1] = .init(red: 250, green: 251, blue: 252)
        #expect(try Bitmap(decodingPNG: bitmap.encodedPNG()) == bitmap)
    }

    @Test(
        "an image larger than allowed is refused by its header alone",
        arguments: [
            (UInt32(4097), UInt32(1)), (1, 4097), (100_000, 100_000), (.max, .max), (5_000_000, 1),
        ])
    func bomb(width: UInt32, height: UInt32) {
        // Signature, length, type and the two sides: nothing is left that could be decoded.
        let header = Array(HandMadePNG(width: width, height: height).bytes.prefix(24))
        #expect(throws: ImagingError.tooLarge(width: Int(width), height: Int(height))) {
            try Bitmap(decodingPNG: header)
        }
    }

    @Test("a real image is refused or read by the caller's limit", arguments: [(99, false), (100, true)])
    func limit(maximumSide: Int, isRead: Bool) throws {
        let png = try Bitmap(width: 100, height: 3, filledWith: red).encodedPNG()
        if isRead {
            #expect(try Bitmap(decodingPNG: png, maximumSide: maximumSide).width == 100)
        } else {
            #expect(throws: ImagingError.tooLarge(width: 100, height: 3)) {
                try Bitmap(decodingPNG: png, maximumSide: maximumSide)
            }
        }
    }

    @Test("a caller cannot allow more than the library can hold")
    func limitOfTheLibrary() {
        let png = HandMadePNG(width: 16_385, height: 1).bytes
        #expect(throws: ImagingError.tooLarge(width: 16_385, height: 1)) {
            try Bitmap(decodingPNG: png, maximumSide: .max)
        }
    }

    @Test("an image without pixels is empty", arguments: [(UInt32(0), UInt32(5)), (5, 0), (0, 0)])
    func empty(width: UInt32, height: UInt32) {
        #expect(throws: ImagingError.empty) {
            try Bitmap(decodingPNG: HandMadePNG(width: width, height: height).bytes)
        }
    }

    @Test(
        "other formats and no format are undecodable",
        arguments: ["", "\u{89}PNG", "GIF89a\u{1}\u{0}\u{1}\u{0}", "<svg/>", String(repeating: "x", count: 5000)])
    func otherFormats(text: String) {
        #expect(throws: ImagingError.undecodable("not a PNG")) { try Bitmap(decodingPNG: Array(text.utf8)) }
    }

    @Test("a PNG that ends early is undecodable, wherever it ends")
    func truncated() throws {
        let png = try gradient.encodedPNG()
        // The last chunk, 12 bytes, only says that the image has ended.
        for count in 0..<png.count - 12 {
            #expect(performing: { try Bitmap(decodingPNG: Array(png.prefix(count))) }, throws: isUndecodable)
        }
    }

    @Test("a PNG with one wrong byte is read or refused")
    func damaged() throws {
        let png = try gradient.encodedPNG()
        for index in png.indices {
            for mask: UInt8 in [0x01, 0x80, 0xFF] {
                var damaged = png
                damaged[index] ^= mask
                _ = try? Bitmap(decodingPNG: damaged, maximumSide: 64)
            }
        }
    }

    @Test("noise behind a valid header is undecodable", arguments: 1...50)
    func noise(seed: UInt64) {
        var state = seed
        let noise = (0..<500).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
        let header = HandMadePNG(width: 16, height: 16).bytes.prefix(33)
        #expect(performing: { try Bitmap(decodingPNG: header + noise) }, throws: isUndecodable)
    }

    private func isUndecodable(_ error: any Error) -> Bool {
        if case ImagingError.undecodable = error { true } else { false }
    }

    private var gradient: Bitmap {
        var bitmap = Bitmap(width: 12, height: 12)
        for y in 0..<12 {
            for x in 0..<12 {
                bitmap[x, y] = .init(
                    red: UInt8(x * 20), green: UInt8(y * 20), blue: UInt8(x * y), alpha: UInt8(255 - x - y))
            }
        }
        return bitmap
    }
}
