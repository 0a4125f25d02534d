extension Bitmap {
    /// The image as a crest: its visible part, as large as `box` allows, centred on a transparent square.
    ///
    /// It is trimmed; brought to a longer side of `⌊edge × box⌋` pixels, enlarged or shrunk, each side at least one pixel,
    /// and resampled only if that changes a side; and padded to `edge × edge`.
    ///
    /// - Parameters:
    ///   - edge: the side of the square in pixels, brought into 1...``largestSide``.
    ///   - box: the part of the square that the image may take on its longer side, brought into 0.2...0.95.
    public func squareCrest(edge: Int, box: Double) -> Bitmap {
        let edge = Self.side(edge)
        let share = Double.maximum(0.2, .minimum(box, 0.95))
        let target = (Double(edge) * share).rounded(.down)
        let drawing = trimmed()
        let longer = Double(max(drawing.width, drawing.height))
        func fitted(_ side: Int) -> Int { max(1, Int((Double(side) * target / longer).rounded())) }
        return
            drawing
            .resized(width: fitted(drawing.width), height: fitted(drawing.height))
            .padded(edge: edge)
    }
}
