/// Bytes that were received and not yet used.
struct InputBuffer {
    private var bytes: [UInt8] = []
    private var start = 0

    var count: Int { bytes.count - start }
    var isEmpty: Bool { count == 0 }
    var unread: ArraySlice<UInt8> { bytes[start...] }

    mutating func append(_ more: UnsafeRawBufferPointer) {
        // Moving what is left pays only once it is the smaller part.
        if start > bytes.count / 2 {
            bytes.removeFirst(start)
            start = 0
        }
        bytes.append(contentsOf: more)
    }

    mutating func drop(_ count: Int) {
        start += count
        if start == bytes.count {
            bytes.removeAll(keepingCapacity: bytes.capacity <= 1 << 17)
            start = 0
        }
    }

    mutating func removeAll() { drop(count) }

    /// How far the unread bytes go before CR LF CR LF, looking from `offset` on.
    func emptyLine(from offset: Int) -> Int? {
        bytes.withUnsafeBufferPointer { bytes in
            var index = start + max(0, offset)
            while index + 3 < bytes.count {
                if bytes[index + 3] > 0x0D {
                    index += 4
                } else if bytes[index] == 0x0D, bytes[index + 1] == 0x0A, bytes[index + 2] == 0x0D,
                    bytes[index + 3] == 0x0A
                {
                    return index - start
                } else {
                    index += 1
                }
            }
            return nil
        }
    }
}

/// Bytes that wait for the socket to take them.
struct OutputQueue {
    private var chunks: [[UInt8]] = []
    private var first = 0
    private var offset = 0
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    mutating func append(_ chunk: [UInt8]) {
        guard !chunk.isEmpty else { return }
        count += chunk.count
        // One system call for a head and a short body.
        if let last = chunks.indices.last, first <= last, chunks[last].count + chunk.count <= 1 << 14 {
            chunks[last] += chunk
        } else {
            chunks.append(chunk)
        }
    }

    /// Gives what comes next to `send`, which returns how much it took.
    mutating func sendNext(_ send: (UnsafeRawBufferPointer) -> Int) -> Int {
        let taken = chunks[first].withUnsafeBytes { send(UnsafeRawBufferPointer(rebasing: $0[offset...])) }
        guard taken > 0 else { return taken }
        count -= taken
        offset += taken
        if offset == chunks[first].count {
            chunks[first] = []
            first += 1
            offset = 0
        }
        if first == chunks.count {
            chunks.removeAll(keepingCapacity: true)
            first = 0
        } else if first > 64, first > chunks.count / 2 {
            chunks.removeFirst(first)
            first = 0
        }
        return taken
    }
}
