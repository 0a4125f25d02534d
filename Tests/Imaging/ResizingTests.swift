import Imaging
import Testing

@Suite("Resizing")
struct ResizingTests {
    private static let sizes = [(1, 1), (2, 5), (7, 3), (16, 16), (33, 20)]

    @Test("one colour stays that colour at any size", arguments: sizes, sizes)
    func flatColour(old: (Int, Int), new: (Int, Int)) {
        let pixel = Bitmap.Pixel(red: 201, green: 34, blue: 7, alpha: 180)
        let resized = Bitmap(width: old.0, height: old.1, filledWith: pixel).resized(width: new.0, height: new.1)
        #expect(resized == Bitmap(width: new.0, height: new.1, filledWith: pixel))
    }

    @Test("soft edges keep their colour", arguments: [5, 13, 40, 64, 150])
    func softEdges(edge: Int) {
        // A bright disc on transparent black: mixed without regard to alpha, its rim would darken.
        let bright = Bitmap.Pixel(red: 255, green: 200, blue: 100)
        var disc = Bitmap(width: 64, height: 64)
        for y in 0..<64 {
            for x in 0..<64 where (x - 32) * (x - 32) + (y - 32) * (y - 32) < 700 { disc[x, y] = bright }
        }
        let resized = disc.resized(width: edge, height: edge)
        var alphas: Set<UInt8> = []
        for y in 0..<edge {
            for x in 0..<edge where resized[x, y].alpha > 0 {
                alphas.insert(resized[x, y].alpha)
                #expect(resized[x, y].isSameColour(as: bright), "at \(x), \(y)")
            }
        }
        #expect(resized[edge / 2, edge / 2].alpha > 230)
        #expect(edge == 64 || alphas.count > 2, "an edge between opaque and transparent is soft")
    }

    @Test("transparent pixels have no colour to give")
    func hiddenColour() {
        var image = Bitmap(width: 8, height: 8, filledWith: .init(red: 0, green: 255, blue: 0, alpha: 0))
        for y in 0..<8 { for x in 0..<4 { image[x, y] = .init(red: 255, green: 0, blue: 0) } }
        let resized = image.resized(width: 3, height: 3)
        #expect((0..<3).allSatisfy { resized[$0, 1].green == 0 })
        #expect((1...254).contains(resized[1, 1].alpha))
    }

    @Test("a sharp line shrinks to the mean of what it was")
    func mean() {
        var lines = Bitmap(width: 64, height: 1, filledWith: .init(red: 0, green: 0, blue: 0))
        for x in stride(from: 0, to: 64, by: 2) { lines[x, 0] = .init(red: 255, green: 255, blue: 255) }
        let resized = lines.resized(width: 8, height: 1)
        // Away from the ends, where the filter sees only half of its window.
        for x in 2..<6 { #expect((124...131).contains(resized[x, 0].red), "at \(x)") }
    }

    @Test("a mirrored image gives a mirrored result", arguments: [3, 9, 31])
    func symmetry(width: Int) {
        func row(_ shade: (Int) -> Int) -> Bitmap {
            var bitmap = Bitmap(width: 10, height: 1)
            for x in 0..<10 { bitmap[x, 0] = .init(red: UInt8(shade(x)), green: 0, blue: 0) }
            return bitmap.resized(width: width, height: 1)
        }
        let (forward, backward) = (row { $0 * 25 }, row { (9 - $0) * 25 })
        for x in 0..<width {
            #expect(abs(Int(forward[x, 0].red) - Int(backward[width - 1 - x, 0].red)) <= 1)
        }
    }

    @Test("hard edges overshoot to the limits, not beyond")
    func overshoot() {
        let image = picture("####....", "####....")
        let resized = image.resized(width: 31, height: 2)
        #expect(resized[3, 0].alpha == 255)
        #expect(resized[28, 0] == .clear)
    }

    @Test("the same size gives the same pixels, sizes below one give one", arguments: [(2, 2, 2, 2), (0, -5, 1, 1)])
    func sides(width: Int, height: Int, newWidth: Int, newHeight: Int) {
        let image = picture("#-", ".#")
        let resized = image.resized(width: width, height: height)
        #expect(resized.width == newWidth && resized.height == newHeight)
        if newWidth == image.width { #expect(resized == image) }
    }
}

extension Bitmap.Pixel {
    /// The same red, green and blue, but for rounding; how opaque does not matter. The fainter a pixel, the coarser its
    /// colour could be, but nothing is rounded before the alpha is taken out.
    fileprivate func isSameColour(as other: Self) -> Bool {
        zip([red, green, blue], [other.red, other.green, other.blue]).allSatisfy { abs(Int($0) - Int($1)) <= 1 }
    }
}
