import Cluster
import Discord

/// A recruiter's list of results as a message. Source: recruitment chapter, sections 4 and 6.6.
struct RecruiterResultsView {
    /// The buttons.
    static let previous = "rp_results_prev"
    static let next = "rp_results_next"

    /// The message's embeds.
    let embeds: [Embed]
    /// The page that is shown, from 0.
    let page: Int
    /// How many pages there are.
    let pageCount: Int

    /// Lays out the list.
    /// - Parameter clans: those that were found, as the roster has them now.
    init(_ results: RecruiterResults, _ clans: [Clan]) {
        let summary = results.hits.summary
        func footer(_ shown: Int, _ page: Int, of count: Int) -> String {
            "Filters used: \(summary.isEmpty ? "None" : summary) • \(shown)/\(clans.count) • Page \(page)/\(count)"
        }
        let longest = footer(clans.count, clans.count, of: clans.count).utf16.count
        let pages = CardPages(clans, atMost: RecruiterPanelView.clansPerPage, footer: longest) {
            ClassicCard.embed(of: $0, comments: $1)
        }
        let (count, page) = (pages.pages.count, pages.nearest(to: results.page))
        (pageCount, self.page) = (count, page)
        guard count > 0 else {
            embeds = [Self.noMatch]
            return
        }
        let shown = pages.pages[page]
        embeds = shown.map { embed in
            var embed = embed
            embed.footer = Embed.Footer(text: footer(shown.count, page + 1, of: count))
            return embed
        }
    }

    /// The pager; none where nothing was found.
    func pager(owner: UserID, isDisabled: Bool = false) -> [Component] {
        guard pageCount > 0 else { return [] }
        return [
            .row(
                Button(
                    .secondary, "◀ Prev Page", customID: OwnedID.text(Self.previous, owner),
                    isDisabled: isDisabled || page == 0),
                Button(
                    .primary, "Next Page ▶", customID: OwnedID.text(Self.next, owner),
                    isDisabled: isDisabled || page >= pageCount - 1))
        ]
    }

    /// What a posted list shows, without its hits; nil where it cannot be told.
    static func reading(_ message: Message) -> (filter: ClanFilter, page: Int)? {
        guard let footer = message.embeds.last?.footer?.text, let opening = footer.firstRange(of: "Filters used: "),
            let filter = ClanFilter(summary: String(footer[opening.upperBound...]))
        else { return nil }
        return (filter, (PageText.number(in: footer) ?? 1) - 1)
    }

    private static let noMatch = Embed(
        title: "No matching clans found", description: "Relax a filter or two, and press **Search Clans** again.")
}
