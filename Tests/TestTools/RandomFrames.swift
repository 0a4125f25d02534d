/// WebSocket frames (RFC 6455, section 5.2) as no honest peer sends them: right and wrong ones by chance, the same for the
/// same seed.
package struct RandomFrames: Sendable {
    /// A frame on the wire.
    package struct Frame: Sendable {
        package var bytes: [UInt8]
        /// Whether the payload is as long as the header announces, so that another frame may follow.
        package var isWhole: Bool
    }

    private var generator: SplitMix
    private let isMasked: Bool
    private let texts: [String]

    /// - Parameters:
    ///   - isMasked: as a client's frames are, most of the time.
    ///   - texts: payloads among the random ones, for what reads them.
    package init(seed: UInt64, isMasked: Bool, texts: [String] = []) {
        generator = SplitMix(seed: seed)
        self.isMasked = isMasked
        self.texts = texts
    }

    /// The next frame.
    package mutating func next() -> Frame {
        let opcode: UInt8 =
            chance(10) ? number(0...15) : [0, 1, 1, 1, 2, 2, 8, 9, 10].randomElement(using: &generator)!
        var first = opcode | (chance(4) ? 0 : 0x80)
        if chance(20) { first |= number(1...7) << 4 }
        let hasMask = chance(30) ? !isMasked : isMasked
        let payload = payload(of: opcode)
        let lies = chance(20)
        let length = lies ? announced : UInt64(payload.count)
        let header = [first] + lengthField(length, maskBit: hasMask ? 0x80 : 0)
        guard hasMask else { return Frame(bytes: header + payload, isWhole: length == UInt64(payload.count)) }
        let mask = random(4)
        var masked = payload
        masked.withUnsafeMutableBufferPointer { masked in
            var index = 0
            while index < masked.count {
                masked[index] ^= mask[index & 3]
                index += 1
            }
        }
        return Frame(bytes: header + mask + masked, isWhole: length == UInt64(payload.count))
    }

    private mutating func payload(of opcode: UInt8) -> [UInt8] {
        if opcode == 8, !chance(4) {
            let code = chance(2) ? 1000 : Int.random(in: 0...5000, using: &generator)
            return [UInt8(code >> 8), UInt8(code & 0xFF)] + random(Int.random(in: 0...20, using: &generator))
        }
        if !texts.isEmpty, chance(2) { return Array(texts.randomElement(using: &generator)!.utf8) }
        if chance(3) { return Array("plain text, ünd möre".utf8) }
        let lengths = [0...10, 0...125, 0...125, 126...300, 0...70_000]
        return random(Int.random(in: lengths.randomElement(using: &generator)!, using: &generator))
    }

    /// A length that the payload does not have.
    private var announced: UInt64 {
        mutating get {
            switch number(0...4) {
            case 0: .max
            case 1: 1 << 63 - 1
            case 2: UInt64(UInt32.max)
            case 3: generator.next()
            default: UInt64(number(0...255))
            }
        }
    }

    /// In the shortest form, or sometimes in a longer one than needed.
    private mutating func lengthField(_ length: UInt64, maskBit: UInt8) -> [UInt8] {
        let wastes = chance(20)
        if length <= 125, !wastes { return [maskBit | UInt8(length)] }
        if length <= 0xFFFF, !wastes { return [maskBit | 126, UInt8(length >> 8), UInt8(length & 0xFF)] }
        return [maskBit | 127] + (0..<8).map { UInt8(truncatingIfNeeded: length >> (56 - 8 * $0)) }
    }

    /// Eight bytes at a time: byte by byte, an unoptimized build spends most of a test's time here.
    private mutating func random(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 8)
        while bytes.count < count { withUnsafeBytes(of: generator.next()) { bytes.append(contentsOf: $0) } }
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    private mutating func number(_ range: ClosedRange<UInt8>) -> UInt8 { .random(in: range, using: &generator) }

    /// True once in so many times.
    private mutating func chance(_ times: Int) -> Bool { Int.random(in: 0..<times, using: &generator) == 0 }
}
