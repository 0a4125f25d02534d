/// The elements of an array, in order; empty for anything else.
public struct JSONElements: Sequence, Sendable {
    fileprivate let tape: Tape
    fileprivate let bounds: Range<Int>

    /// Whether there are none.
    public var isEmpty: Bool {
        bounds.isEmpty
    }

    /// How many there are. Costs one step per element.
    public var count: Int {
        reduce(into: 0) { count, _ in count += 1 }
    }

    /// Steps through the elements.
    public func makeIterator() -> Iterator {
        Iterator(tape: tape, cursor: bounds.lowerBound, end: bounds.upperBound)
    }

    /// Steps through the elements of an array.
    public struct Iterator: IteratorProtocol, Sendable {
        fileprivate let tape: Tape
        fileprivate var cursor: Int
        fileprivate let end: Int

        /// The next element.
        public mutating func next() -> JSONView? {
            guard cursor < end else { return nil }
            defer { cursor = tape.index(after: cursor) }
            return JSONView(tape: tape, index: cursor)
        }
    }
}

/// The members of an object in the order of the text, equal keys included; empty for anything else.
public struct JSONMembers: Sequence, Sendable {
    fileprivate let tape: Tape
    fileprivate let bounds: Range<Int>

    /// Whether there are none.
    public var isEmpty: Bool {
        bounds.isEmpty
    }

    /// How many there are. Costs one step per member.
    public var count: Int {
        reduce(into: 0) { count, _ in count += 1 }
    }

    /// Steps through the members.
    public func makeIterator() -> Iterator {
        Iterator(tape: tape, cursor: bounds.lowerBound, end: bounds.upperBound)
    }

    /// Steps through the members of an object.
    public struct Iterator: IteratorProtocol, Sendable {
        fileprivate let tape: Tape
        fileprivate var cursor: Int
        fileprivate let end: Int

        /// The next member.
        public mutating func next() -> (key: String, value: JSONView)? {
            guard cursor < end else { return nil }
            defer { cursor = tape.index(after: cursor + 1) }
            return (tape.string(at: cursor), JSONView(tape: tape, index: cursor + 1))
        }
    }
}

extension JSONView {
    /// The elements of this array; empty if it is none.
    public var elements: JSONElements {
        JSONElements(tape: tape, bounds: contents(ifTagged: Tape.Tag.array))
    }

    /// The members of this object; empty if it is none.
    public var members: JSONMembers {
        JSONMembers(tape: tape, bounds: contents(ifTagged: Tape.Tag.object))
    }

    private func contents(ifTagged tag: UInt8) -> Range<Int> {
        guard tape.tag(at: index) == tag else { return index..<index }
        return (index + 1)..<tape.closing(of: index)
    }
}
