import CZlib

/// Draws the images of guild emoji: a shield in a colour of its own with a sign on it, as a PNG.
///
/// The same emoji always looks the same, on every machine.
enum CrestPainter {
    /// Pixels across and down.
    static let side = 128

    /// A straight RGBA colour.
    private struct Color {
        var red: UInt8
        var green: UInt8
        var blue: UInt8
        var alpha: UInt8 = 255

        static let clear = Color(red: 0, green: 0, blue: 0, alpha: 0)

        func shaded(_ factor: Double) -> Color {
            let scale = { (part: UInt8) in UInt8(min(255, max(0, Double(part) * factor))) }
            return Color(red: scale(red), green: scale(green), blue: scale(blue), alpha: alpha)
        }

        /// A fully saturated hue, 0 to 360 degrees.
        static func hue(_ degrees: Int) -> Color {
            let sector = Double(degrees % 360) / 60
            let ramp = UInt8(40 + 150 * (1 - abs(sector.truncatingRemainder(dividingBy: 2) - 1)))
            return switch Int(sector) {
            case 0: Color(red: 190, green: ramp, blue: 40)
            case 1: Color(red: ramp, green: 190, blue: 40)
            case 2: Color(red: 40, green: 190, blue: ramp)
            case 3: Color(red: 40, green: ramp, blue: 190)
            case 4: Color(red: ramp, green: 40, blue: 190)
            default: Color(red: 190, green: 40, blue: ramp)
            }
        }
    }

    /// The image of an emoji.
    static func png(for emoji: SimulatedEmoji) -> [UInt8] {
        let seed = emoji.name.utf8.reduce(into: UInt64(14_695_981_039_346_656_037)) {
            $0 = ($0 ^ UInt64($1)) &* 1_099_511_628_211
        }
        let field = Color.hue(Int(seed >> 8 % 360))
        let charge = Color(red: 250, green: 240, blue: 210)
        let sign = Int(seed % 4)
        var rows: [UInt8] = []
        for y in 0..<side {
            rows.append(0)  // each row begins with its filter: none
            for x in 0..<side {
                let color = color(at: x, y, field: field, charge: charge, sign: sign)
                rows += [color.red, color.green, color.blue, color.alpha]
            }
        }
        return PNGWriter.encode(rows, side: side)
    }

    private static func color(at x: Int, _ y: Int, field: Color, charge: Color, sign: Int) -> Color {
        // Coordinates from -1 to 1, the shield a little smaller than the image.
        let (u, v) = (Double(x) / 64 - 1 + 1 / 128, Double(y) / 64 - 1 + 1 / 128)
        guard isInShield(u / 0.92, v / 0.92) else { return .clear }
        guard isInShield(u / 0.80, v / 0.80) else { return field.shaded(0.45) }
        if isSign(sign, u, v) { return charge }
        return field.shaded(u < 0 ? 1.0 : 0.84)
    }

    /// A heater shield: straight sides above, two arcs meeting in a point below.
    private static func isInShield(_ u: Double, _ v: Double) -> Bool {
        guard v >= -0.95, v <= 1 else { return false }
        if v < 0 { return abs(u) <= 0.85 }
        return abs(u) <= 0.85 * (1 - v * v).squareRoot()
    }

    private static func isSign(_ sign: Int, _ u: Double, _ v: Double) -> Bool {
        switch sign {
        case 0: abs(u) < 0.12 || abs(v + 0.2) < 0.12  // a cross
        case 1: abs(u) + abs(v + 0.15) < 0.42  // a lozenge
        case 2: abs(v + 0.15 - abs(u) * 0.9 + 0.1) < 0.14  // a chevron
        default: u * u + (v + 0.15) * (v + 0.15) < 0.14  // a roundel
        }
    }
}

/// Writes an RGBA image as a PNG (ISO/IEC 15948).
private enum PNGWriter {
    static func encode(_ rows: [UInt8], side: Int) -> [UInt8] {
        let size = bigEndian(UInt32(side))
        let header = size + size + [8, 6, 0, 0, 0]
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", header)
            + chunk("IDAT", PayloadCompression.zlib(rows) ?? []) + chunk("IEND", [])
    }

    private static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
        let body = Array(type.utf8) + data
        let checksum = UInt32(truncatingIfNeeded: crc32(0, body, UInt32(body.count)))
        return bigEndian(UInt32(data.count)) + body + bigEndian(checksum)
    }

    private static func bigEndian(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
}
