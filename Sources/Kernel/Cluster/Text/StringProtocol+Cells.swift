extension StringProtocol {
    /// The text without blanks and line breaks around it.
    var trimmed: SubSequence {
        // Most cells begin and end with a visible ASCII character, and need no look at their characters.
        let bytes = Substring(self).utf8
        guard let first = bytes.first, let last = bytes.last else { return self[...] }
        if (0x21...0x7E).contains(first), (0x21...0x7E).contains(last) { return self[...] }
        let start = drop(while: \.isWhitespace)
        guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return start }
        return start[...end]
    }

    /// The digits of the first whole number in the text, and whether a minus sign stands before them; nil without digits.
    var firstNumber: (isNegative: Bool, digits: Substring.UTF8View)? {
        let bytes = Substring(self).utf8
        guard let start = bytes.firstIndex(where: \.isASCIIDigit) else { return nil }
        let isNegative = bytes[..<start].last == UInt8(ascii: "-")
        return (isNegative, bytes[start...].prefix(while: \.isASCIIDigit))
    }
}
