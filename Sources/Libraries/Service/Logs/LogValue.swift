/// A value of a structured log field. Literals and string interpolations become values by themselves:
/// `["shard": 3, "url": "wss://\(host)", "resumed": true, "ids": [1, 2]]`.
public enum LogValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case int(Int)
    case double(Double)
    case string(String)
    case array([LogValue])
    /// Members in the order in which they are written.
    case object([Member])

    /// One member of an object.
    public struct Member: Sendable, Equatable {
        /// The member's name.
        public var key: String
        /// What is stored under the name.
        public var value: LogValue

        /// A member with a name and a value.
        public init(_ key: String, _ value: LogValue) {
            self.key = key
            self.value = value
        }
    }

    /// A text, or `null` if there is none.
    public static func string(_ text: String?) -> LogValue {
        text.map { LogValue.string($0) } ?? .null
    }

    /// A number, or `null` if there is none.
    public static func int(_ number: Int?) -> LogValue {
        number.map { LogValue.int($0) } ?? .null
    }

    /// A number that may be wider than `Int`; written as text if it does not fit.
    public static func integer(_ number: some BinaryInteger) -> LogValue {
        Int(exactly: number).map { LogValue.int($0) } ?? .string(String(number))
    }

    /// The milliseconds of a duration, with three decimals.
    public static func milliseconds(_ duration: Duration) -> LogValue {
        .double((duration.inSeconds * 1_000_000).rounded() / 1000)
    }

    /// Texts as an array.
    public static func strings(_ texts: some Sequence<String>) -> LogValue {
        .array(texts.map { LogValue.string($0) })
    }
}

extension LogValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringInterpolation, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    /// `null`, from `nil`.
    public init(nilLiteral: ()) { self = .null }
    /// A truth value, from a literal.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// A whole number, from a literal.
    public init(integerLiteral value: Int) { self = .int(value) }
    /// A number, from a literal.
    public init(floatLiteral value: Double) { self = .double(value) }
    /// A text, from a literal or an interpolation.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A list of values, from a literal.
    public init(arrayLiteral elements: LogValue...) { self = .array(elements) }
    /// An object with its members in the order of the literal.
    public init(dictionaryLiteral elements: (String, LogValue)...) {
        self = .object(elements.map { Member($0.0, $0.1) })
    }
}
