public import Service

/// Where the value of a setting came from.
public enum SettingOrigin: Sendable, Hashable, CustomStringConvertible {
    case environment
    /// A Config tab of the spreadsheet with this tail.
    case sheet(tail: String)
    case `default`

    /// `env`, `sheet:<tail>` or `default`.
    public var description: String {
        switch self {
        case .environment: "env"
        case .sheet(let tail): "sheet:\(tail)"
        case .default: "default"
        }
    }
}

/// All settings as they stand at one moment: an immutable value, replaced as a whole at each reload.
///
/// ```swift
/// let registry = configuration.registry
/// if registry[\.people.adminRoles].contains(role) { … }
/// let range = registry.text("MIRRALITH_CLAN_RANGE")
/// ```
public struct Registry: Sendable {
    /// The value of one key and where it came from.
    public struct Entry: Sendable, Hashable {
        /// The value; nil if no source has a usable one and there is no default.
        public let value: SettingValue?
        /// Where it came from.
        public let origin: SettingOrigin
    }

    /// What the last build was like.
    public struct Metadata: Sendable {
        /// When it was built.
        public var loadedAt: Timestamp
        /// Which sources took part: `ENV` or `ENV + Sheet Config`.
        public var source: String
        /// `ok`, or `partial` if a Config tab could not be read.
        public var status: String
        /// Why a Config tab could not be read.
        public var lastError: String?
        /// How many keys the onboarding Config tab gave.
        public var onboardingKeyCount: Int
        /// Keys whose value in the environment was replaced by a sheet, sorted.
        public var overriddenKeys: [String]
        /// How often the settings changed before, in this process. Tells two states apart, which their times may not.
        public var revision = 0
    }

    private let entries: [String: Entry]
    /// What the build was like.
    public internal(set) var metadata: Metadata
    /// Variables of the environment that are no settings but concern the same things, for display.
    public let relatedVariables: [String: String]

    init(entries: [String: Entry], metadata: Metadata, relatedVariables: [String: String]) {
        self.entries = entries
        self.metadata = metadata
        self.relatedVariables = relatedVariables
    }

    /// The value of a setting, or its default.
    public subscript<Value>(_ path: KeyPath<Settings, Setting<Value>>) -> Value {
        self[Settings.all[keyPath: path]]
    }

    /// The value of a setting, or its default.
    public subscript<Value>(_ setting: Setting<Value>) -> Value {
        entries[setting.declaration.name]?.value.flatMap { Value($0) } ?? setting.fallback
    }

    /// What is known of a key, which may be written in any case and with any punctuation.
    public func entry(_ key: String) -> Entry? {
        entries[KeyName.normalised(key)]
    }

    /// The value of any key as text; nil if it is unset.
    public func text(_ key: String) -> String? {
        entry(key)?.value?.description
    }

    /// All keys, sorted.
    public var keys: [String] {
        entries.keys.sorted()
    }

    /// Keys whose values differ from another registry's, sorted.
    public func changedKeys(from other: Registry) -> [String] {
        Set(entries.keys).union(other.entries.keys).filter { entries[$0]?.value != other.entries[$0]?.value }.sorted()
    }

    /// The registry with one key of a Config tab written or, with a blank value, removed.
    func mirroring(_ key: String, _ value: String, tail: String) -> Registry {
        var entries = entries
        let key = KeyName.normalised(key)
        let value = value.trimmed
        entries[key] =
            value.isEmpty ? nil : Entry(value: .text(String(value)), origin: .sheet(tail: tail))
        return Registry(entries: entries, metadata: metadata, relatedVariables: relatedVariables)
    }
}
