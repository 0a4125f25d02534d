/// A time zone by its name in the IANA database, with all changes of its clocks, past and to come.
///
/// ```swift
/// let vienna = try NamedTimeZone("Europe/Vienna")
/// vienna.regime(at: 1_774_746_000)             // CEST, 7200 s east of Greenwich
/// let early = CivilTime(date: .init(year: 2026, month: 3, day: 29), hour: 2, minute: 30)
/// vienna.instants(showing: early)              // .skipped(until: 1_774_746_000)
/// ```
///
/// Instants are whole seconds since 1970-01-01T00:00:00Z. The system's files are read by this library itself, so that it
/// works in a static program too. Source: RFC 9636.
public struct NamedTimeZone: Sendable, Hashable {
    /// How clocks are set over some stretch of time.
    public struct Regime: Sendable, Hashable {
        /// Seconds to add to UTC.
        public var offset: Int
        /// Whether this is summer time.
        public var isDaylightSaving: Bool
        /// What people write behind the time: `CET`.
        public var abbreviation: String
    }

    /// When clocks of a zone show some time.
    public enum Instants: Sendable, Hashable {
        /// Once, as nearly always.
        case once(Int)
        /// Twice, because clocks were set back.
        case twice(first: Int, second: Int)
        /// Never, because clocks were set forward over it, at this instant.
        case skipped(until: Int)
    }

    struct Transition: Sendable, Hashable {
        var instant: Int
        var regime: Regime
    }

    /// No offset and no change of one is larger; twice the largest that a file may hold.
    private static let reach = 2 * 93_600

    /// The name.
    public let name: String
    /// The regime before the first transition.
    private let first: Regime
    /// In ascending order.
    private let transitions: [Transition]
    /// What goes on after the last transition.
    private let rule: PosixRule?

    /// Reads a zone of the system.
    /// - Parameter folder: where the database lies.
    public init(_ name: String, folder: String = "/usr/share/zoneinfo") throws(TimeZoneError) {
        guard Self.isName(name) else { throw .unknown(name) }
        try self.init(name: name, parsing: ZoneFile.read("\(folder)/\(name)", named: name))
    }

    /// Reads a zone from the bytes of a TZif file, versions 1 to 4.
    public init(name: String, parsing bytes: [UInt8]) throws(TimeZoneError) {
        let contents = try TZif(parsing: bytes)
        self.name = name
        first = contents.first
        rule = contents.rule
        var transitions = contents.transitions
        // The rule has the last word from there on, also where a file contradicts itself.
        if let rule, let last = transitions.popLast() {
            transitions.append(Transition(instant: last.instant, regime: rule.regime(at: last.instant)))
        }
        self.transitions = transitions
    }

    private init() {
        name = "UTC"
        first = Regime(offset: 0, isDaylightSaving: false, abbreviation: "UTC")
        transitions = []
        rule = nil
    }

    /// Coordinated universal time, which needs no file.
    public static let utc = NamedTimeZone()

    /// Names are relative paths of words; nothing that leaves the folder.
    private static func isName(_ name: String) -> Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count <= 4 && name.utf8.count <= 64
            && parts.allSatisfy { part in
                !part.isEmpty && part.first != "."
                    && part.utf8.allSatisfy { byte in
                        switch byte {
                        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
                            UInt8(ascii: "+"):
                            true
                        default: false
                        }
                    }
            }
    }

    /// How clocks are set at an instant.
    public func regime(at instant: Int) -> Regime {
        guard let last = transitions.last else { return rule?.regime(at: instant) ?? first }
        if instant >= last.instant { return rule?.regime(at: instant) ?? last.regime }
        // The last transition at or before the instant.
        var (low, high) = (0, transitions.count)
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle].instant <= instant { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? first : transitions[low - 1].regime
    }

    /// What clocks show at an instant.
    public func civilTime(at instant: Int) -> CivilTime {
        CivilTime(secondsSinceEpoch: instant + regime(at: instant).offset)
    }

    /// When clocks show a time. Of three instants, which no zone ever had, the first and the last.
    public func instants(showing time: CivilTime) -> Instants {
        let shown = time.secondsSinceEpoch
        let changes = changes(from: shown - Self.reach, to: shown + Self.reach)
        var offset = regime(at: shown - Self.reach).offset
        var hits: [Int] = []
        var skip: Int?
        var start = Int.min
        for change in changes + [nil] {
            let instant = shown - offset
            if instant >= start, change.map({ instant < $0.instant }) ?? true { hits.append(instant) }
            guard let change else { break }
            if shown >= change.instant + offset, shown < change.instant + change.regime.offset {
                skip = skip ?? change.instant
            }
            offset = change.regime.offset
            start = change.instant
        }
        if let first = hits.first, let last = hits.last {
            return first == last ? .once(first) : .twice(first: first, second: last)
        }
        return .skipped(until: skip ?? shown - offset)
    }

    /// The transitions after `start` and up to `end`.
    private func changes(from start: Int, to end: Int) -> [Transition?] {
        var changes = transitions.filter { $0.instant > start && $0.instant <= end }
        if let rule {
            let beginning = max(start, transitions.last?.instant ?? .min)
            changes += rule.transitions(from: beginning, to: end)
        }
        return changes
    }
}
