extension Timestamp {
    /// A calendar timestamp as `YYYY-MM-DDTHH:MM:SS.mmmZ`, always UTC (RFC 3339). Years outside 0 to 9999 are clamped.
    public var iso8601: String {
        let earliest: Int64 = -62_167_219_200_000
        let latest: Int64 = 253_402_300_799_999
        let instant = min(max(milliseconds, earliest), latest)
        let days = floorDivision(instant, by: 86_400_000)
        let inDay = instant - days * 86_400_000
        let (year, month, day) = CivilDate.from(daysSinceEpoch: days)

        var text: [UInt8] = []
        text.reserveCapacity(24)
        appendPadded(year, width: 4, to: &text)
        text.append(UInt8(ascii: "-"))
        appendPadded(month, width: 2, to: &text)
        text.append(UInt8(ascii: "-"))
        appendPadded(day, width: 2, to: &text)
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

/// Dates of the proleptic Gregorian calendar, counted in days since 1970-01-01.
enum CivilDate {
    /// Year, month (1 to 12) and day (1 to 31) of a day, from the number of days in eras of 400 years whose years begin
    /// in March, so that the leap day is the last of its year.
    static func from(daysSinceEpoch days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468  // days since 0000-03-01
        let era = floorDivision(shifted, by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
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
