/// What a TZif file says, checked: nothing in here can be out of bounds.
///
/// A file is a header and a data block with 32-bit times; from version 2 on a second header and block with 64-bit times
/// follow, and a TZ string between line feeds. Source: RFC 9636, sections 3.1 to 3.3.
struct TZif {
    let first: NamedTimeZone.Regime
    let transitions: [NamedTimeZone.Transition]
    let rule: PosixRule?

    /// RFC 9636, section 3.2: offsets lie strictly between -25 and 26 hours.
    private static let offsets = -89_999...93_599

    private struct Header {
        static let size = 44
        var version: UInt8
        var utIndicators, standardIndicators, leapSeconds, transitions, types, characters: Int

        /// How many bytes the block behind the header takes.
        func blockSize(timeSize: Int) -> Int {
            transitions * (timeSize + 1) + types * 6 + characters + leapSeconds * (timeSize + 4) + standardIndicators
                + utIndicators
        }
    }

    init(parsing bytes: [UInt8]) throws(TimeZoneError) {
        var reader = ByteReader(bytes)
        let header = try Self.header(&reader)
        guard header.version > 0 else {
            (first, transitions) = try Self.block(&reader, header, timeSize: 4)
            rule = nil
            return
        }
        try reader.skip(header.blockSize(timeSize: 4))
        let second = try Self.header(&reader)
        guard second.version == header.version else { throw .malformed("two versions") }
        (first, transitions) = try Self.block(&reader, second, timeSize: 8)
        let footer = try Self.footer(&reader)
        rule = footer.isEmpty ? nil : try PosixRule(parsing: footer)
    }

    private static func header(_ reader: inout ByteReader) throws(TimeZoneError) -> Header {
        guard try reader.take(4).elementsEqual("TZif".utf8) else { throw .malformed("not a TZif file") }
        let version = try reader.integer(1)
        guard [0, 0x32, 0x33, 0x34].contains(version) else { throw .malformed("version \(version)") }
        try reader.skip(15)
        var counts: [Int] = []
        for _ in 0..<6 { counts.append(Int(UInt32(truncatingIfNeeded: try reader.integer(4)))) }
        let header = Header(
            version: UInt8(version), utIndicators: counts[0], standardIndicators: counts[1], leapSeconds: counts[2],
            transitions: counts[3], types: counts[4], characters: counts[5])
        guard header.types > 0, header.characters > 0, [0, header.types].contains(header.standardIndicators),
            [0, header.types].contains(header.utIndicators)
        else { throw .malformed("counts") }
        return header
    }

    private static func block(
        _ reader: inout ByteReader, _ header: Header, timeSize: Int
    ) throws(TimeZoneError) -> (NamedTimeZone.Regime, [NamedTimeZone.Transition]) {
        // Before anything is reserved for the counts that a file claims.
        guard reader.left >= header.blockSize(timeSize: timeSize) else { throw .malformed("too short") }
        guard header.leapSeconds == 0 else { throw .malformed("leap seconds are not UTC") }
        var instants: [Int] = []
        for _ in 0..<header.transitions {
            let instant = try reader.integer(timeSize)
            guard instant > instants.last ?? .min, abs(instant / 2) < 1 << 59 else { throw .malformed("transition") }
            instants.append(instant)
        }
        let indices = try reader.take(header.transitions)
        var types: [(offset: Int, isDaylightSaving: Bool, abbreviation: Int)] = []
        for _ in 0..<header.types {
            let (offset, flag, index) = (try reader.integer(4), try reader.integer(1), try reader.integer(1) & 0xFF)
            guard offsets.contains(offset), 0...1 ~= flag, index < header.characters else { throw .malformed("type") }
            types.append((offset, flag == 1, index))
        }
        let characters = Array(try reader.take(header.characters))
        try reader.skip(header.standardIndicators + header.utIndicators)
        var regimes: [NamedTimeZone.Regime] = []
        for type in types {
            guard let end = characters[type.abbreviation...].firstIndex(of: 0) else { throw .malformed("abbreviation") }
            let name = String(decoding: characters[type.abbreviation..<end], as: UTF8.self)
            regimes.append(
                .init(offset: type.offset, isDaylightSaving: type.isDaylightSaving, abbreviation: name))
        }
        var transitions: [NamedTimeZone.Transition] = []
        for (instant, index) in zip(instants, indices) {
            guard regimes.indices.contains(Int(index)) else { throw .malformed("type of a transition") }
            transitions.append(.init(instant: instant, regime: regimes[Int(index)]))
        }
        return (regimes[0], transitions)
    }

    private static func footer(_ reader: inout ByteReader) throws(TimeZoneError) -> ArraySlice<UInt8> {
        let rest = try reader.take(reader.left)
        guard rest.first == 0x0A, let end = rest.dropFirst().firstIndex(of: 0x0A) else { throw .malformed("footer") }
        return rest.dropFirst()[..<end]
    }
}

/// Reads big-endian numbers, and never beyond the end.
private struct ByteReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var left: Int { bytes.count - position }

    mutating func take(_ count: Int) throws(TimeZoneError) -> ArraySlice<UInt8> {
        guard count <= left else { throw .malformed("too short") }
        defer { position += count }
        return bytes[position..<position + count]
    }

    mutating func skip(_ count: Int) throws(TimeZoneError) { _ = try take(count) }

    /// A number of 1, 4 or 8 bytes in two's complement.
    mutating func integer(_ size: Int) throws(TimeZoneError) -> Int {
        let raw = try take(size).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let shift = 64 - 8 * size
        return Int(Int64(bitPattern: raw << shift) >> shift)
    }
}
