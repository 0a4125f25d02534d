import Service

/// Image work on a thread of its own: decoding, resampling and encoding take many milliseconds, which the shared pool must
/// not lose. Requests are served one after the other, in order.
public actor ImageProcessor {
    private let thread = DedicatedThread(name: "imaging")

    /// The thread on which all work happens.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// A processor whose thread starts with the first request.
    public init() {}

    /// Ends the thread once it has nothing left to do.
    public nonisolated func close() { thread.stop() }

    /// The crest that ``Bitmap/squareCrest(edge:box:)`` makes of a PNG, as a PNG.
    ///
    /// - Parameter maximumSide: images with more pixels per side are refused before decoding.
    /// - Throws: ``ImagingError``; ``ImagingError/cancelled`` if the caller was cancelled before its turn.
    public func crest(
        from png: [UInt8], edge: Int, box: Double, maximumSide: Int = 4096
    ) async throws(ImagingError) -> [UInt8] {
        guard !Task.isCancelled else { throw .cancelled }
        return try Bitmap(decodingPNG: png, maximumSide: maximumSide)
            .squareCrest(edge: edge, box: box)
            .encodedPNG()
    }
}
