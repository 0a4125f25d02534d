public import Bot
import Cluster
import Discord
import Service

/// `!clanmatch`: a panel with which a recruiter searches clans for a recruit, and the list of what was found.
///
/// Each recruiter has one panel and one list, across all channels. What they show is in the journal under the message's
/// id, and where that is lost it is read from the message itself. Source: recruitment chapter, sections 6 and 14.2.
public struct RecruiterPanel: Feature {
    /// How long a panel and a pager live after their last use.
    static let lifetime = Duration.seconds(1800)
    static let command = "clanmatch"

    let services: PanelServices
    let logger: Logger
    let panels: PanelBook<RecruiterSearch>
    let lists: PanelBook<RecruiterResults>
    /// One thing at a time for each recruiter.
    let turns = KeyedLocks<UserID>()
    let timers: PanelTimers

    public let name = "recruiter_panel"
    public let gate = Gate.toggle("recruiter_panel")

    public var commands: [Command] {
        [
            Command(
                Self.command,
                access: .recruiter(
                    refusal: "Only Recruitment Scouts/Coordinators or Admins may use `!\(Self.command)`."),
                cooldown: Cooldown(Self.command, .seconds(2), per: .user),
                help: CommandHelp(
                    .staff, .recruitment, .section(.recruitment),
                    summary: "Opens the panel that matches a recruit with clans.",
                    detail: "Opens a panel with filters for what a clan plays and whether it has open spots or "
                        + "inactives. **Search Clans** lists the clans that fit, with what they ask for and need.",
                    tip: "Type it again to get back to your panel; your filters stay."),
                run: open)
        ]
    }

    public var components: [ComponentHandler] {
        // Whose panel it is, the handler checks: others are told the same as people who are no recruiters.
        let access = AccessRule.recruiter(refusal: PanelText.notYours(Self.command))
        let names = FilterControls.Control.allCases.map(FilterControls.recruiter.name)
        return names.map { ComponentHandler($0, access: access, answer: .deferUpdate, run: usePanel) }
            + [RecruiterResultsView.previous, RecruiterResultsView.next].map {
                ComponentHandler($0, access: access, answer: .deferUpdate, run: usePager)
            }
    }

    /// Creates the feature.
    public init(_ services: PanelServices) {
        self.services = services
        logger = services.logger.named("c1c.recruitment.recruiter")
        panels = PanelBook(kind: "clanmatch.panel", journal: services.journal, logger: logger)
        lists = PanelBook(kind: "clanmatch.results", journal: services.journal, logger: logger)
        timers = PanelTimers(calendar: services.calendar, activity: services.activity)
    }

    public func run() async {
        for panel in await panels.all() { timers.watch(panel.message, until: panel.usedAt + Self.lifetime) }
        for list in await lists.all() where list.state.hasPager {
            timers.watch(list.message, until: list.usedAt + Self.lifetime)
        }
        await timers.run(lapse)
    }
}
