import CZlib
import Imaging

extension Subject {
    /// An image decodes within the limit it was given or is refused; what decodes can be encoded, and is the same then.
    static let png = Subject("png") { bytes in
        for candidate in [bytes, withTrueChecksums(bytes)] {
            guard let image = try? Bitmap(decodingPNG: candidate, maximumSide: 64) else { continue }
            try promise(image.width <= 64 && image.height <= 64, "\(image.width) × \(image.height) pixels")
            try promise(image.pixels.count == image.width * image.height * 4, "\(image.pixels.count) bytes of pixels")
            let again = try Bitmap(decodingPNG: image.encodedPNG())
            try promise(again == image, "an encoded image differs")
            let crest = image.squareCrest(edge: 16, box: 0.9)
            try promise(crest.width == 16 && crest.height == 16, "a crest of \(crest.width) × \(crest.height)")
        }
    }

    /// The same chunks with checksums that are right, so that a mutation is not lost on them.
    private static func withTrueChecksums(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        var position = 8
        while position + 12 <= bytes.count {
            let length = bytes[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
            guard length <= bytes.count - position - 12 else { break }
            let end = position + 8 + length
            let checksum = bytes[position + 4..<end].withUnsafeBufferPointer {
                crc32(0, $0.baseAddress, UInt32($0.count))
            }
            for offset in 0..<4 { bytes[end + offset] = UInt8(truncatingIfNeeded: checksum >> (24 - 8 * offset)) }
            position = end + 4
        }
        return bytes
    }
}
