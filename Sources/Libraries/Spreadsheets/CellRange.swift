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
        // By scalars, since a title may begin with a mark that would join the quote to one character.
        let scalars = text.unicodeScalars
        if scalars.first == "'" {
            guard let (title, rest) = Self.unquote(scalars) else { return nil }
            if rest.isEmpty {
                self.init(tab: title)
            } else {
                guard rest.first == "!", let grid = GridRange(a1: Substring(rest.dropFirst())) else { return nil }
                self.init(tab: title, grid)
            }
        } else if let mark = scalars.lastIndex(of: "!") {
            guard mark != text.startIndex, let grid = GridRange(a1: Substring(scalars[mark...].dropFirst())) else {
                return nil
            }
            self.init(tab: String(scalars[..<mark]), grid)
        } else {
            guard !text.isEmpty else { return nil }
            self.init(tab: text)
        }
    }

    /// A1 notation with the title in quotes.
    public var a1: String {
        let parts = tab.unicodeScalars.split(separator: "'", omittingEmptySubsequences: false).map { String($0) }
        let quoted = "'\(parts.joined(separator: "''"))'"
        return grid.a1.map { "\(quoted)!\($0)" } ?? quoted
    }

    /// Same as ``a1``.
    public var description: String { a1 }

    private static func unquote(
        _ text: String.UnicodeScalarView
    ) -> (title: String, rest: Substring.UnicodeScalarView)? {
        var title = String.UnicodeScalarView()
        var rest = text.dropFirst()
        while let scalar = rest.popFirst() {
            if scalar != "'" {
                title.append(scalar)
            } else if rest.first == "'" {
                title.append("'")
                rest.removeFirst()
            } else {
                return title.isEmpty ? nil : (String(title), rest)
            }
        }
        return nil
    }
}
