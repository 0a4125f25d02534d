extension Bitmap {
    /// The image without the rows and columns at its edges that are fully transparent; an image without any visible pixel
    /// stays as it is.
    public func trimmed() -> Bitmap {
        guard let columns = visibleColumns(), let rows = visibleRows() else { return self }
        guard columns.count < width || rows.count < height else { return self }
        var result: [UInt8] = []
        result.reserveCapacity(columns.count * rows.count * Self.bytesPerPixel)
        for y in rows {
            let start = offset(columns.lowerBound, y)
            result += pixels[start..<start + columns.count * Self.bytesPerPixel]
        }
        return Bitmap(uncheckedWidth: columns.count, height: rows.count, pixels: result)
    }

    /// The image in the middle of a transparent square of `edge` pixels, its pixels copied as they are.
    ///
    /// Where the margins cannot be equal, the left and upper ones are the smaller; what does not fit is cut off on both
    /// sides.
    public func padded(edge: Int) -> Bitmap {
        var canvas = Bitmap(width: edge, height: edge)
        // A shift rounds down, for images larger than the canvas too.
        let left = (canvas.width - width) >> 1
        let top = (canvas.height - height) >> 1
        let columns = max(0, left)..<min(canvas.width, left + width)
        for y in max(0, top)..<min(canvas.height, top + height) {
            let count = columns.count * Self.bytesPerPixel
            let source = offset(columns.lowerBound - left, y - top)
            let target = canvas.offset(columns.lowerBound, y)
            canvas.pixels.replaceSubrange(target..<target + count, with: pixels[source..<source + count])
        }
        return canvas
    }

    private func visibleRows() -> Range<Int>? {
        guard let first = (0..<height).first(where: hasVisiblePixel(inRow:)),
            let last = (0..<height).last(where: hasVisiblePixel(inRow:))
        else { return nil }
        return first..<last + 1
    }

    private func hasVisiblePixel(inRow y: Int) -> Bool {
        alphas(inRow: y).contains { pixels[$0] > 0 }
    }

    private func visibleColumns() -> Range<Int>? {
        var (first, last) = (width, -1)
        for y in 0..<height {
            let alphas = alphas(inRow: y)
            // Only what lies outside the columns found so far can widen them.
            if let x = (0..<first).first(where: { pixels[alphas[$0]] > 0 }) { first = x }
            if let x = (last + 1..<width).last(where: { pixels[alphas[$0]] > 0 }) { last = x }
        }
        return first <= last ? first..<last + 1 : nil
    }

    /// Where in ``pixels`` the alpha bytes of a row are.
    private func alphas(inRow y: Int) -> AlphaOffsets {
        AlphaOffsets(start: offset(0, y) + Self.bytesPerPixel - 1, count: width)
    }

    private struct AlphaOffsets: RandomAccessCollection {
        let start: Int
        let count: Int
        var startIndex: Int { 0 }
        var endIndex: Int { count }
        subscript(x: Int) -> Int { start + x * Bitmap.bytesPerPixel }
    }
}
