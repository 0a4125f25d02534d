/// The overview of help for one caller: which command stands where. Pure; `HelpView` renders it.
///
/// Source: coreops chapter, sections 6.2 to 6.5.
public struct HelpOverview: Sendable, Equatable {
    /// One audience: an embed of the overview.
    public struct Audience: Sendable, Equatable {
        /// Whose commands these are.
        public var tier: CommandHelp.Tier
        /// The sections that have entries, in fixed order.
        public var sections: [Section]
    }

    /// A section with its lines.
    public struct Section: Sendable, Equatable {
        /// The label of the field.
        public var label: String
        /// The rendered entries, sorted.
        public var lines: [String]
    }

    /// The audiences that have entries: admin, staff, user.
    public var audiences: [Audience]

    /// What is known about the caller.
    public struct Viewer: Sendable {
        /// The person.
        public var caller: Caller
        /// The roles in force.
        public var policy: AccessPolicy
        /// Whether a toggle is on.
        public var isEnabled: @Sendable (String) -> Bool
        /// The bare words that admins may use.
        public var adminAllowList: [String]
        /// `SHOW_EMPTY_SECTIONS`.
        public var showsEmptySections: Bool

        /// Creates a viewer.
        public init(
            caller: Caller, policy: AccessPolicy, isEnabled: @escaping @Sendable (String) -> Bool,
            adminAllowList: [String], showsEmptySections: Bool
        ) {
            self.caller = caller
            self.policy = policy
            self.isEnabled = isEnabled
            self.adminAllowList = adminAllowList
            self.showsEmptySections = showsEmptySections
        }

        /// Whether the caller belongs to an audience.
        func admits(_ tier: CommandHelp.Tier) -> Bool {
            switch tier {
            case .admin: policy.isAdmin(caller)
            case .staff: policy.isStaff(caller)
            case .user: true
            }
        }

        /// The highest audience that the caller belongs to.
        public var audience: CommandHelp.Tier { CommandHelp.Tier.allCases.first(where: admits) ?? .user }

        /// Whether a command is shown to the caller.
        public func sees(_ entry: CommandCatalog.Entry) -> Bool { obstacle(to: entry) == nil }

        /// Why a command is not shown to the caller; nil if nothing about the caller or the toggles stands against it.
        func obstacle(to entry: CommandCatalog.Entry) -> HelpReport.Reason? {
            let help = entry.command.help
            guard admits(help.tier) || help.group == .recruitment && canRun(entry) else {
                return help.tier == .admin && audience == .staff ? .notRunnableForStaff : .notRunnableForUser
            }
            guard entry.gate.isOpen(isEnabled) else { return .disabled }
            return canRun(entry) ? nil : .notRunnable
        }

        /// Whether the command's own gate lets the caller through.
        func canRun(_ entry: CommandCatalog.Entry) -> Bool {
            policy.decide(entry.command.access, for: caller).isGranted
        }
    }

    /// Builds the overview of `catalog` for one viewer.
    public init(of catalog: CommandCatalog, for viewer: Viewer) {
        var entries: [CommandHelp.Tier: [CommandHelp.Section: [(usage: String, line: String)]]] = [:]
        for entry in catalog.entries where viewer.sees(entry) {
            guard case .section(let declared) = entry.command.help.place,
                let section = Self.section(declared, of: entry.command.help)
            else { continue }
            let usage = Self.usage(of: entry.command, for: viewer)
            let line = Self.line(usage: usage, of: entry.command)
            entries[entry.command.help.tier, default: [:]][section, default: []].append((usage, line))
        }
        audiences = Self.layout.compactMap { tier, sections in
            guard viewer.admits(tier) || entries[tier] != nil else { return nil }
            let showsEmpty = viewer.showsEmptySections && viewer.admits(tier)
            let shown = sections.compactMap { section -> Section? in
                let lines = (entries[tier]?[section] ?? []).sorted { $0.usage.lowercased() < $1.usage.lowercased() }
                guard !lines.isEmpty || showsEmpty else { return nil }
                return Section(label: section.label, lines: lines.isEmpty ? ["Coming soon"] : lines.map(\.line))
            }
            return shown.isEmpty ? nil : Audience(tier: tier, sections: shown)
        }
    }

    private static let layout: [(CommandHelp.Tier, [CommandHelp.Section])] = [
        (.admin, [.configHealth, .sheetsCache, .permissions, .utilities, .welcomeTemplates]),
        (.staff, [.recruitment, .sheetTools, .milestones]),
        (.user, [.recruitment, .milestones, .general]),
    ]

    private static let groups: [CommandHelp.Tier: Set<CommandHelp.Group>] = [
        .admin: [.operational], .staff: [.recruitment, .milestones, .operational],
        .user: [.recruitment, .milestones, .general],
    ]

    /// The section where an entry stands; nil where its audience does not admit its group or has no place for it.
    static func section(_ declared: CommandHelp.Section, of help: CommandHelp) -> CommandHelp.Section? {
        guard admits(help) else { return nil }
        let sections = layout.first { $0.0 == help.tier }?.1 ?? []
        if help.tier == .admin, declared == .sheetTools { return .sheetsCache }
        if sections.contains(declared) { return declared }
        return CommandHelp.Section(rawValue: help.group.rawValue).flatMap { sections.contains($0) ? $0 : nil }
    }

    /// Whether an entry's audience lists commands of its group.
    static func admits(_ help: CommandHelp) -> Bool { groups[help.tier]?.contains(help.group) == true }

    /// How an entry is typed, as the overview shows it.
    private static func usage(of command: Command, for viewer: Viewer) -> String {
        if let usage = command.help.overviewUsage { return usage }
        if command.help.tier == .admin, let bare = command.bareName, viewer.adminAllowList.contains(bare),
            let access = command.bareAccess, viewer.policy.decide(access, for: viewer.caller).isGranted
        {
            return "!\(bare)"
        }
        return "!\(command.name)"
    }

    private static func line(usage: String, of command: Command) -> String {
        let line = "• `\(usage)` — \(command.help.summary)"
        guard !command.flags.isEmpty else { return line }
        return line + "\n↳ flags: " + command.flags.map { "--\($0.name)" }.joined(separator: ", ")
    }
}

extension CommandHelp.Section {
    /// The label of the section's field.
    var label: String {
        switch self {
        case .configHealth: "Config & Health"
        case .sheetsCache: "Sheets & Cache"
        case .permissions: "Permissions"
        case .utilities: "Utilities"
        case .welcomeTemplates: "Welcome Templates"
        case .recruitment: "Recruitment"
        case .sheetTools: "Sheet Tools"
        case .milestones: "Milestones"
        case .general: "General"
        }
    }
}

extension CommandHelp.Tier {
    /// The title of the audience's embed.
    var title: String {
        switch self {
        case .admin: "Admin / Operational"
        case .staff: "Staff"
        case .user: "User"
        }
    }
}
