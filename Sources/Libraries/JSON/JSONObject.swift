/// The members of a JSON object, each key once, in the order in which they were first set.
///
/// Keys are compared byte by byte. Two objects are equal if they hold equal members, in whatever order.
public struct JSONObject: Sendable {
    private struct Member {
        var key: String
        var value: JSONValue
    }

    /// A key that hashes and compares as its bytes.
    private struct ByteKey: Hashable {
        var text: String

        static func == (left: ByteKey, right: ByteKey) -> Bool {
            left.text.holdsSameBytes(as: right.text)
        }

        func hash(into hasher: inout Hasher) {
            var text = text
            text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        }
    }

    /// Up to this many members a search beats a hash table.
    private static let searchedCount = 16

    private var storage: [Member] = []
    /// Positions in `storage`; kept only beyond `searchedCount` members.
    private var positions: [ByteKey: Int] = [:]

    /// An object without members.
    public init() {}

    /// An object of these members; of equal keys the first counts.
    public init(_ members: some Sequence<(String, JSONValue)>) {
        storage.reserveCapacity(members.underestimatedCount)
        for (key, value) in members where position(of: key) == nil {
            append(key, value)
        }
    }

    /// The member with this key. A new key goes to the end; nil removes.
    public subscript(_ key: String) -> JSONValue? {
        get {
            position(of: key).map { storage[$0].value }
        }
        set {
            switch (position(of: key), newValue) {
            case (let position?, let value?): storage[position].value = value
            case (let position?, nil): remove(at: position)
            case (nil, let value?): append(key, value)
            case (nil, nil): break
            }
        }
    }

    /// The keys in order.
    public var keys: [String] {
        storage.map(\.key)
    }

    private func position(of key: String) -> Int? {
        guard storage.count <= Self.searchedCount else { return positions[ByteKey(text: key)] }
        return storage.firstIndex { $0.key.holdsSameBytes(as: key) }
    }

    private mutating func append(_ key: String, _ value: JSONValue) {
        storage.append(Member(key: key, value: value))
        if storage.count == Self.searchedCount + 1 {
            indexAll()
        } else if storage.count > Self.searchedCount {
            positions[ByteKey(text: key)] = storage.count - 1
        }
    }

    private mutating func remove(at position: Int) {
        storage.remove(at: position)
        positions = [:]
        if storage.count > Self.searchedCount { indexAll() }
    }

    private mutating func indexAll() {
        positions.reserveCapacity(storage.count * 2)
        for (position, member) in storage.enumerated() {
            positions[ByteKey(text: member.key)] = position
        }
    }
}

extension JSONObject: RandomAccessCollection {
    /// The first position, 0.
    public var startIndex: Int {
        0
    }

    /// The position after the last member.
    public var endIndex: Int {
        storage.count
    }

    /// The member at a position of the order.
    public subscript(position: Int) -> (key: String, value: JSONValue) {
        (storage[position].key, storage[position].value)
    }
}

extension JSONObject: Hashable {
    /// Equality of meaning: the same members in any order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.count == right.count && left.allSatisfy { key, value in right[key] == value }
    }

    /// Agrees with `==`: sums the members' hashes, so that order does not count.
    public func hash(into hasher: inout Hasher) {
        var sum = 0
        for member in storage {
            var memberHasher = hasher
            memberHasher.combine(ByteKey(text: member.key))
            memberHasher.combine(member.value)
            sum &+= memberHasher.finalize()
        }
        hasher.combine(count)
        hasher.combine(sum)
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// A key.
    public typealias Key = String
    /// A value.
    public typealias Value = JSONValue

    /// An object; of equal keys the first counts.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init(elements)
    }
}
