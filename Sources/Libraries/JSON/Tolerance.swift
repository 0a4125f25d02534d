/// Rewrites what the strict parser refuses but this library reads: unpaired surrogates and integers beyond 64 bits.
struct Tolerance {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var output: [UInt8] = []
    private var position = 0
    private var changed = false

    /// The text with the tolerable rewritten, nil if there was nothing to rewrite.
    static func rewriting(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var pass = Tolerance(bytes: bytes)
        pass.run()
        return pass.changed ? pass.output : nil
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        output.reserveCapacity(bytes.count + 16)
    }

    private mutating func run() {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""): copyString()
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): copyNumber()
            default: copy(1)
            }
        }
    }

    private mutating func copy(_ count: Int) {
        let end = min(position + count, bytes.count)
        output.append(contentsOf: bytes[position..<end])
        position = end
    }

    private mutating func copyString() {
        copy(1)
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                copy(1)
                return
            case UInt8(ascii: "\\"):
                copyEscape()
            default:
                copy(1)
            }
        }
    }

    private mutating func copyEscape() {
        guard let unit = codeUnit(at: position), UTF16.isSurrogate(unit) else { return copy(2) }
        if UTF16.isLeadSurrogate(unit), let next = codeUnit(at: position + 6), UTF16.isTrailSurrogate(next) {
            return copy(12)
        }
        output.append(contentsOf: #"\ufffd"#.utf8)
        position += 6
        changed = true
    }

    /// The code unit of the escape `\uXXXX` that begins at `offset`.
    private func codeUnit(at offset: Int) -> UInt16? {
        guard offset + 6 <= bytes.count, bytes[offset] == UInt8(ascii: "\\"), bytes[offset + 1] == UInt8(ascii: "u")
        else { return nil }
        var unit: UInt16 = 0
        for digit in bytes[(offset + 2)..<(offset + 6)] {
            guard let value = Character(UnicodeScalar(digit)).hexDigitValue else { return nil }
            unit = unit << 4 | UInt16(value)
        }
        return unit
    }

    /// An exponent of zero makes the strict parser read an integer as a floating point number.
    private mutating func copyNumber() {
        let start = position
        while position < bytes.count, Self.isNumeric(bytes[position]) { position += 1 }
        let token = bytes[start..<position]
        output.append(contentsOf: token)
        guard Self.isIntegerBeyond64Bits(token) else { return }
        output.append(contentsOf: "e0".utf8)
        changed = true
    }

    private static func isNumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }

    private static func isIntegerBeyond64Bits(_ token: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        let isNegative = token.first == UInt8(ascii: "-")
        let digits = isNegative ? token.dropFirst() : token
        guard !digits.isEmpty else { return false }
        let limit = isNegative ? UInt64(Int64.max) + 1 : UInt64.max
        var magnitude: UInt64 = 0
        var isBeyond = false
        for digit in digits {
            guard case UInt8(ascii: "0")...UInt8(ascii: "9") = digit else { return false }
            let (tens, overflow) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(UInt64(digit - UInt8(ascii: "0")))
            isBeyond = isBeyond || overflow || carry || sum > limit
            magnitude = sum
        }
        return isBeyond
    }
}
