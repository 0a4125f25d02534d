import Cluster
import Discord

/// The faces of a clan's public card. Source: recruitment chapter, section 4.
enum ClanCard {
    /// Which face is shown; readable from the card's footer, so that a card needs no memory.
    enum Face: Sendable, Equatable, CaseIterable {
        /// Who the clan is.
        case profile
        /// What it asks for.
        case entry

        /// The other face.
        var flipped: Face { self == .profile ? .entry : .profile }

        /// The footer of a card that shows this face.
        var footer: String {
            switch self {
            case .profile: "React with 💡 for Entry Criteria"
            case .entry: "React with 💡 for Clan Profile"
            }
        }
    }

    /// The emoji that flips a card.
    static let flipEmoji = "💡"

    /// The embed of one face, fitted into Discord's limits.
    static func embed(_ face: Face, of clan: Clan) -> Embed {
        var embed =
            switch face {
            case .profile: profile(of: clan)
            case .entry: entry(of: clan)
            }
        embed.footer = Embed.Footer(text: face.footer)
        return embed.fitted()
    }

    /// The face and the tag that a posted card shows; nil for an embed that is no card.
    static func reading(_ embed: Embed) -> (face: Face, tag: ClanTag)? {
        guard let footer = embed.footer?.text, let face = Face.allCases.first(where: { $0.footer == footer }) else {
            return nil
        }
        // A name may hold a bar too, so the tag is found from the level behind it.
        let parts = embed.title?.split(separator: "|", omittingEmptySubsequences: false) ?? []
        guard let level = parts.lastIndex(where: { $0.hasPrefix(" \(levelLabel) ") }), level > 0,
            let tag = ClanTag(parts[level - 1])
        else { return nil }
        return (face, tag)
    }

    /// The short card, without a footer.
    static func lite(of clan: Clan) -> Embed {
        let character = joined([clan[.progression], clan[.playstyle]], by: " | ")
        return Embed(title: title(of: clan), description: character.isEmpty ? none : character)
    }

    /// Who the clan is, without a footer.
    static func profile(of clan: Clan) -> Embed {
        let lines = [
            "**Clan Lead:** \(value(clan, .lead))",
            "**Clan Deputies:** \(value(clan, .deputies))",
            "",
            "**Clan Boss:** \(value(clan, .clanBoss))",
            "**Hydra:** \(value(clan, .hydra))",
            "**Chimera:** \(value(clan, .chimera))",
            "",
            "**CvC**: Tier \(value(clan, .cvcTier)) | Wins \(value(clan, .cvcWins))",
            "**Siege:** Tier \(value(clan, .siegeTier)) | Wins \(value(clan, .siegeWins))",
        ]
        let character = joined([clan[.progression], clan[.playstyle]], by: " | ")
        let closing = character.isEmpty ? [] : ["", character]
        return Embed(title: title(of: clan), description: (lines + closing).joined(separator: "\n"))
    }

    /// What the clan asks for, without a footer.
    /// - Parameter notes: the room for its notes in UTF-16 units; nil: as much as Discord takes.
    static func entry(of clan: Clan, notes: Int? = nil) -> Embed {
        let keys = { (column: Clan.Column) in clan[column].isEmpty ? "" : "\(clan[column]) keys" }
        let criteria = [
            labelled("Clan Boss: ", clan[.clanBossRequirement]),
            labelled("Hydra: ", joined([keys(.hydraKeys), clan[.hydraClash]], by: " — ")),
            labelled("Chimera: ", joined([keys(.chimeraKeys), clan[.chimeraClash]], by: " — ")),
            labelled(
                "CvC: ",
                joined(
                    [
                        labelled("non PR minimum: ", clan[.cvcMinimum]),
                        labelled("PR minimum: ", clan[.cvcMinimumRewards]),
                    ], by: " | ")),
        ].filter { !$0.isEmpty }
        let lines = ["**Entry Criteria:**"] + (criteria.isEmpty ? [none] : criteria)
        let title = "\(clan[.name]) | \(clan[.tag]) | \(levelLabel) \(clan[.level]) | **Spots:** \(clan.openSpots)"
        var embed = Embed(title: title, description: lines.joined(separator: "\n"))
        let text = clan[.notes].truncated(toUTF16: notes ?? Limits.fieldValue)
        if !text.isEmpty { embed.fields = [Embed.Field("Notes", text)] }
        return embed
    }

    private static let none = "—"
    private static let levelLabel = "**Level**"

    private static func title(of clan: Clan) -> String {
        "\(clan[.name]) | \(clan[.tag]) | \(levelLabel) \(clan[.level]) | **Global Rank** \(rank(of: clan))"
    }

    private static func rank(of clan: Clan) -> String {
        ["", "-", none].contains(clan[.globalRank]) ? ">1k" : clan[.globalRank]
    }

    private static func value(_ clan: Clan, _ column: Clan.Column) -> String {
        clan[column].isEmpty ? none : clan[column]
    }

    private static func labelled(_ label: String, _ value: String) -> String {
        value.isEmpty ? "" : label + value
    }

    private static func joined(_ parts: [String], by separator: String) -> String {
        parts.filter { !$0.isEmpty }.joined(separator: separator)
    }
}
