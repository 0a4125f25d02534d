/// Writes values as compact JSON text.
///
/// Only what RFC 8259 demands is escaped: quotation mark, reverse solidus and control characters.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []

    mutating func write(_ value: JSONValue) {
        switch value {
        case .null: write(literal: "null")
        case .bool(true): write(literal: "true")
        case .bool(false): write(literal: "false")
        case .integer(let number):
            if number < 0 { bytes.append(UInt8(ascii: "-")) }
            write(digitsOf: number.magnitude)
        case .unsigned(let number): write(digitsOf: number)
        case .number(let number): write(number)
        case .string(let string): write(quoted: string)
        case .array(let elements): write(elements)
        case .object(let object): write(object)
        }
    }

    private mutating func write(literal: StaticString) {
        literal.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    private mutating func write(_ elements: [JSONValue]) {
        bytes.append(UInt8(ascii: "["))
        var isFirst = true
        for element in elements {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            write(element)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    private mutating func write(_ object: JSONObject) {
        bytes.append(UInt8(ascii: "{"))
        var isFirst = true
        for (key, value) in object {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            write(quoted: key)
            bytes.append(UInt8(ascii: ":"))
            write(value)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    /// Swift spells a finite number with the fewest digits that read back as the same number, in JSON's grammar.
    private mutating func write(_ number: Double) {
        guard number.isFinite else { return write(literal: "null") }
        bytes.append(contentsOf: number.description.utf8)
    }

    private mutating func write(digitsOf number: UInt64) {
        let start = bytes.count
        var rest = number
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }

    private mutating func write(quoted string: String) {
        var string = string
        string.withUTF8 { write(quoted: $0) }
    }

    /// Copies runs between the bytes that need an escape.
    private mutating func write(quoted utf8: UnsafeBufferPointer<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        var runStart = 0
        for (position, byte) in utf8.enumerated() where Self.needsEscape(byte) {
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[runStart..<position]))
            write(escapeOf: byte)
            runStart = position + 1
        }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[runStart...]))
        bytes.append(UInt8(ascii: "\""))
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func write(escapeOf byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): write(literal: #"\""#)
        case UInt8(ascii: "\\"): write(literal: #"\\"#)
        case 0x08: write(literal: #"\b"#)
        case 0x09: write(literal: #"\t"#)
        case 0x0a: write(literal: #"\n"#)
        case 0x0c: write(literal: #"\f"#)
        case 0x0d: write(literal: #"\r"#)
        default:
            write(literal: byte < 0x10 ? #"\u000"# : #"\u001"#)
            bytes.append(contentsOf: String(byte & 0x0f, radix: 16).utf8)
        }
    }
}

extension JSONValue {
    /// The compact UTF-8 text of this value.
    public func encoded() -> [UInt8] {
        var writer = JSONWriter()
        writer.write(self)
        return writer.bytes
    }

    /// The compact text of this value.
    public var text: String {
        String(decoding: encoded(), as: UTF8.self)
    }
}

extension JSONValue: CustomStringConvertible {
    /// The compact text of this value.
    public var description: String {
        text
    }
}
