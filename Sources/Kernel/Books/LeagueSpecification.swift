import Configuration
import Spreadsheets

/// An image of a league's post: the range of a tab that shows it.
///
/// Source: sheets chapter, section 3.5.
public struct LeagueSpecification: Sendable, Hashable {
    /// The leagues, in the order in which they are posted.
    public enum League: String, Sendable, Hashable, CaseIterable {
        case legendary = "LEGENDARY"
        case rising = "RISING"
        case storm = "STORM"
    }

    /// What an image is.
    public enum Image: Sendable, Hashable {
        /// The header of the post.
        case header
        /// A board; boards are posted in the order of their numbers.
        case board(Int)
    }

    /// The league.
    public var league: League
    /// What it shows.
    public var image: Image
    /// The tab.
    public var tab: String
    /// The range in A1 notation, without the tab.
    public var range: String

    private static let refusals: Set<String> = ["0", "false", "no", "off"]

    /// The enabled specifications in sheet order. Rows without key, tab or range, of other keys, and boards without a
    /// number are left out.
    static func specifications(in block: CellBlock) throws(LoadFailure) -> [LeagueSpecification] {
        let records = try TabRecords(block)
        let rows = records.rows.filter { !refusals.contains(records.text($0, "ENABLED", "ACTIVE").lowercased()) }
        let entries = rows.map { row in
            (
                key: records.text(row, "SPEC_KEY", "KEY", "NAME").uppercased(),
                tab: records.text(row, "SHEET_NAME", "SHEET", "TAB"),
                value: records.text(row, "RANGE", "CELL_RANGE", "VALUE", "VAL")
            )
        }
        var tabs: [League: String] = [:]
        for entry in entries {
            guard let (league, part) = parts(of: entry.key), part == "TAB" else { continue }
            tabs[league] = entry.tab.isEmpty ? entry.value : entry.tab
        }
        return entries.compactMap { entry in
            guard let (league, part) = parts(of: entry.key), let image = image(part) else { return nil }
            let tab = entry.tab.isEmpty ? tabs[league] ?? "" : entry.tab
            guard !tab.isEmpty, !entry.value.isEmpty else { return nil }
            return LeagueSpecification(league: league, image: image, tab: tab, range: entry.value)
        }
    }

    /// `LEAGUE_<SLUG>_<PART>`
    private static func parts(of key: String) -> (League, Substring)? {
        let words = key.split(separator: "_", omittingEmptySubsequences: false)
        guard words.count == 3, words[0] == "LEAGUE", let league = League(rawValue: String(words[1])) else {
            return nil
        }
        return (league, words[2])
    }

    private static func image(_ part: Substring) -> Image? {
        if part == "HEADER" { return .header }
        guard part.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(part) else { return nil }
        return .board(number)
    }
}
