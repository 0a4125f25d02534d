/// A raster image in memory: 8 bits each of red, green, blue and alpha, straight (not premultiplied), rows top to bottom.
///
/// ```swift
/// let emoji = try Bitmap(decodingPNG: bytes)
/// let icon = try emoji.trimmed().resized(width: 64, height: 64).encodedPNG()
/// ```
///
/// Both sides are between 1 and ``largestSide``; there are no empty bitmaps.
public struct Bitmap: Sendable, Equatable {
    /// The most pixels that a side can have: 16,384.
    public static let largestSide = 16_384

    /// One pixel, straight alpha: the colours do not depend on how opaque it is.
    public struct Pixel: Sendable, Hashable {
        /// The share of red, 0 to 255.
        public var red: UInt8
        /// The share of green, 0 to 255.
        public var green: UInt8
        /// The share of blue, 0 to 255.
        public var blue: UInt8
        /// How opaque the pixel is: 0 is invisible, 255 hides what is behind it.
        public var alpha: UInt8

        /// A pixel of this colour, opaque unless told otherwise.
        public init(red: UInt8, green: UInt8, blue: UInt8, alpha: UInt8 = 255) {
            self.red = red
            self.green = green
            self.blue = blue
            self.alpha = alpha
        }

        /// Nothing to be seen.
        public static let clear = Pixel(red: 0, green: 0, blue: 0, alpha: 0)
    }

    static let bytesPerPixel = 4

    /// Pixels per row.
    public let width: Int
    /// Number of rows.
    public let height: Int
    /// Red, green, blue and alpha of each pixel, row after row: `width × height × 4` bytes.
    public internal(set) var pixels: [UInt8]

    /// An image of these pixels; nil if their number does not fit the sides, or a side is outside 1...``largestSide``.
    public init?(width: Int, height: Int, pixels: [UInt8]) {
        let sides = 1...Self.largestSide
        guard sides.contains(width), sides.contains(height), pixels.count == width * height * Self.bytesPerPixel
        else { return nil }
        self.init(uncheckedWidth: width, height: height, pixels: pixels)
    }

    /// An image filled with one colour. Sides are brought into 1...``largestSide``.
    public init(width: Int, height: Int, filledWith pixel: Pixel = .clear) {
        let (width, height) = (Self.side(width), Self.side(height))
        self.init(
            uncheckedWidth: width, height: height,
            pixels: [UInt8](unsafeUninitializedCapacity: width * height * Self.bytesPerPixel) { bytes, count in
                // A pixel lies in memory as its four bytes in this order.
                count = bytes.withMemoryRebound(to: Pixel.self) { pixels in
                    pixels.initialize(repeating: pixel)
                    return pixels.count * Self.bytesPerPixel
                }
            })
    }

    /// For callers inside the library who have already made the sides and the number of pixels agree.
    init(uncheckedWidth width: Int, height: Int, pixels: [UInt8]) {
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    /// The pixel `x` columns from the left and `y` rows from the top, both from 0. As with an array, a position outside
    /// the image is a mistake of the caller and traps.
    public subscript(x: Int, y: Int) -> Pixel {
        get {
            let start = offset(x, y)
            return Pixel(
                red: pixels[start], green: pixels[start + 1], blue: pixels[start + 2], alpha: pixels[start + 3])
        }
        set {
            let start = offset(x, y)
            pixels[start] = newValue.red
            pixels[start + 1] = newValue.green
            pixels[start + 2] = newValue.blue
            pixels[start + 3] = newValue.alpha
        }
    }

    func offset(_ x: Int, _ y: Int) -> Int {
        precondition(0..<width ~= x && 0..<height ~= y, "no pixel at (\(x), \(y)) of \(width) × \(height)")
        return (y * width + x) * Self.bytesPerPixel
    }

    /// The nearest length that a side can have.
    static func side(_ length: Int) -> Int {
        min(max(1, length), largestSide)
    }
}
