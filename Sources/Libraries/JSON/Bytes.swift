import Glibc

extension UnsafeBufferPointer<UInt8> {
    /// Byte equality. Keys are compared so, and not by Unicode's canonical equivalence, as JSON's readers do everywhere.
    func holdsSameBytes(as other: UnsafeBufferPointer<UInt8>) -> Bool {
        guard count == other.count else { return false }
        guard let start = baseAddress, let otherStart = other.baseAddress else { return true }
        return memcmp(start, otherStart, count) == 0
    }
}

extension String {
    /// Whether both have the same UTF-8 bytes.
    func holdsSameBytes(as other: String) -> Bool {
        var left = self
        var right = other
        return left.withUTF8 { left in right.withUTF8 { right in left.holdsSameBytes(as: right) } }
    }
}
