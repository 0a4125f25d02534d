import Service

/// A snowflake: milliseconds since 2015-01-01 in the upper 42 bits, a counter in the lower 22.
///
/// Source: Discord, *API Reference*, "Snowflakes".
public typealias WorldID = UInt64

/// Makes snowflakes that grow even when calendar time stands still or jumps back.
struct SnowflakeMint: Sendable {
    private static let origin: Int64 = 1_420_070_400_000
    private var last: WorldID = 0

    /// The next id; its instant is `now`, or the last id's instant where that is later.
    mutating func next(at now: Timestamp) -> WorldID {
        let earliest = WorldID(clamping: now.milliseconds - Self.origin) << 22
        last = max(last + 1, earliest)
        return last
    }

    /// The instant that an id carries.
    static func instant(of id: WorldID) -> Timestamp {
        Timestamp(milliseconds: Int64(id >> 22) + origin)
    }

    /// The lowest id of an instant.
    static func floor(of instant: Timestamp) -> WorldID {
        WorldID(clamping: instant.milliseconds - origin) << 22
    }
}

extension WorldID {
    /// Reads a snowflake written in decimal; nil for anything else, signs and leading zeros included.
    init?(snowflake text: String) {
        guard let first = text.utf8.first, text.utf8.count <= 20, text.utf8.allSatisfy({ (48...57).contains($0) }),
            first != 48 || text.utf8.count == 1
        else { return nil }
        self.init(text)
    }
}
