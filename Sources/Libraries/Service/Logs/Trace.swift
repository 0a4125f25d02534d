/// The id that ties together all log records of one cause: a request, a command, a run of a job.
///
/// `await Trace.$current.withValue(Trace.make()) { … }`: everything started inside carries the id.
public enum Trace {
    /// The trace of the running task; empty if nothing has set one.
    @TaskLocal public static var current: String = ""

    /// A new id: a random UUID (RFC 9562, version 4) in lower case.
    public static func make() -> String {
        var generator = SystemRandomNumberGenerator()
        return make(high: generator.next(), low: generator.next())
    }

    /// The UUID of version 4 with these random bits.
    static func make(high: UInt64, low: UInt64) -> String {
        let high = high & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        let low = low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for (index, word) in [high, low].enumerated() {
            for nibble in 0..<16 {
                let position = index * 16 + nibble
                if position == 8 || position == 12 || position == 16 || position == 20 {
                    text.append(UInt8(ascii: "-"))
                }
                text.append(Hexadecimal.digit(UInt8(truncatingIfNeeded: word >> UInt64(60 - nibble * 4))))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

enum Hexadecimal {
    /// The digit of the low four bits.
    static func digit(_ value: UInt8) -> UInt8 {
        let nibble = value & 0xF
        return nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
    }
}
