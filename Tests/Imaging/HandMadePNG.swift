/// A PNG written byte by byte, for colour types that the encoder never produces and for headers that lie.
struct HandMadePNG {
    var width: UInt32
    var height: UInt32
    var depth: UInt8 = 8
    var colourType: UInt8 = 6
    var isInterlaced = false
    /// Palette and transparency, in the order in which they are written.
    var chunks: [(type: String, data: [UInt8])] = []
    /// Filter byte and samples of each row, not compressed.
    var rows: [UInt8] = []
    /// Zlib streams that take the place of the rows, one chunk each.
    var streams: [[UInt8]]?
    /// What comes between image data and end.
    var chunksBehind: [(type: String, data: [UInt8])] = []

    var bytes: [UInt8] {
        let header = bigEndian(width) + bigEndian(height) + [depth, colourType, 0, 0, isInterlaced ? 1 : 0]
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
            + chunk("IHDR", header)
            + chunks.flatMap { chunk($0.type, $0.data) }
            + (streams ?? [stored(rows)]).flatMap { chunk("IDAT", $0) }
            + chunksBehind.flatMap { chunk($0.type, $0.data) }
            + chunk("IEND", [])
    }

    private func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
        let body = Array(type.utf8) + data
        return bigEndian(UInt32(data.count)) + body + bigEndian(checksum(body))
    }

    /// A zlib stream of one block that is not compressed (RFC 1950, RFC 1951 3.2.4).
    private func stored(_ data: [UInt8]) -> [UInt8] {
        let count = UInt16(data.count)
        let length = [UInt8(count & 0xFF), UInt8(count >> 8)]
        var (low, high): (UInt32, UInt32) = (1, 0)
        for byte in data {
            low = (low + UInt32(byte)) % 65521
            high = (high + low) % 65521
        }
        return [0x78, 0x01, 0x01] + length + length.map { ~$0 } + data + bigEndian(high << 16 | low)
    }

    private func bigEndian(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }

    /// The CRC of PNG specification, annex D.
    private func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum & 1 == 1 ? 0xEDB8_8320 ^ (sum >> 1) : sum >> 1 }
        }
    }
}
