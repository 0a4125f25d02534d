import Service
import TimeZones

/// Instants in the form that Discord writes, `2026-03-16T08:00:00.000000+00:00`, and in the forms that it reads.
enum ISO8601 {
    /// Discord's form of an instant.
    static func text(_ instant: Timestamp) -> String {
        "\(instant.iso8601.dropLast())000+00:00"
    }

    /// Reads date and time with an optional fraction and an optional zone (`Z` or an offset; none means UTC).
    static func instant(_ text: String) -> Timestamp? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 19, bytes[4] == 0x2D, bytes[7] == 0x2D, bytes[10] == 0x54 || bytes[10] == 0x20,
            bytes[13] == 0x3A, bytes[16] == 0x3A,
            let year = number(bytes[0..<4]), let month = number(bytes[5..<7]), let day = number(bytes[8..<10]),
            let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]),
            let second = number(bytes[17..<19]), (1...12).contains(month), (1...31).contains(day), hour < 24,
            minute < 60, second < 61
        else { return nil }
        var rest = bytes[19...]
        var milliseconds = 0
        if rest.first == 0x2E {
            let digits = rest.dropFirst().prefix { (0x30...0x39).contains($0) }
            guard !digits.isEmpty, let fraction = number((Array(digits) + [0x30, 0x30, 0x30]).prefix(3)) else {
                return nil
            }
            milliseconds = fraction
            rest = rest.dropFirst(digits.count + 1)
        }
        guard let offset = offsetMinutes(rest) else { return nil }
        let days = CivilDate(year: year, month: month, day: day).daysSinceEpoch
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset * 60
        return Timestamp(milliseconds: Int64(seconds) * 1000 + Int64(milliseconds))
    }

    private static func offsetMinutes(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard let sign = bytes.first else { return 0 }
        if bytes.count == 1, sign == 0x5A || sign == 0x7A { return 0 }
        let digits = bytes.dropFirst().filter { $0 != 0x3A }
        guard sign == 0x2B || sign == 0x2D, digits.count == 4, let hours = number(digits.prefix(2)),
            let minutes = number(digits.suffix(2))
        else { return nil }
        return (sign == 0x2B ? 1 : -1) * (hours * 60 + minutes)
    }

    private static func number(_ digits: some Sequence<UInt8>) -> Int? {
        var value = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            value = value * 10 + Int(digit - 0x30)
        }
        return value
    }
}
