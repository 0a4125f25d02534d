import Cluster
import Discord

/// A member's list of results as a message. Source: recruitment chapter, section 7.4.
struct MemberResultsView {
    /// Clans on a page at most.
    static let clansPerPage = 5

    /// The cards of the page, each with its footer.
    let cards: [(embed: Embed, clan: Clan)]
    /// The page that is shown, from 0.
    let page: Int
    /// How many pages there are.
    let pageCount: Int

    private let results: MemberResults
    /// What stands behind the last footer.
    private let closing: String

    /// Why a list takes no more presses, as its last footer says it.
    enum Ending: String {
        case expired = " • Expired"
        case closed = " • Panel closed"
    }

    /// Lays out the list.
    /// - Parameter clans: those that were found, as the roster has them now.
    init(_ results: MemberResults, _ clans: [Clan], ending: Ending? = nil) {
        self.results = results
        closing = ending?.rawValue ?? ""
        let footers = Footers(results, closing)
        let pages = CardPages(clans, atMost: Self.clansPerPage, footer: footers.length(of: clans.count)) {
            Self.card(results.mode, of: $0, comments: $1)
        }
        pageCount = pages.pages.count
        page = pages.nearest(to: results.page)
        guard pageCount > 0 else {
            cards = []
            return
        }
        let shown = pages.pages[page]
        let first = pages.pages[..<page].reduce(0) { $0 + $1.count }
        let (number, count) = (page + 1, pageCount)
        cards = shown.enumerated().map { index, embed in
            var embed = embed
            let isLast = index == shown.count - 1
            let text = isLast ? footers.last(number, of: count, total: clans.count) : footers.plain
            if !text.isEmpty { embed.footer = Embed.Footer(text: text) }
            return (embed, clans[first + index])
        }
    }

    /// The message's embed where nothing was found.
    var noMatch: Embed {
        var embed = Embed(
            title: "No matching clans found.",
            description: "Try fewer filters, or choose another roster state, and search again.")
        embed.footer = Embed.Footer(text: Footers(results, closing).plain + closing)
        return embed
    }

    /// The buttons.
    func controls(owner: UserID, isDisabled: Bool = false) -> [Component] {
        let isEmpty = cards.isEmpty
        let modes = MemberResults.Mode.allCases.map { mode in
            let (label, emoji) = Self.face(of: mode)
            return Component.button(
                Button(
                    mode == results.mode ? .primary : .secondary, label, emoji: PartialEmoji(emoji),
                    customID: OwnedID.text(MemberResults.Control.mode(mode).name, owner),
                    isDisabled: isDisabled || isEmpty))
        }
        let button = { (control: MemberResults.Control, style: Button.Style, label: String, isOff: Bool) in
            Button(style, label, customID: OwnedID.text(control.name, owner), isDisabled: isDisabled || isOff)
        }
        return [
            .actionRow(ActionRow(components: modes)),
            .row(
                button(.previous, .secondary, "◀ Prev", page == 0),
                button(.next, .primary, "Next ▶", page >= pageCount - 1),
                button(.close, .danger, "Close", false)),
        ]
    }

    // MARK: Reading

    /// What a posted list shows, without its hits; nil where it cannot be told.
    static func reading(_ message: Message) -> (filter: ClanFilter, mode: MemberResults.Mode, page: Int)? {
        guard let footer = message.embeds.last?.footer?.text, let text = Footers.filterText(in: footer),
            let filter = ClanFilter(summary: text)
        else { return nil }
        let buttons = message.components.flattened.compactMap { component in
            if case .button(let button) = component { button } else { nil }
        }
        let mode = MemberResults.Mode.allCases.first { mode in
            buttons.contains {
                $0.style == .primary && OwnedID.name($0.customID) == MemberResults.Control.mode(mode).name
            }
        }
        return (filter, mode ?? .lite, (PageText.number(in: footer) ?? 1) - 1)
    }

    // MARK: Pieces

    private static func card(_ mode: MemberResults.Mode, of clan: Clan, comments: Int?) -> Embed {
        switch mode {
        case .lite: ClanCard.lite(of: clan)
        case .entry: ClanCard.entry(of: clan, notes: comments)
        case .profile: ClanCard.profile(of: clan)
        }
    }

    private static func face(of mode: MemberResults.Mode) -> (label: String, emoji: String) {
        switch mode {
        case .lite: ("Short view", "📇")
        case .entry: ("Entry Criteria", "📑")
        case .profile: ("Clan Profile", "🪪")
        }
    }

    /// The last lines of the cards.
    private struct Footers {
        private static let opening = "Filters used: "

        let plain: String
        private let closing: String

        init(_ results: MemberResults, _ closing: String) {
            plain = results.filterText.isEmpty ? "" : Self.opening + results.filterText
            self.closing = closing
        }

        func last(_ page: Int, of count: Int, total: Int) -> String {
            [plain, "Page \(page)/\(count)", "\(total) total"].filter { !$0.isEmpty }.joined(separator: " • ") + closing
        }

        /// UTF-16 units of the longest one.
        func length(of count: Int) -> Int { last(count, of: count, total: count).utf16.count }

        static func filterText(in footer: String) -> String? {
            footer.firstRange(of: opening).map { String(footer[$0.upperBound...]) }
        }
    }
}

/// The page numbers in footers.
enum PageText {
    /// The number before the slash of `Page 2/7`, the last such words of a text; nil without them.
    static func number(in text: String) -> Int? {
        text.split(separator: " • ").last { $0.hasPrefix("Page ") }
            .flatMap { $0.dropFirst("Page ".count).split(separator: "/").first }
            .flatMap { Int($0) }
    }
}
