import Discord

/// What help did with every command for one caller, so that operators see why somebody does not see something. Pure.
///
/// Source: coreops chapter, sections 6.2 and 6.7.
public struct HelpReport: Sendable, Equatable {
    /// Why a command is shown or not.
    public enum Reason: String, Sendable, Hashable {
        case ok, hidden, disabled
        case notInOverview = "not in overview"
        case notRunnable = "not runnable"
        case notRunnableForUser = "not runnable for user"
        case notRunnableForStaff = "not runnable for staff"
        case emptySection = "empty section"
    }

    /// One command.
    public struct Row: Sendable, Equatable {
        /// Its name.
        public var name: String
        /// The audience under which help lists it.
        public var tier: CommandHelp.Tier
        /// Its function group.
        public var group: CommandHelp.Group
        /// Whether audience, toggle and gate let the caller run it.
        public var canRun: Bool
        /// Why it is shown or not.
        public var reason: Reason

        /// Whether it is on the overview.
        public var isDisplayed: Bool { reason == .ok }
    }

    /// The most rows.
    private static let rowLimit = 30
    /// The most UTF-16 units of the whole text.
    private static let textLimit = 1800

    /// Every command: those on the overview first, then by name.
    public var rows: [Row]

    /// Builds the report of `catalog` for one viewer.
    public init(of catalog: CommandCatalog, for viewer: HelpOverview.Viewer) {
        rows = catalog.entries.map { entry in
            let help = entry.command.help
            let obstacle = viewer.obstacle(to: entry)
            return Row(
                name: entry.command.name, tier: help.tier, group: help.group, canRun: obstacle == nil,
                reason: Self.placeObstacle(of: entry.command) ?? obstacle ?? .ok)
        }
        rows.sort { ($0.isDisplayed ? 0 : 1, $0.name) < ($1.isDisplayed ? 0 : 1, $1.name) }
    }

    /// The report as a message; rows that do not fit are counted.
    /// - Parameters:
    ///   - guild: `name(id)`, or `DM(?)`.
    ///   - user: `name(id)`.
    public func text(audience: CommandHelp.Tier, guild: String, user: String) -> String {
        let shown = rows.count { $0.isDisplayed }
        let head = """
            [Help Diagnostics] audience=\(audience.rawValue) • guild=\(guild) • user=\(user)
            visible \(shown) / discovered \(rows.count) (hidden \(rows.count - shown))
            """
        var lines = rows.prefix(Self.rowLimit).map(\.line)
        while true {
            let cut = rows.count - lines.count
            let table = (["qualname | access_tier | function_group | can_run | displayed | reason"] + lines)
                .joined(separator: "\n").codeBlock(language: "markdown")
            let text = "\(head)\n\n\(table)" + (cut > 0 ? "\n(+\(cut) more)" : "")
            if text.utf16.count <= Self.textLimit || lines.isEmpty { return text }
            lines.removeLast()
        }
    }

    /// Why a command's declaration keeps it off everybody's overview.
    private static func placeObstacle(of command: Command) -> Reason? {
        guard case .section(let section) = command.help.place else {
            let isPart = command.name.contains(" ") && !command.name.hasPrefix("ops ")
            return isPart && !command.isGroup ? .notInOverview : .hidden
        }
        guard HelpOverview.admits(command.help) else { return .hidden }
        return HelpOverview.section(section, of: command.help) == nil ? .emptySection : nil
    }
}

extension HelpReport.Row {
    fileprivate var line: String {
        "\(name) | \(tier.rawValue) | \(group.rawValue) | \(canRun) | \(isDisplayed ? "yes" : "no") | \(reason.rawValue)"
    }
}
