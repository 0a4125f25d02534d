import Cluster
import Discord

/// Cards spread over pages, each of which Discord takes as one message: at most so many clans, and fewer where their texts
/// are too long together even with shortened comments. Source: recruitment chapter, item 14.2.
struct CardPages {
    /// Makes a clan's card. `comments` is the room for each of its comments in UTF-16 units; nil: as much as they take.
    typealias Card = (_ clan: Clan, _ comments: Int?) -> Embed

    /// The pages in order, each with its cards; none where there are no clans.
    let pages: [[Embed]]

    /// Rooms for comments, tried in this order before a page gets fewer clans.
    private static let rooms: [Int?] = [nil, 400, 160, 60]

    /// Spreads clans over pages.
    /// - Parameters:
    ///   - footer: UTF-16 units that each card's footer takes at most.
    ///   - card: makes a card without its footer.
    init(_ clans: [Clan], atMost count: Int, footer: Int, card: Card) {
        var pages: [[Embed]] = []
        var rest = clans.map(Self.handy)[...]
        while !rest.isEmpty {
            let page = Self.page(of: rest.prefix(count), footer: footer, card: card)
            pages.append(page)
            rest = rest.dropFirst(page.count)
        }
        self.pages = pages
    }

    /// The nearest page to one that was asked for.
    func nearest(to page: Int) -> Int { max(0, min(page, pages.count - 1)) }

    /// The clan without what no card can show: cells may hold more than ten times as much as an embed.
    private static func handy(_ clan: Clan) -> Clan {
        var clan = clan
        for index in clan.cells.indices where clan.cells[index].utf8.count > Limits.embedDescription {
            clan.cells[index] = clan.cells[index].truncated(toUTF16: Limits.embedDescription)
        }
        return clan
    }

    private static func page(of clans: ArraySlice<Clan>, footer: Int, card: Card) -> [Embed] {
        var cards: [Embed] = []
        for room in rooms {
            cards = clans.map { card($0, room).fitted(budget: Limits.embedTotal - footer) }
            if cards.allFit(with: footer) { return cards }
        }
        while cards.count > 1, !cards.allFit(with: footer) { cards.removeLast() }
        return cards
    }
}

extension [Embed] {
    fileprivate func allFit(with footer: Int) -> Bool {
        reduce(0) { $0 + $1.textLength + footer } <= Limits.embedTotal
    }
}
