/// A cheap view of one value of a ``JSONDocument``, which it keeps alive.
///
/// Reading is tolerant: an absent key, an index out of bounds and a value of another type all give nil. An absent member
/// and one that is `null` differ only in ``isNull``.
public struct JSONView: Sendable {
    let tape: Tape
    let index: Int

    /// What a value can be.
    public enum Kind: Sendable, Hashable {
        /// The literal `null`.
        case null
        /// `true` or `false`.
        case bool
        /// Any number.
        case number
        /// A string.
        case string
        /// An array.
        case array
        /// An object.
        case object
    }

    /// What this value is.
    public var kind: Kind {
        switch tape.tag(at: index) {
        case Tape.Tag.object: .object
        case Tape.Tag.array: .array
        case Tape.Tag.string: .string
        case Tape.Tag.isTrue, Tape.Tag.isFalse: .bool
        case Tape.Tag.null: .null
        default: .number
        }
    }

    /// The value of the first member with this key, compared byte by byte; nil if there is none or this is no object.
    ///
    /// Costs one step per member before it, whatever their values hold, and allocates nothing.
    public subscript(_ key: String) -> JSONView? {
        guard tape.tag(at: index) == Tape.Tag.object else { return nil }
        var key = key
        guard let member = key.withUTF8({ tape.member($0, of: index) }) else { return nil }
        return JSONView(tape: tape, index: member)
    }

    /// The element at this position, from 0; nil if there is none or this is no array. Costs one step per element before it.
    public subscript(_ position: Int) -> JSONView? {
        guard position >= 0 else { return nil }
        var elements = elements.makeIterator()
        var remaining = position
        while let element = elements.next() {
            if remaining == 0 { return element }
            remaining -= 1
        }
        return nil
    }

    /// Whether this is the literal `null`.
    public var isNull: Bool {
        tape.tag(at: index) == Tape.Tag.null
    }

    /// The text of a string.
    public var string: String? {
        guard tape.tag(at: index) == Tape.Tag.string else { return nil }
        return tape.string(at: index)
    }

    /// What `body` makes of the UTF-8 bytes of a string, which are valid only during the call; nil for anything else.
    /// Spares the `String` where a text is read further.
    public func withUTF8<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result? {
        guard tape.tag(at: index) == Tape.Tag.string else { return nil }
        return withExtendedLifetime(tape) { body(tape.utf8(at: index)) }
    }

    /// The truth value of `true` or `false`.
    public var bool: Bool? {
        switch tape.tag(at: index) {
        case Tape.Tag.isTrue: true
        case Tape.Tag.isFalse: false
        default: nil
        }
    }

    /// A number that is whole and in range, also when written with a fraction of zero or an exponent.
    public var int: Int? {
        let bits = tape.numberBits(at: index)
        switch tape.tag(at: index) {
        case Tape.Tag.signed: return Int(exactly: Int64(bitPattern: bits))
        case Tape.Tag.unsigned: return Int(exactly: bits)
        case Tape.Tag.double: return Int(exactly: Double(bitPattern: bits))
        default: return nil
        }
    }

    /// A number that is whole, not negative and in range, also when written with a fraction of zero or an exponent.
    public var uint64: UInt64? {
        let bits = tape.numberBits(at: index)
        switch tape.tag(at: index) {
        case Tape.Tag.signed: return UInt64(exactly: Int64(bitPattern: bits))
        case Tape.Tag.unsigned: return bits
        case Tape.Tag.double: return UInt64(exactly: Double(bitPattern: bits))
        default: return nil
        }
    }

    /// Any number; an integer beyond 53 bits is rounded to the nearest.
    public var double: Double? {
        let bits = tape.numberBits(at: index)
        switch tape.tag(at: index) {
        case Tape.Tag.signed: return Double(Int64(bitPattern: bits))
        case Tape.Tag.unsigned: return Double(bits)
        case Tape.Tag.double: return Double(bitPattern: bits)
        default: return nil
        }
    }

    /// A 64-bit identifier: a string of decimal digits, which is how APIs spell numbers that JavaScript would round, or
    /// what ``uint64`` gives. Allocates nothing.
    public var identifier: UInt64? {
        guard tape.tag(at: index) == Tape.Tag.string else { return uint64 }
        let digits = tape.utf8(at: index)
        guard !digits.isEmpty else { return nil }
        var number: UInt64 = 0
        for digit in digits {
            guard case UInt8(ascii: "0")...UInt8(ascii: "9") = digit else { return nil }
            let (tens, overflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(UInt64(digit - UInt8(ascii: "0")))
            guard !overflow, !carry else { return nil }
            number = sum
        }
        return number
    }
}
