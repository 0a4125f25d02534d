import CPNG

extension Bitmap {
    /// Decodes a PNG of any colour type and depth, whatever follows its first image being ignored.
    ///
    /// The sides are read from the header first, and an image with more than `maximumSide` pixels on one of them is refused
    /// before any of its data is unpacked, so that a few kilobytes cannot claim gigabytes. Only PNG is understood: other
    /// formats (GIF, JPEG, WebP) are ``ImagingError/undecodable(_:)``.
    ///
    /// - Parameter maximumSide: the most pixels per side, at most ``largestSide``.
    /// - Throws: ``ImagingError/tooLarge(width:height:)``, ``ImagingError/empty`` or ``ImagingError/undecodable(_:)``.
    public init(decodingPNG bytes: [UInt8], maximumSide: Int = 4096) throws(ImagingError) {
        let header = try PNGHeader(of: bytes)
        guard max(header.width, header.height) <= min(maximumSide, Self.largestSide) else {
            throw .tooLarge(width: header.width, height: header.height)
        }
        // The decoder keeps a pointer to its input from the first call to the last, so both happen in here.
        let decoded = bytes.withUnsafeBytes { bytes in
            Result<Bitmap, ImagingError> { () throws(ImagingError) in try Self.decode(bytes, header) }
        }
        self = try decoded.get()
    }

    /// The image as a PNG with 8 bits per channel.
    ///
    /// - Throws: ``ImagingError/unencodable(_:)``.
    public func encodedPNG() throws(ImagingError) -> [UInt8] {
        var image = png_image()
        image.version = png_uint_32(PNG_IMAGE_VERSION)
        image.format = Self.format
        image.width = png_uint_32(width)
        image.height = png_uint_32(height)
        defer { png_image_free(&image) }

        var size = png_image_encoded_size_bound(image)
        var status: Int32 = 0
        let encoded = [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, count in
            status = png_image_write_to_memory(&image, buffer.baseAddress, &size, 0, pixels, 0, nil)
            count = status == 0 ? 0 : Int(size)
        }
        try Self.check(status, image) { .unencodable($0) }
        // A copy of the right size: the buffer has room for the worst case, and results are often kept.
        return Array(encoded[...])
    }

    private static let format =
        png_uint_32(PNG_FORMAT_FLAG_COLOR) | png_uint_32(PNG_FORMAT_FLAG_ALPHA)

    private static func decode(_ bytes: UnsafeRawBufferPointer, _ header: PNGHeader) throws(ImagingError) -> Bitmap {
        var image = png_image()
        image.version = png_uint_32(PNG_IMAGE_VERSION)
        defer { png_image_free(&image) }
        try check(png_image_begin_read_from_memory(&image, bytes.baseAddress, bytes.count), image) { .undecodable($0) }
        guard image.width == header.width, image.height == header.height else {
            throw .undecodable("two headers disagree")
        }
        image.format = format

        var status: Int32 = 0
        let count = header.width * header.height * bytesPerPixel
        let pixels = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            status = png_image_finish_read(&image, nil, buffer.baseAddress, 0, nil)
            initialized = status == 0 ? 0 : count
        }
        try check(status, image) { .undecodable($0) }
        return Bitmap(uncheckedWidth: header.width, height: header.height, pixels: pixels)
    }

    /// Turns the answer of a function of the simplified API into an error; zero is failure.
    private static func check(
        _ status: Int32, _ image: png_image, _ error: (String) -> ImagingError
    ) throws(ImagingError) {
        guard status == 0 else { return }
        let message = withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        throw error(message)
    }
}

/// The first fields of a PNG, which say how large it is: signature and IHDR chunk (PNG specification, 5.2 and 11.2.2).
struct PNGHeader {
    let width: Int
    let height: Int

    private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    private static let chunkStart: [UInt8] = [0, 0, 0, 13] + Array("IHDR".utf8)

    init(of bytes: [UInt8]) throws(ImagingError) {
        let prefix = Self.signature + Self.chunkStart
        guard bytes.starts(with: prefix) else { throw .undecodable("not a PNG") }
        guard bytes.count >= prefix.count + 8 else { throw .undecodable("ends within its header") }
        width = Self.number(in: bytes[prefix.count..<prefix.count + 4])
        height = Self.number(in: bytes[prefix.count + 4..<prefix.count + 8])
        guard width > 0, height > 0 else { throw .empty }
    }

    private static func number(in bytes: ArraySlice<UInt8>) -> Int {
        bytes.reduce(0) { $0 << 8 | Int($1) }
    }
}
