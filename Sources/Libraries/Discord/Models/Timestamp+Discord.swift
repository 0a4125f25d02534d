public import Service
import TimeZones

extension Timestamp {
    /// Reads an instant as Discord writes it, `2026-03-14T15:09:26.535897+00:00`: the fraction and a zone other than
    /// UTC are optional. Nil for anything else. Digits beyond microseconds are dropped.
    public init?(iso8601 text: String) {
        var text = text
        guard let instant = text.withUTF8({ Timestamp(iso8601: $0) }) else { return nil }
        self = instant
    }

    /// Reads the bytes of such a text.
    init?(iso8601 text: UnsafeBufferPointer<UInt8>) {
        var scanner = DigitScanner(text)
        guard let year = scanner.number(digits: 4), scanner.skip("-"), let month = scanner.number(digits: 2),
            scanner.skip("-"), let day = scanner.number(digits: 2), scanner.skip("T") || scanner.skip(" "),
            let hour = scanner.number(digits: 2), scanner.skip(":"), let minute = scanner.number(digits: 2),
            scanner.skip(":"), let second = scanner.number(digits: 2),
            year > 0, (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        let microseconds = scanner.skip(".") ? scanner.microseconds() : 0
        guard let microseconds, let offset = scanner.zoneOffsetInMinutes(), scanner.isAtEnd else { return nil }
        let days = CivilDate(year: Int(year), month: Int(month), day: Int(day)).daysSinceEpoch
        let seconds = Int64(days) * 86_400 + hour * 3600 + minute * 60 + second
        self.init(sinceOrigin: .seconds(seconds - offset * 60) + .microseconds(microseconds))
    }

    /// The instant in a message's text, which every reader sees in their own time zone.
    /// Source: Discord documentation, Reference, "Message Formatting".
    public func mention(_ style: MentionStyle) -> String {
        "<t:\(sinceOrigin.components.seconds):\(style.rawValue)>"
    }

    /// How an instant is shown in a message.
    public enum MentionStyle: String, Sendable {
        /// `16:20`
        case shortTime = "t"
        /// `16:20:30`
        case longTime = "T"
        /// `20/04/2021`
        case shortDate = "d"
        /// `20 April 2021`
        case longDate = "D"
        /// `20 April 2021 16:20`
        case shortDateTime = "f"
        /// `Tuesday, 20 April 2021 16:20`
        case longDateTime = "F"
        /// `2 months ago`
        case relative = "R"
    }
}

/// Reads fixed forms from the front of a text.
private struct DigitScanner {
    private let text: UnsafeBufferPointer<UInt8>
    private var position = 0

    init(_ text: UnsafeBufferPointer<UInt8>) {
        self.text = text
    }

    var isAtEnd: Bool { position == text.count }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    /// Exactly that many digits.
    mutating func number(digits: Int) -> Int64? {
        var number: Int64 = 0
        for _ in 0..<digits {
            guard let digit = nextDigit() else { return nil }
            number = number * 10 + digit
        }
        return number
    }

    /// One digit or more of a second's fraction.
    mutating func microseconds() -> Int64? {
        guard var number = nextDigit() else { return nil }
        var place = 1
        while let digit = nextDigit() {
            if place < 6 { number = number * 10 + digit }
            place += 1
        }
        while place < 6 {
            number *= 10
            place += 1
        }
        return number
    }

    /// `Z`, nothing, or `±hh:mm`.
    mutating func zoneOffsetInMinutes() -> Int64? {
        if isAtEnd || skip("Z") { return 0 }
        let sign: Int64
        if skip("+") { sign = 1 } else if skip("-") { sign = -1 } else { return nil }
        guard let hours = number(digits: 2), skip(":"), let minutes = number(digits: 2) else { return nil }
        return sign * (hours * 60 + minutes)
    }

    private mutating func nextDigit() -> Int64? {
        guard position < text.count, case UInt8(ascii: "0")...UInt8(ascii: "9") = text[position] else { return nil }
        defer { position += 1 }
        return Int64(text[position] - UInt8(ascii: "0"))
    }
}
