/// A command, declared once: its prefix form, slash form, help page and access rule all derive from this record.
///
/// ```swift
/// Command(
///     "clan", arguments: [Argument("tag", .word, orSay: "name a clan by its tag.")], access: .anyone,
///     help: CommandHelp(.user, .recruitment, section: .recruitment, summary: "Shows a clan's card.", detail: "…")
/// ) { invocation, responder in … }
/// ```
public struct Command: Sendable {
    /// Runs the command for one caller.
    public typealias Handler = @Sendable (Invocation, Responder) async throws -> Void

    /// The words that call it, lower case, separated by one blank: `clan`, `ops health`.
    public var name: String
    /// What stands behind the prefix in a usage line: `clan <tag>`.
    public var usage: String
    /// The arguments it takes, in order.
    public var arguments: [Argument]
    /// The flags it takes.
    public var flags: [Flag]
    /// Who may run it.
    public var access: AccessRule
    /// Who may run the bare form (`!health` for `ops health`) where it exists; nil where there is none. See `CommandRouter`.
    public var bareAccess: AccessRule?
    /// How often it may run; nil for as often as people like.
    public var cooldown: Cooldown?
    /// What help says about it.
    public var help: CommandHelp
    /// Whether it only holds subcommands: called itself or with an unknown one, it answers with a hint.
    public var isGroup: Bool
    /// How it appears behind a slash.
    public var slash: SlashForm
    /// Gives what a caller reads who may run it while its feature is switched off; nil for the usual sentence. For a
    /// command that owes such a caller more than that, a log line for instance.
    public var whenOff: (@Sendable (Invocation) -> Refusal)?
    /// What it does.
    public var run: Handler

    /// Declares a command.
    /// - Parameters:
    ///   - usage: what stands behind the prefix in a usage line; by default the name and the arguments.
    ///   - whenOff: see the property.
    public init(
        _ name: String, usage: String? = nil, arguments: [Argument] = [], flags: [Flag] = [], access: AccessRule,
        bareAccess: AccessRule? = nil, cooldown: Cooldown? = nil, isGroup: Bool = false, help: CommandHelp,
        slash: SlashForm = .derived, whenOff: (@Sendable (Invocation) -> Refusal)? = nil,
        run: @escaping Handler
    ) {
        self.name = name
        self.usage = usage ?? ([name] + arguments.map(\.placeholder)).joined(separator: " ")
        self.arguments = arguments
        self.flags = flags
        self.access = access
        self.bareAccess = bareAccess
        self.cooldown = cooldown
        self.isGroup = isGroup
        self.help = help
        self.slash = slash
        self.whenOff = whenOff
        self.run = run
    }

    /// The name of the bare form: the last words of an `ops` command.
    public var bareName: String? {
        bareAccess != nil && name.hasPrefix("ops ") ? String(name.dropFirst("ops ".count)) : nil
    }
}

/// A flag that a command declares.
public struct Flag: Sendable, Hashable {
    /// The name without dashes.
    public var name: String
    /// The one-letter form, where there is one.
    public var short: Character?
    /// Whether a following word is its value.
    public var takesValue: Bool
    /// What it is for, as the slash form says it in at most 100 characters.
    public var about: String?

    /// Declares a flag.
    public init(_ name: String, short: Character? = nil, takesValue: Bool = false, about: String? = nil) {
        self.name = name
        self.short = short
        self.takesValue = takesValue
        self.about = about
    }

    func matches(_ typed: String) -> Bool {
        typed.lowercased() == "--\(name)" || short.map { typed == "-\($0)" } ?? false
    }
}

/// What help says about a command, and where. Source: coreops chapter, sections 5 and 6.
public struct CommandHelp: Sendable, Equatable {
    /// The audience under which help lists a command.
    public enum Tier: String, Sendable, CaseIterable {
        case admin, staff, user
    }

    /// The function group of a command.
    public enum Group: String, Sendable, CaseIterable {
        case operational, recruitment, milestones, reminder, general
    }

    /// The section of the overview.
    public enum Section: String, Sendable, CaseIterable {
        case configHealth = "config_health"
        case sheetsCache = "sheets_cache"
        case permissions
        case utilities
        case welcomeTemplates = "welcome_templates"
        case recruitment
        case sheetTools = "sheet_tools"
        case milestones
        case general
    }

    /// Where on the overview a command stands.
    public enum Place: Sendable, Equatable {
        /// In this section.
        case section(Section)
        /// Only on its own page.
        case pageOnly
    }

    /// The audience.
    public var tier: Tier
    /// The function group.
    public var group: Group
    /// Where it is listed.
    public var place: Place
    /// One line for the overview.
    public var summary: String
    /// A few sentences for its own page.
    public var detail: String
    /// A hint for its own page.
    public var tip: String
    /// What to mind before calling it, for a command that destroys or interrupts something.
    public var caution: String?
    /// The text that the overview shows instead of `!` and the name.
    public var overviewUsage: String?

    /// Describes a command.
    public init(
        _ tier: Tier, _ group: Group, _ place: Place, overviewUsage: String? = nil, summary: String, detail: String,
        tip: String, caution: String? = nil
    ) {
        self.tier = tier
        self.group = group
        self.place = place
        self.overviewUsage = overviewUsage
        self.summary = summary
        self.detail = detail
        self.tip = tip
        self.caution = caution
    }
}
