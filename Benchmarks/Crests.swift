import Imaging

extension Benchmark {
    /// Decoding, trimming, resampling, padding and encoding: an emoji as Discord serves it, and the largest image that is
    /// let in.
    static let crests = Benchmark("crest") {
        var measurements: [Measurement] = []
        for (name, side, edge) in [("emoji", 128, 128), ("emoji-large", 128, 512), ("largest", 4096, 512)] {
            let png = try drawing(side).encodedPNG()
            let whole = try Stopwatch.rate { keep(try crest(of: png, edge: edge)) }
            let decoding = try Stopwatch.rate { keep(try Bitmap(decodingPNG: png)) }
            measurements.append(
                Measurement(
                    "crest.\(name)", 1000 / whole, "ms", against: .init(name: "decoding alone", figure: 1000 / decoding)
                ))
        }
        return measurements
    }

    private static func crest(of png: [UInt8], edge: Int) throws -> [UInt8] {
        try Bitmap(decodingPNG: png).squareCrest(edge: edge, box: 0.9).encodedPNG()
    }

    /// A shaded disc with a soft rim and a transparent margin.
    private static func drawing(_ side: Int) -> Bitmap {
        var bitmap = Bitmap(width: side, height: side)
        let centre = Double(side) / 2
        for y in 0..<side {
            for x in 0..<side {
                let (dx, dy) = (Double(x) - centre, Double(y) - centre)
                let rim = (centre * 0.9 - (dx * dx + dy * dy).squareRoot()) / centre
                guard rim > 0 else { continue }
                bitmap[x, y] = .init(
                    red: UInt8(truncatingIfNeeded: x * 255 / side), green: UInt8(truncatingIfNeeded: y * 255 / side),
                    blue: UInt8(truncatingIfNeeded: (x ^ y) & 0x3F), alpha: UInt8(min(255, rim * 4000)))
            }
        }
        return bitmap
    }
}
