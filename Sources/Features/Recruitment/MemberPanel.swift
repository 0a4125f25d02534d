public import Bot
import Cluster
import Discord
import Service

/// `!clansearch`: a panel with which anybody searches for a clan, and the list of what was found.
///
/// A panel and a list belong to who opened them. What they show is in the journal under the message's id, and where that
/// is lost it is read from the message itself. Source: recruitment chapter, sections 7 and 14.2.
public struct MemberPanel: Feature {
    /// How long a panel and a list live after their last use.
    static let lifetime = Duration.seconds(900)

    let services: PanelServices
    let crests: CrestStudio
    let logger: Logger
    let panels: PanelBook<ClanFilter>
    let lists: PanelBook<MemberResults>
    /// One thing at a time for each person.
    let turns = KeyedLocks<UserID>()
    let timers: PanelTimers

    public let name = "member_panel"
    public let gate = Gate.toggle("member_panel")

    public var commands: [Command] {
        [
            Command(
                Self.command, access: .anyone, cooldown: Cooldown(Self.command, .seconds(2), per: .user),
                help: CommandHelp(
                    .user, .recruitment, .section(.recruitment),
                    summary: "Opens a panel to search for a clan.",
                    detail: "Opens a panel with filters for what a clan plays and whether it has room. Press **Search "
                        + "Clans** to see the clans that fit, in short, with what they ask for, or in full.",
                    tip: "Looking for one clan? `!clan <tag>` shows its card at once."),
                run: open)
        ]
    }

    public var components: [ComponentHandler] {
        let names = FilterControls.Control.allCases.map(FilterControls.member.name)
        return names.map { ComponentHandler($0, access: .anyone, answer: .deferUpdate, run: usePanel) }
            + MemberResults.Control.all.map {
                ComponentHandler($0.name, access: .anyone, answer: .deferUpdate, run: useList)
            }
    }

    static let command = "clansearch"

    /// Creates the feature.
    public init(_ services: PanelServices, crests: CrestStudio) {
        self.services = services
        self.crests = crests
        logger = services.logger.named("c1c.recruitment.member")
        panels = PanelBook(kind: "clansearch.panel", journal: services.journal, logger: logger)
        lists = PanelBook(kind: "clansearch.results", journal: services.journal, logger: logger)
        timers = PanelTimers(calendar: services.calendar, activity: services.activity)
    }

    public func run() async {
        for panel in await panels.all() { timers.watch(panel.message, until: panel.usedAt + Self.lifetime) }
        for list in await lists.all() { timers.watch(list.message, until: list.usedAt + Self.lifetime) }
        await timers.run(lapse)
    }
}
