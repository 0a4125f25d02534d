import Cluster
import Discord

/// The panel of `!clanmatch`. Source: recruitment chapter, sections 6.3 and 6.4.
enum RecruiterPanelView {
    /// Clans on a page of results at most.
    static let clansPerPage = 10

    private static let title = "Find a C1C Clan for your recruit"
    private static let staleWarning =
        "⚠️ The list below reflects your last search, not the filters as they are now."
    private static let help =
        "Any filter may stay blank; too many of them may find nothing. The roster button runs through open spots, "
        + "inactives, full and any roster."
    private static let filtersField = "Active filters"
    private static let noteField = "Results note"

    /// The panel's text.
    static func embed(_ search: RecruiterSearch) -> Embed {
        let paragraphs = [text(of: search.status), search.isStale ? staleWarning : "", help].filter { !$0.isEmpty }
        var embed = Embed(title: title, description: paragraphs.joined(separator: "\n\n"))
        let summary = search.filter.summary()
        embed.fields = [Embed.Field(filtersField, summary.isEmpty ? "None" : summary)]
        if let note = search.note { embed.fields.append(Embed.Field(noteField, note)) }
        embed.footer = Embed.Footer(text: PanelText.summonerOnly)
        return embed.fitted()
    }

    /// The controls of a panel.
    static func controls(_ filter: ClanFilter, owner: UserID, isDisabled: Bool = false) -> [Component] {
        FilterControls.recruiter.rows(filter, owner: owner, isDisabled: isDisabled)
    }

    /// The text of a panel that was not used for long.
    static var expired: Embed {
        Embed(
            title: "Find a C1C Clan",
            description: "⏳ This panel has expired. Type `!\(RecruiterPanel.command)` to open a new one.")
    }

    /// What a posted panel shows; nil where it is none.
    static func reading(_ message: Message) -> RecruiterSearch? {
        guard let embed = message.embeds.first, embed.title == title,
            let filter = FilterControls.recruiter.filter(in: message.components)
        else { return nil }
        let text = embed.description ?? ""
        let isStale = text.contains(staleWarning)
        let note = embed.fields.first { $0.name == noteField }?.value
        var search = RecruiterSearch(filter: filter, isStale: isStale, note: note)
        if let found = foundCount(in: text) {
            search.matchCount = found
        } else if isStale || note != nil {
            search.matchCount = 1
        }
        return search
    }

    private static func text(of status: RecruiterSearch.Status) -> String {
        switch status {
        case .ready: "Pick any filters and press **Search Clans**."
        case .filtersChanged: "Filters changed. Press **Search Clans** to see the clans that fit now."
        case .reset: "Filters were reset."
        case .needsFilter: "Pick at least one filter, or a roster state, and press **Search Clans**."
        case .rosterUnreadable:
            "⚠️ The clan roster could not be loaded. Please try again in a moment."
        case .found(_, 0): "No clans match these filters. Try fewer of them."
        case .found(let shown, let total): found(shown: shown, total: total)
        case .notUpdated:
            "⚠️ The panel could not be updated. It is as it was before; please try again."
        }
    }

    private static func found(shown: Int, total: Int) -> String {
        var text = total == 1 ? "Found 1 matching clan." : "Found \(total) matching clans."
        if shown > clansPerPage { text += " Showing \(clansPerPage) per page." }
        if total > shown {
            text += "\n" + RecruiterSearch.capNote(shown: shown, total: total) + " Use the pager to see them all."
        }
        return text
    }

    private static func foundCount(in text: String) -> Int? {
        guard text.hasPrefix("Found ") else { return nil }
        return Int(text.dropFirst("Found ".count).prefix { $0.isNumber })
    }
}
