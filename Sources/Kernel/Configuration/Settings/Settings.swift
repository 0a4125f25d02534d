/// Every setting that the program knows, in groups. This is the only list of them: parsing, merging, masking, display and
/// the documentation derive from it.
///
/// ```swift
/// registry[\.channels.log]          // UInt64?
/// registry[\.people.adminRoles]     // Set<UInt64>
/// ```
///
/// Source: runtime chapter, sections 4.2 and 4.3; sheets chapter, sections 2.2 and 3.
public struct Settings: Sendable {
    /// The process itself.
    public let core = CoreSettings()
    /// Access to spreadsheets.
    public let sheets = SheetSettings()
    /// Names of tabs, normally given by Config tabs.
    public let tabs = TabSettings()
    /// Roles and people.
    public let people = PeopleSettings()
    /// Channels and threads.
    public let channels = ChannelSettings()
    /// Watchdog, keepalive and jobs.
    public let jobs = JobSettings()
    /// Images and emoji.
    public let media = MediaSettings()
    /// Leagues.
    public let leagues = LeagueSettings()
    /// Commands and diagnostics.
    public let commands = CommandSettings()

    /// The catalogue.
    public static let all = Settings()

    /// A group of settings in the order of the catalogue.
    public struct Group: Sendable {
        /// The group's name: `core`, `sheets`, …
        public let name: String
        /// Its settings.
        public let settings: [SettingDeclaration]
    }

    /// All groups.
    public static let groups: [Group] = Mirror(reflecting: all).children.map { group in
        Group(
            name: group.label ?? "",
            settings: Mirror(reflecting: group.value).children.compactMap { ($0.value as? any Declared)?.declaration })
    }

    /// All declarations by name.
    public static let declarations: [String: SettingDeclaration] = Dictionary(
        groups.flatMap(\.settings).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
}

/// What every ``Setting`` has, whatever its type of value.
protocol Declared {
    var declaration: SettingDeclaration { get }
}

extension Setting: Declared {}
