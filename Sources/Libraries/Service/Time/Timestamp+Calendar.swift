import TimeZones

extension Timestamp {
    /// A calendar timestamp as `YYYY-MM-DDTHH:MM:SS.mmmZ`, always UTC (RFC 3339). Years outside 0 to 9999 are clamped.
    public var iso8601: String {
        let earliest: Int64 = -62_167_219_200_000
        let latest: Int64 = 253_402_300_799_999
        let instant = min(max(milliseconds, earliest), latest)
        let days = floorDivision(instant, by: 86_400_000)
        let inDay = instant - days * 86_400_000
        let date = CivilDate(daysSinceEpoch: Int(days))

        var text: [UInt8] = []
        text.reserveCapacity(24)
        appendPadded(Int64(date.year), width: 4, to: &text)
        text.append(UInt8(ascii: "-"))
        appendPadded(Int64(date.month), width: 2, to: &text)
        text.append(UInt8(ascii: "-"))
        appendPadded(Int64(date.day), width: 2, to: &text)
        text.append(UInt8(ascii: "T"))
        appendPadded(inDay / 3_600_000, width: 2, to: &text)
        text.append(UInt8(ascii: ":"))
        appendPadded(inDay / 60_000 % 60, width: 2, to: &text)
        text.append(UInt8(ascii: ":"))
        appendPadded(inDay / 1000 % 60, width: 2, to: &text)
        text.append(UInt8(ascii: "."))
        appendPadded(inDay % 1000, width: 3, to: &text)
        text.append(UInt8(ascii: "Z"))
        return String(decoding: text, as: UTF8.self)
    }
}

private func floorDivision(_ dividend: Int64, by divisor: Int64) -> Int64 {
    let quotient = dividend / divisor
    return dividend % divisor < 0 ? quotient - 1 : quotient
}

private func appendPadded(_ number: Int64, width: Int, to text: inout [UInt8]) {
    var divisor: Int64 = 1
    for _ in 1..<width { divisor *= 10 }
    while divisor > 0 {
        text.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
        divisor /= 10
    }
}
