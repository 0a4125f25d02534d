extension PosixRule {
    /// Reads a TZ string. Summer time without its dates is refused: no file of the database has it.
    init(parsing bytes: some Collection<UInt8>) throws(TimeZoneError) {
        var reader = PosixRuleReader(Array(bytes))
        let name = try reader.abbreviation()
        standard = .init(offset: -(try reader.offset(within: 24)), isDaylightSaving: false, abbreviation: name)
        guard !reader.isAtEnd else { return }
        let summer = try reader.abbreviation()
        let isOffsetGiven = reader.next != UInt8(ascii: ",")
        let offset = isOffsetGiven ? -(try reader.offset(within: 24)) : standard.offset + 3600
        try reader.take(UInt8(ascii: ","))
        let start = try reader.change()
        try reader.take(UInt8(ascii: ","))
        let end = try reader.change()
        guard reader.isAtEnd else { throw reader.failure }
        daylight = Daylight(
            regime: .init(offset: offset, isDaylightSaving: true, abbreviation: summer), start: start, end: end)
    }
}

/// Reads the parts of a TZ string from left to right.
private struct PosixRuleReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }
    var next: UInt8? { isAtEnd ? nil : bytes[position] }
    var failure: TimeZoneError { .malformed("footer, byte \(position + 1)") }

    mutating func take(_ byte: UInt8) throws(TimeZoneError) {
        guard next == byte else { throw failure }
        position += 1
    }

    /// Three letters or more, or anything of letters, digits and signs between `<` and `>`.
    mutating func abbreviation() throws(TimeZoneError) -> String {
        let isQuoted = next == UInt8(ascii: "<")
        if isQuoted { position += 1 }
        let start = position
        while let byte = next, isLetter(byte) || isQuoted && (isDigit(byte) || isSign(byte)) { position += 1 }
        let name = String(decoding: bytes[start..<position], as: UTF8.self)
        guard (3...16).contains(position - start) else { throw failure }
        if isQuoted { try take(UInt8(ascii: ">")) }
        return name
    }

    /// `[+-]hh[:mm[:ss]]` in seconds.
    mutating func offset(within hours: Int) throws(TimeZoneError) -> Int {
        let isNegative = next == UInt8(ascii: "-")
        if let byte = next, isSign(byte) { position += 1 }
        var seconds = try number(in: 0...hours) * 3600
        for unit in [60, 1] where next == UInt8(ascii: ":") {
            position += 1
            seconds += try number(in: 0...59) * unit
        }
        return isNegative ? -seconds : seconds
    }

    /// A day and, unless it is 2:00, the time.
    mutating func change() throws(TimeZoneError) -> PosixRule.Change {
        let day: PosixRule.Day
        switch next {
        case UInt8(ascii: "M"):
            position += 1
            let month = try number(in: 1...12)
            try take(UInt8(ascii: "."))
            let week = try number(in: 1...5)
            try take(UInt8(ascii: "."))
            day = .weekday(try number(in: 0...6), week: week, month: month)
        case UInt8(ascii: "J"):
            position += 1
            day = .julian(try number(in: 1...365))
        default:
            day = .ordinal(try number(in: 0...365))
        }
        guard next == UInt8(ascii: "/") else { return .init(day: day, time: 2 * 3600) }
        position += 1
        return .init(day: day, time: try offset(within: 167))
    }

    private mutating func number(in bounds: ClosedRange<Int>) throws(TimeZoneError) -> Int {
        let start = position
        var value = 0
        while let byte = next, isDigit(byte), position - start < 3 {
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
            position += 1
        }
        guard position > start, bounds.contains(value) else { throw failure }
        return value
    }

    private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    private func isSign(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") }
    private func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) }
}
