/// Conversions of cell texts. Cells are text; whoever wants more asks for it here.
public enum TypedCell {
    /// The first whole number in a text: an optional minus sign and digits. Blank cells, dashes and texts without digits
    /// are 0; numbers too large for `Int` end at its limits.
    public static func firstInteger(in text: some StringProtocol) -> Int {
        let bytes = Array(text.utf8)
        guard let start = bytes.firstIndex(where: isDigit) else { return 0 }
        let isNegative = start > 0 && bytes[start - 1] == UInt8(ascii: "-")
        var value = 0
        for byte in bytes[start...].prefix(while: isDigit) {
            let digit = Int(byte - UInt8(ascii: "0"))
            let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, tooLargeStill) = product.addingReportingOverflow(digit)
            if tooLarge || tooLargeStill { return isNegative ? .min : .max }
            value = sum
        }
        return isNegative ? -value : value
    }

    /// What an id cell holds. Spreadsheets keep only 15 digits of a number, and ids have more, so an id that was once
    /// stored as a number comes back rounded.
    public enum ID: Sendable, Hashable {
        /// Nothing, or no whole number.
        case missing
        /// A rounded number in exponent notation; the id is lost.
        case damaged(String)
        /// An id that ends in so many zeros that it may have been rounded.
        case suspect(UInt64)
        /// An id.
        case intact(UInt64)

        /// The id as far as it can be used.
        public var value: UInt64? {
            switch self {
            case .intact(let id), .suspect(let id): id
            case .missing, .damaged: nil
            }
        }
    }

    /// Reads an id cell.
    public static func id(in text: String) -> ID {
        let text = text.trimmed
        if isRounded(text) { return .damaged(String(text)) }
        guard !text.isEmpty, text.utf8.allSatisfy(isDigit), let id = UInt64(text), id > 0 else { return .missing }
        let isSuspect =
            text.utf8.count == 18 && text.hasSuffix("000") || text.utf8.count == 19 && text.hasSuffix("0000")
        return isSuspect ? .suspect(id) : .intact(id)
    }

    /// Whether a text looks like `9.00000000000000E+17` or `9E+17`.
    private static func isRounded(_ text: Substring) -> Bool {
        guard let mark = text.firstIndex(of: "E"), let first = text.first, first.isASCII, first.isNumber else {
            return false
        }
        let fraction = text[..<mark].dropFirst()
        let exponent = text[text.index(after: mark)...]
        let isFraction =
            fraction.isEmpty
            || fraction.first == "." && fraction.count > 1 && fraction.dropFirst().utf8.allSatisfy(isDigit)
        return isFraction && exponent.first == "+" && exponent.count > 1
            && exponent.dropFirst().utf8.allSatisfy(isDigit)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}

extension StringProtocol {
    /// The text without blanks and line breaks around it.
    var trimmed: SubSequence {
        var rest = self[...]
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return rest
    }
}
