public import Service
import Synchronization

/// The feature switches that staff set in the FeatureToggles tab. They fail closed: what was never read is off.
///
/// A tab that cannot be used leaves the last good copy in force. Each cause of trouble is told once, until a load no
/// longer shows it (runtime chapter, section 4.6; sheets chapter, section 4).
public final class Toggles: Sendable {
    /// What is known of one key.
    public enum State: Sendable, Hashable {
        /// Nothing has been read, so everything is off.
        case notLoaded
        case on, off
        /// No row; on or off by default.
        case missing(isOn: Bool)
        /// The cell holds this text; off.
        case invalid(String)

        /// Whether the feature is on.
        public var isOn: Bool {
            switch self {
            case .on, .missing(isOn: true): true
            case .notLoaded, .off, .missing(isOn: false), .invalid: false
            }
        }
    }

    /// What commands show about the last load.
    public struct Snapshot: Sendable, Hashable {
        /// When the copy in force was read; nil if there is none.
        public var loadedAt: Timestamp?
        /// How many rows with a key it had.
        public var rowCount: Int
        /// The tab it was read from, or would have been.
        public var sourceTab: String
        /// Whether everything is off because nothing could be read.
        public var disabledByDefault: Bool
        /// What is wrong, one text each.
        public var notes: [String]
    }

    /// A way in which the whole tab cannot be used.
    public enum Failure: Sendable, Hashable {
        case sheetIDMissing
        case configUnreadable(tab: String, reason: String)
        case tabUnreadable(tab: String, reason: String)
        case headersMissing(tab: String)
        case noRows

        /// The sentence for people.
        var detail: String {
            switch self {
            case .sheetIDMissing: "Recruitment sheet ID missing; all feature toggles disabled."
            case .configUnreadable(let tab, let reason):
                "Config worksheet '\(tab)' unavailable: \(reason). All features disabled."
            case .tabUnreadable(let tab, let reason):
                "Feature toggles worksheet '\(tab)' unavailable: \(reason). All features disabled."
            case .headersMissing(let tab): "Worksheet '\(tab)' missing required headers: ['enabled', 'feature_name']."
            case .noRows: "Feature toggle worksheet returned no rows; treating all features as disabled."
            }
        }

        /// Failures of one kind are one cause, whatever their texts.
        var cause: String {
            switch self {
            case .sheetIDMissing: "sheet id"
            case .configUnreadable: "config"
            case .tabUnreadable: "tab"
            case .headersMissing: "headers"
            case .noRows: "rows"
            }
        }
    }

    private struct Contents {
        var table: ToggleTable?
        var loadedAt: Timestamp?
        var sourceTab = ""
        var failure: Failure?
        /// Causes that have been told.
        var told: Set<String> = []
        var mention = "@Administrator"
    }

    private let contents = Mutex(Contents())
    private let logger: Logger
    private let alert: @Sendable (String) -> Void

    /// Switches of which nothing is known yet. `alert` takes messages for the log channel and returns at once.
    public init(logger: Logger, alert: @escaping @Sendable (String) -> Void) {
        self.logger = logger
        self.alert = alert
    }

    /// Whether a feature is on. Asking for a key that has no row tells so, once.
    public func isOn(_ key: String) -> Bool {
        let key = Self.normalised(key)
        let (state, detail) = contents.withLock { contents -> (State, String?) in
            let state = Self.state(of: key, contents)
            guard case .missing = state, Self.isWorthTelling(key, contents.table),
                contents.told.insert(Self.missingCause(key)).inserted
            else { return (state, nil) }
            let detail = "Toggle '\(key)' is not defined in worksheet '\(contents.sourceTab)'; defaulting to disabled."
            return (state, state.isOn ? nil : detail)
        }
        if let detail { tell(detail) }
        return state.isOn
    }

    /// Whether at least one of these features is on.
    public func isOn(anyOf keys: [String]) -> Bool {
        keys.map { isOn($0) }.contains(true)
    }

    /// Whether a switch that exists under several names is on: at least one is present, and every present one is on.
    public func isOn(everyPresentOf keys: [String]) -> Bool {
        let states = keys.map { key in
            _ = isOn(key)
            return state(of: key)
        }
        let present = states.filter { if case .missing = $0 { false } else { true } }
        return !present.isEmpty && present.allSatisfy(\.isOn)
    }

    /// Whether none of these switches is present and not on: absent ones do not block.
    public func isUnblocked(by keys: [String]) -> Bool {
        keys.allSatisfy { key in
            _ = isOn(key)
            switch state(of: key) {
            case .on, .missing: return true
            case .off, .invalid, .notLoaded: return false
            }
        }
    }

    /// What is known of a key; tells nobody.
    public func state(of key: String) -> State {
        contents.withLock { Self.state(of: Self.normalised(key), $0) }
    }

    /// Keys, in lower case, that mean something to the program.
    public static let knownKeys = ToggleKeys.known

