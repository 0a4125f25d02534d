/// A range of one tab, as it is written in A1 notation: `'Rising Stars'!A1:F3`.
///
/// ```swift
/// let roster = CellRange(tab: "bot_info")                         // the whole tab
/// let header = CellRange(tab: "Reservations", .rows(1...1))
/// let board = CellRange(a1: "'Rising Stars'!A1:F3")
/// ```
public struct CellRange: Sendable, Hashable, CustomStringConvertible {
    /// The tab's title, exactly as it stands in the spreadsheet.
    public let tab: String
    /// The rectangle inside the tab.
    public let grid: GridRange

    /// A range of a tab; the whole tab if no rectangle is given.
    public init(tab: String, _ grid: GridRange = .all) {
        self.tab = tab
        self.grid = grid
    }

    /// A range from A1 notation with its tab. Quotes around the title are optional; inside quotes a doubled quote stands
    /// for one. A text without `!` names a whole tab. Nil if the text is malformed.
    public init?(a1 text: String) {
        if text.first == "'" {
            guard let (title, rest) = Self.unquote(text) else { return nil }
            if rest.isEmpty {
                self.init(tab: title)
            } else {
                guard rest.first == "!", let grid = GridRange(a1: rest.dropFirst()) else { return nil }
                self.init(tab: title, grid)
            }
        } else if let mark = text.lastIndex(of: "!") {
            guard mark != text.startIndex, let grid = GridRange(a1: text[text.index(after: mark)...]) else {
                return nil
            }
            self.init(tab: String(text[..<mark]), grid)
        } else {
            guard !text.isEmpty else { return nil }
            self.init(tab: text)
        }
    }

    /// A1 notation with the title in quotes.
    public var a1: String {
        let quoted = "'\(tab.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''"))'"
        return grid.a1.map { "\(quoted)!\($0)" } ?? quoted
    }

    /// Same as ``a1``.
    public var description: String { a1 }

    private static func unquote(_ text: String) -> (title: String, rest: Substring)? {
        var title = ""
        var rest = text.dropFirst()
        while let character = rest.first {
            rest.removeFirst()
            if character != "'" {
                title.append(character)
            } else if rest.first == "'" {
                title.append("'")
                rest.removeFirst()
            } else {
                return title.isEmpty ? nil : (title, rest)
            }
        }
        return nil
    }
}
