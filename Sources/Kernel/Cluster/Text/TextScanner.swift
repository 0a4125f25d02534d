/// Reads a text byte by byte, for formats too small for a grammar. What does not fit is not consumed.
struct TextScanner {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: some StringProtocol) {
        bytes = Array(text.utf8)
    }

    var isAtEnd: Bool { position == bytes.count }

    /// Consumes one ASCII character, if it comes next.
    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard !isAtEnd, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    /// Consumes one of some ASCII characters.
    mutating func take(anyOf characters: String) -> UInt8? {
        guard !isAtEnd, characters.utf8.contains(bytes[position]) else { return nil }
        defer { position += 1 }
        return bytes[position]
    }

    /// Consumes the whole run of digits that comes next, if it is as long as asked; at most 18 digits.
    mutating func number(digits length: ClosedRange<Int>) -> Int? {
        let run = bytes[position...].prefix(while: \.isASCIIDigit)
        guard length.contains(run.count), run.count <= 18 else { return nil }
        position += run.count
        return run.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }
}

extension UInt8 {
    /// Whether the byte is `0` to `9`.
    var isASCIIDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

    /// Whether the byte is `A` to `Z` or `a` to `z`.
    var isASCIILetter: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self & 0xDF) }
}
