import Configuration
import Spreadsheets

/// The tags that are offered when a ticket closes: the second column of a tab without a header.
///
/// Source: sheets chapter, section 6.1.
enum ClanList {
    private static let headerNames: Set<String> = ["TAG", "CLAN TAG", "CLANTAG", "CLAN"]

    /// The tags in sheet order, upper case, each once; the row `NONE` among them where the tab has it.
    static func tags(in block: CellBlock) -> [String] {
        var seen: Set<String> = []
        return SheetTable(block, schema: TableSchema(header: .none)).rows.compactMap { row in
            let tag = row[Column(1)].trimmed.uppercased()
            guard !tag.isEmpty, !(row.number == 1 && headerNames.contains(tag)) else { return nil }
            return seen.insert(tag).inserted ? tag : nil
        }
    }
}
