import Cluster
import Discord

/// A clan as recruiters see it in their results: no crest, but what the clan needs and what is held there.
///
/// Source: recruitment chapter, section 4.
enum ClassicCard {
    /// The card, without its footer.
    /// - Parameter comments: the room for each of the clan's two comments in UTF-16 units; nil: as much as they take.
    static func embed(of clan: Clan, comments: Int? = nil) -> Embed {
        let blocks = [
            criteria(of: clan), comment("Additional Requirements", clan[.notes], comments),
            comment("Clan Needs/Comments", clan[.needs], comments),
        ]
        return Embed(
            title: title(of: clan), description: blocks.filter { !$0.isEmpty }.joined(separator: "\n\n"))
    }

    private static func title(of clan: Clan) -> String {
        var title = "\(clan[.name]) `\(clan[.tag])`  — Spots: \(clan.openSpots)"
        if !clan.inactivesShown.isEmpty { title += " | Inactives: \(clan.inactivesShown)" }
        if !clan.reservedShown.isEmpty { title += " | Reserved: \(clan.reservedShown)" }
        return title
    }

    private static func criteria(of clan: Clan) -> String {
        let lines = [
            joined([labelled("Hydra ", clan[.hydraKeys], " keys"), clan[.hydraClash]]),
            joined([labelled("Chimera ", clan[.chimeraKeys], " keys"), clan[.chimeraClash]]),
            labelled("Clan Boss ", clan[.clanBossRequirement]),
            joined([
                labelled("non PR minimum: ", clan[.cvcMinimum]),
                labelled("PR minimum: ", clan[.cvcMinimumRewards]),
            ]),
        ]
        // A line that lacks its first half still says what it is about.
        let named = zip(lines, ["Hydra ", "Chimera ", "", "CvC "]).map { line, name in
            line.isEmpty || line.hasPrefix(name) ? line : name + line
        }.filter { !$0.isEmpty }
        return (["**Entry Criteria:**"] + (named.isEmpty ? ["—"] : named)).joined(separator: "\n")
    }

    private static func comment(_ label: String, _ text: String, _ room: Int?) -> String {
        let text = room.map { text.truncated(toUTF16: $0) } ?? text
        return text.isEmpty ? "" : "**\(label):** \(text)"
    }

    private static func labelled(_ label: String, _ value: String, _ unit: String = "") -> String {
        value.isEmpty ? "" : label + value + unit
    }

    private static func joined(_ halves: [String]) -> String {
        halves.filter { !$0.isEmpty }.joined(separator: "\u{A0}|\u{A0}")
    }
}
