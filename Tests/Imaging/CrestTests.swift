import Imaging
import Service
import Testing

struct CrestCase: Sendable, CustomTestStringConvertible {
    /// The sides of the opaque drawing, which has a transparent margin of 3 pixels.
    var width: Int
    var height: Int
    var edge: Int
    var box: Double
    /// The sides of the drawing in the crest.
    var newWidth: Int
    var newHeight: Int

    var testDescription: String { "\(width) × \(height), edge \(edge), box \(box)" }

    init(_ width: Int, _ height: Int, edge: Int, box: Double, _ newWidth: Int, _ newHeight: Int) {
        (self.width, self.height, self.edge, self.box) = (width, height, edge, box)
        (self.newWidth, self.newHeight) = (newWidth, newHeight)
    }

    var drawing: Bitmap {
        let drawing = Bitmap(width: width, height: height, filledWith: .init(red: 90, green: 160, blue: 220))
        return drawing.framed(width: width + 6, height: height + 6)
    }
}

@Suite("Crests")
struct CrestTests {
    static let crests: [CrestCase] = [
        .init(100, 100, edge: 64, box: 0.75, 48, 48),
        .init(20, 10, edge: 128, box: 0.9, 115, 58),
        .init(10, 20, edge: 128, box: 0.9, 58, 115),
        .init(300, 10, edge: 64, box: 0.5, 32, 1),
        .init(1000, 1, edge: 64, box: 0.9, 57, 1),
        .init(50, 50, edge: 100, box: 0.5, 50, 50),
        .init(50, 50, edge: 100, box: 0.0, 20, 20),
        .init(50, 50, edge: 100, box: 7, 95, 95),
        .init(50, 50, edge: 100, box: -.infinity, 20, 20),
        .init(50, 50, edge: 1, box: 0.5, 1, 1),
        .init(50, 50, edge: -3, box: 0.5, 1, 1),
    ]

    @Test("a drawing is scaled into its box and centred", arguments: crests)
    func crest(_ example: CrestCase) {
        let edge = max(1, example.edge)
        let crest = example.drawing.squareCrest(edge: example.edge, box: example.box)
        #expect(crest.width == edge && crest.height == edge)
        let drawing = crest.trimmed()
        #expect(drawing.width == example.newWidth && drawing.height == example.newHeight)
        #expect(crest == drawing.padded(edge: edge))
    }

    @Test("a drawing of the right size is not resampled")
    func untouched() {
        let image = picture("#-#.", "-##.", "#.-.", "....")
        #expect(image.squareCrest(edge: 6, box: 0.5) == image.trimmed().padded(edge: 6))
    }

    @Test("a fully transparent image becomes a transparent square")
    func transparent() {
        #expect(Bitmap(width: 9, height: 4).squareCrest(edge: 12, box: 0.9) == Bitmap(width: 12, height: 12))
    }

    @Test("a box that is no number is the largest box")
    func notANumber() {
        let drawing = picture("##", "##")
        #expect(drawing.squareCrest(edge: 40, box: .nan) == drawing.squareCrest(edge: 40, box: 0.95))
    }

    @Test("3000 × 10 pixels at edge 512 and box 0.95 become 486 pixels of drawing on 512")
    func wide() async throws {
        let png = try Bitmap(width: 3000, height: 10, filledWith: .init(red: 9, green: 99, blue: 199)).encodedPNG()
        let crest = try await Bitmap(decodingPNG: ImageProcessor().crest(from: png, edge: 512, box: 0.95))
        #expect(crest.width == 512 && crest.height == 512)
        #expect(crest.trimmed().width == 486)
        #expect(crest.trimmed().height == 2)
    }

    @Test("the processor hands on why an image was refused")
    func refusals() async throws {
        let processor = ImageProcessor()
        let png = try Bitmap(width: 65, height: 1).encodedPNG()
        await #expect(throws: ImagingError.tooLarge(width: 65, height: 1)) {
            try await processor.crest(from: png, edge: 64, box: 0.9, maximumSide: 64)
        }
        await #expect(throws: ImagingError.undecodable("not a PNG")) {
            try await processor.crest(from: [1, 2, 3], edge: 64, box: 0.9)
        }
    }

    @Test("work whose caller was cancelled is not begun")
    func cancellation() async throws {
        let processor = ImageProcessor()
        let png = try Bitmap(width: 8, height: 8).encodedPNG()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await processor.crest(from: png, edge: 64, box: 0.9)
        }
        await #expect(throws: ImagingError.cancelled) { try await task.value }
    }
}

extension Bitmap {
    /// The image in the middle of a transparent one of another size.
    fileprivate func framed(width: Int, height: Int) -> Bitmap {
        var frame = Bitmap(width: width, height: height)
        for y in 0..<self.height {
            for x in 0..<self.width {
                frame[x + (width - self.width) / 2, y + (height - self.height) / 2] = self[x, y]
            }
        }
        return frame
    }
}
