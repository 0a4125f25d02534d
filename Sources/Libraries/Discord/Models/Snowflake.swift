public import Service

/// Discord's 64-bit identifier: the milliseconds since 2015 in its upper 42 bits, so that order of ids is order of
/// creation. Source: Discord documentation, API Reference, "Snowflakes".
///
/// ```swift
/// let snowflake = Snowflake("175928847299117063")
/// snowflake?.timestamp.milliseconds  // 1462015105796
/// ```
public struct Snowflake: RawRepresentable, Sendable, Hashable {
    /// Milliseconds between the Unix epoch and the first second of 2015, from which snowflakes count.
    public static let epoch: Int64 = 1_420_070_400_000

    /// The number itself.
    public var rawValue: UInt64

    /// Makes one from the number.
    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// The least snowflake of an instant: a border to page with (`before`, `after`). Instants before 2015 give zero.
    public init(at time: Timestamp) {
        let milliseconds = max(0, time.milliseconds - Self.epoch)
        rawValue = UInt64(milliseconds) << 22
    }

    /// When the object was created.
    public var timestamp: Timestamp {
        Timestamp(milliseconds: Int64(rawValue >> 22) + Self.epoch)
    }
}

extension Snowflake: Comparable {
    /// Older before younger.
    public static func < (left: Snowflake, right: Snowflake) -> Bool {
        left.rawValue < right.rawValue
    }
}

extension Snowflake: LosslessStringConvertible {
    /// Reads decimal digits; nil for anything else, a sign included, and for numbers above 64 bits.
    public init?(_ text: String) {
        self.init(digits: text)
    }

    /// Reads decimal digits of a part of a text, as in a mention.
    public init?(digits text: some StringProtocol) {
        let isDigits = text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard isDigits, let number = UInt64(text) else { return nil }
        rawValue = number
    }

    /// The decimal digits: the form in JSON, addresses and mentions.
    public var description: String { String(rawValue) }
}

extension Snowflake: ExpressibleByIntegerLiteral {
    /// Makes one from a literal number.
    public init(integerLiteral value: UInt64) {
        rawValue = value
    }
}
