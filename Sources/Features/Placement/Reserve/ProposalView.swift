import Cluster
import Discord

/// What `/reserve new` shows to the recruiter alone. Nobody is pinged. Source: design, section 4; placement chapter,
/// section 5.2.
enum ProposalView {
    static let unclearRecruit =
        "I did not understand that recruit reference. Choose a member from the list, or paste a user id."
    static let settled = "This reservation is no longer open. Use `/reserve new` to hold a seat."
    static let notYours = "Only the recruiter who asked for this reservation can use it."
    static let overdue = "That day is over meanwhile, so nothing was saved. Press **Change** for another date."
    static let unkept = "I cannot note this reservation right now, so nothing was saved. Please try again in a minute."
    static let saved = "The seat is held; the ticket says so."

    /// Asks whether it shall be saved, or first for the reason that it needs.
    static func question(_ proposal: HoldProposal) -> (text: String, controls: [Component]) {
        let clan = proposal.label.codeSpan
        var lines = [
            "Reserve 1 spot in \(clan) for \(proposal.recruit.mention) until `\(proposal.until)`?"
        ]
        if !proposal.reason.isEmpty { lines.append("Reason: \(proposal.reason.escapingMarkdown)") }
        if !proposal.isMember {
            lines.append(
                "\(proposal.recruit.mention) is not a member of this server; confirm only if you mean that id.")
        }
        if proposal.needsReason {
            lines.append(
                "\(clan) has **0** effective open spots with its existing holds. You can still hold a seat: give a "
                    + "short reason.")
        }
        let first =
            proposal.needsReason
            ? Button(.primary, "Give a reason", customID: proposal.customID(HoldProposal.Control.reason))
            : Button(.success, "Confirm", customID: proposal.customID(HoldProposal.Control.save))
        return (
            lines.joined(separator: "\n"),
            [
                .row(
                    first, Button(.secondary, "Change", customID: proposal.customID(HoldProposal.Control.change)),
                    Button(.danger, "Cancel", customID: proposal.customID(HoldProposal.Control.cancel)))
            ]
        )
    }
}
