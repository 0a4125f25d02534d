/// Finds where the first value of a text ends, judging by quotes and brackets only. Used to word an error.
struct FirstValue {
    /// Where the value ends, exclusive.
    var end: Int
    /// Where the next byte lies that is not white space, nil at the end of the text.
    var offsetOfRest: Int?

    /// The extent of the first value, nil if it does not end.
    static func extent(in bytes: UnsafeBufferPointer<UInt8>) -> FirstValue? {
        guard let start = bytes.firstIndex(where: { !isSpace($0) }), let end = end(of: start, in: bytes) else {
            return nil
        }
        return FirstValue(end: end, offsetOfRest: bytes[end...].firstIndex { !isSpace($0) })
    }

    private static func end(of start: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        var depth = 0
        var position = start
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                position += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                position += 1
            case UInt8(ascii: "\""):
                guard let end = endOfString(at: position, in: bytes) else { return nil }
                position = end
            case let byte where isDelimiter(byte):
                position += 1
            default:
                position = bytes[position...].firstIndex(where: isDelimiter) ?? bytes.count
            }
            if depth <= 0 { return position }
        }
        return nil
    }

    private static func endOfString(at start: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        var position = start + 1
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""): return position + 1
            case UInt8(ascii: "\\"): position += 2
            default: position += 1
            }
        }
        return nil
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09
    }

    private static func isDelimiter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: ","),
            UInt8(ascii: ":"), UInt8(ascii: "\""):
            true
        default: isSpace(byte)
        }
    }
}