    /// Whether the tab could not be used at the last attempt, or none was made.
    public var isUnusable: Bool {
        contents.withLock { $0.failure != nil || $0.table == nil }
    }

    /// Whether each key that has a row is on, by lower-case key.
    public var all: [String: Bool] {
        contents.withLock { $0.table?.states.mapValues { $0 == .on } ?? [:] }
    }

    /// What commands show.
    public var snapshot: Snapshot {
        contents.withLock { contents in
            var notes = contents.failure.map { [$0.detail] } ?? []
            if contents.failure != nil, contents.table != nil {
                notes.append("The last good copy stays in force.")
            }
            for (key, state) in (contents.table?.states ?? [:]).sorted(by: { $0.key < $1.key }) {
                if case .invalid(let text) = state { notes.append(Self.invalid(key, text, contents.sourceTab)) }
            }
            return Snapshot(
                loadedAt: contents.loadedAt, rowCount: contents.table?.rowCount ?? 0, sourceTab: contents.sourceTab,
                disabledByDefault: contents.table == nil, notes: notes)
        }
    }

    // MARK: Loading

    /// Takes what was read. Gives the keys whose effect changed, with what they were and are.
    @discardableResult
    func take(
        _ result: Result<ToggleTable, FailureBox>, tab: String, mention: String, at now: Timestamp
    ) -> [(key: String, wasOn: Bool, isOn: Bool)] {
        var details: [String] = []
        var unknown: [String] = []
        let changes = contents.withLock { contents -> [(key: String, wasOn: Bool, isOn: Bool)] in
            let before = contents
            contents.mention = mention
            contents.sourceTab = tab
            switch result {
            case .failure(let box):
                contents.failure = box.failure
                if contents.told.insert(box.failure.cause).inserted { details.append(box.failure.detail) }
            case .success(let table):
                contents.failure = nil
                contents.table = table
                contents.loadedAt = now
                details = Self.renewCauses(&contents, table, tab)
                unknown = table.states.keys.filter { !ToggleKeys.known.contains($0) }.sorted()
            }
            return Self.changes(from: before, to: contents)
        }
        if !unknown.isEmpty {
            logger.info("feature toggles: unknown keys: \(unknown.joined(separator: ", "))")
        }
        for detail in details { tell(detail) }
        return changes
    }

    /// An error that carries a failure.
    struct FailureBox: Error {
        let failure: Failure
    }

    /// Forgets causes that a good load no longer shows, and gives the texts of new ones.
    private static func renewCauses(_ contents: inout Contents, _ table: ToggleTable, _ tab: String) -> [String] {
        var causes: Set<String> = []
        var details: [String] = []
        for (key, state) in table.states.sorted(by: { $0.key < $1.key }) {
            guard case .invalid(let text) = state else { continue }
            causes.insert("invalid \(key)")
            if !contents.told.contains("invalid \(key)") { details.append(invalid(key, text, tab)) }
        }
        let missing = contents.told.filter { cause in
            cause.hasPrefix("missing ") && Self.isWorthTelling(String(cause.dropFirst(8)), table)
        }
        contents.told = causes.union(missing)
        return details
    }

    private static func changes(
        from before: Contents, to after: Contents
    ) -> [(key: String, wasOn: Bool, isOn: Bool)] {
        let keys = ToggleKeys.known.union(before.table?.states.keys.map { $0 } ?? [])
            .union(after.table?.states.keys.map { $0 } ?? [])
        return keys.sorted().compactMap { key in
            let (was, isNow) = (state(of: key, before).isOn, state(of: key, after).isOn)
            return was == isNow ? nil : (key: key, wasOn: was, isOn: isNow)
        }
    }

    private static func state(of key: String, _ contents: Contents) -> State {
        guard let table = contents.table else { return .notLoaded }
        return switch table.states[key] {
        case .on: .on
        case .off: .off
        case .invalid(let text): .invalid(text)
        case nil: .missing(isOn: ToggleKeys.onByDefault.contains(key))
        }
    }

    /// One of several alternatives may be missing without anything being wrong.
    private static func isWorthTelling(_ key: String, _ table: ToggleTable?) -> Bool {
        let group = ToggleKeys.alternatives.first { $0.contains(key) } ?? [key]
        return group.allSatisfy { table?.states[$0] == nil }
    }

    /// Alternatives that are all missing are one cause.
    private static func missingCause(_ key: String) -> String {
        let group = ToggleKeys.alternatives.first { $0.contains(key) } ?? [key]
        return "missing \(group.min() ?? key)"
    }

    private static func invalid(_ key: String, _ text: String, _ tab: String) -> String {
        "Toggle '\(key)' in worksheet '\(tab)' has invalid value '\(text)'; defaulting to disabled."
    }

    private static func normalised(_ key: String) -> String {
        key.trimmed.lowercased()
    }

    private func tell(_ detail: String) {
        let mention = contents.withLock { $0.mention }
        let text = "⚠️ \(mention) Feature toggle misconfiguration: \(detail)"
        logger.warning(text)
        alert(text)
    }
}
