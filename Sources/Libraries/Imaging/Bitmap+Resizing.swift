extension Bitmap {
    /// The image at another size, resampled with a Lanczos filter of three lobes. Sides are brought into
    /// 1...``largestSide``.
    ///
    /// Colours are weighted by their alpha while they are mixed, so that the invisible colour of transparent pixels does
    /// not bleed into soft edges.
    public func resized(width newWidth: Int, height newHeight: Int) -> Bitmap {
        let (newWidth, newHeight) = (Self.side(newWidth), Self.side(newHeight))
        guard newWidth != width || newHeight != height else { return self }
        let narrowed = resampledRows(with: LanczosWeights(from: width, to: newWidth))
        return Self.resampledColumns(
            of: narrowed, width: newWidth, with: LanczosWeights(from: height, to: newHeight))
    }

    /// Each row at its new width, alpha-weighted: red, green, blue, alpha as numbers between 0 and 255.
    private func resampledRows(with weights: LanczosWeights) -> [SIMD4<Float>] {
        var result: [SIMD4<Float>] = []
        result.reserveCapacity(weights.count * height)
        var row = [SIMD4<Float>](repeating: .zero, count: width)
        for y in 0..<height {
            let start = offset(0, y)
            pixels.withUnsafeBufferPointer { pixels in
                for x in row.indices { row[x] = Self.premultiplied(pixels, at: start + x * Self.bytesPerPixel) }
            }
            let source = row.span
            for output in 0..<weights.count {
                var sum = SIMD4<Float>.zero
                weights.forEachTap(of: output) { sum += source[$0] * $1 }
                result.append(sum)
            }
        }
        return result
    }

    private static func resampledColumns(
        of source: [SIMD4<Float>], width: Int, with weights: LanczosWeights
    ) -> Bitmap {
        var result: [UInt8] = []
        result.reserveCapacity(width * weights.count * bytesPerPixel)
        let source = source.span
        var row = [SIMD4<Float>](repeating: .zero, count: width)
        for output in 0..<weights.count {
            for x in row.indices { row[x] = .zero }
            weights.forEachTap(of: output) { y, weight in
                for x in row.indices { row[x] += source[y * width + x] * weight }
            }
            for pixel in row { appendStraight(pixel, to: &result) }
        }
        return Bitmap(uncheckedWidth: width, height: weights.count, pixels: result)
    }

    private static func premultiplied(_ pixels: UnsafeBufferPointer<UInt8>, at start: Int) -> SIMD4<Float> {
        let alpha = Float(pixels[start + 3])
        let colours = SIMD4(Float(pixels[start]), Float(pixels[start + 1]), Float(pixels[start + 2]), 255)
        return colours * (alpha / 255)
    }

    private static func appendStraight(_ pixel: SIMD4<Float>, to result: inout [UInt8]) {
        let alpha = pixel.w.rounded()
        // The filter's negative lobes overshoot at hard edges, below zero and above 255.
        guard alpha >= 1 else { return result.append(contentsOf: [0, 0, 0, 0]) }
        let colours = (pixel * (255 / pixel.w)).clamped(lowerBound: .zero, upperBound: .init(repeating: 255))
        result.append(UInt8(colours.x.rounded()))
        result.append(UInt8(colours.y.rounded()))
        result.append(UInt8(colours.z.rounded()))
        result.append(UInt8(min(alpha, 255)))
    }
}
