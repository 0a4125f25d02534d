public import Bot
import Cluster
public import Discord
import Service

/// Seat reservations: recruiters hold one seat in a clan for a recruit while the recruit's ticket is open.
///
/// `!reserve` asks for what it needs in the ticket and saves nothing before the final `yes`. The ledger and the seat columns
/// of the roster belong to the seat book, the names of threads to the rename queue; what is here decides, asks and tells.
/// Source: placement chapter.
public struct Placement: Feature {
    /// Either switch puts reservations on.
    public static let toggles = ["feature_reservations", "placement_reservations"]

    let services: PlacementServices
    let offers: RecruitOffers

    public let name = "placement"
    public let gate = Gate.anyToggle(toggles)
    public var commands: [Command] { [reserve, extend, release, reservations] }
    public var components: [ComponentHandler] { holdButtons + proposalControls }

    /// Creates the feature.
    public init(_ services: PlacementServices) {
        self.services = services
        offers = RecruitOffers(services)
    }

    /// Says at boot what operators look for, and finishes what the last process began.
    public func run() async {
        if gate.isOpen(services.isEnabled) { services.logger.info("placement.reservations command loaded") }
        if services.isEnabled("placement_target_select") {
            services.logger.info("placement.target_select stub loaded (no commands)")
        }
        await HoldRecovery(services: services, followsNames: { gate.isOpen(services.isEnabled) }).run()
    }

    /// Says what became of a rename that an earlier process left.
    public func tell(_ outcome: ThreadRenames.Outcome, ofRenaming thread: ChannelID, to name: String) {
        guard let name = TicketName(welcome: name, isKnownTag: { _ in false }) else { return }
        HoldNames(services: services).tell(outcome, of: name, in: thread)
    }

    static let access = AccessRule.recruiter(
        refusal: "Only Recruiters (or Admins) can reserve seats. Please ask the Recruitment Crew.")
}
