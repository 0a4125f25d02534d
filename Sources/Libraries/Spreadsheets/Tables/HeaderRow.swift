/// How header texts are compared.
public enum HeaderNormalisation: Sendable, Hashable {
    /// As written.
    case exact
    /// Without blanks around, in any case.
    case anyCase
    /// Without blanks around, in any case, each run of blanks counting as one.
    case collapsingBlanks
    /// Letters and digits only, in any case: `Ticket Number`, `ticket_number` and `ticketnumber` are equal.
    case lettersAndDigits

    /// The form in which two texts that count as equal are the same.
    public func apply(_ text: some StringProtocol) -> String {
        switch self {
        case .exact: String(text)
        case .anyCase: text.trimmed.lowercased()
        case .collapsingBlanks: text.split(whereSeparator: \.isWhitespace).joined(separator: " ").lowercased()
        case .lettersAndDigits: text.lowercased().filter { $0.isLetter || $0.isNumber }
        }
    }
}

/// Which column counts when a header stands more than once.
public enum RepeatedHeaderRule: Sendable, Hashable {
    case leftmost, rightmost
}

/// What a header was found to mean.
public enum ColumnResolution: Sendable, Hashable {
    /// The column, and those that carry the same header but do not count.
    case found(Column, ignored: [Column])
    /// No alias is there.
    case missing

    /// The column, if one was found.
    public var column: Column? {
        if case .found(let column, _) = self { column } else { nil }
    }
}

/// The names of a table's columns.
public struct HeaderRow: Sendable, Hashable {
    /// The sheet row in which the header stands.
    public let row: Int
    /// The texts as written.
    public let cells: [String]
    /// How texts are compared.
    public let normalisation: HeaderNormalisation
    private let columns: [String: [Column]]

    /// A header from the cells of a row, the first of them in `firstColumn`. Blank cells name nothing.
    public init(
        cells: [String], row: Int, firstColumn: Column = Column(0), normalisation: HeaderNormalisation = .anyCase
    ) {
        self.row = row
        self.cells = cells
        self.normalisation = normalisation
        var columns: [String: [Column]] = [:]
        for (index, cell) in cells.enumerated() where !cell.trimmed.isEmpty {
            columns[normalisation.apply(cell), default: []].append(Column(firstColumn.index + index))
        }
        self.columns = columns
    }

    /// Tries names in order; the first that the header has decides, and `rule` picks among columns of that name.
    public func resolve(_ aliases: [String], repeated rule: RepeatedHeaderRule = .leftmost) -> ColumnResolution {
        for alias in aliases {
            guard let columns = columns[normalisation.apply(alias)] else { continue }
            switch rule {
            case .leftmost: return .found(columns[0], ignored: Array(columns.dropFirst()))
            case .rightmost: return .found(columns[columns.count - 1], ignored: columns.dropLast())
            }
        }
        return .missing
    }

    /// The leftmost column of the first name that the header has.
    public func column(_ aliases: String...) -> Column? {
        resolve(aliases).column
    }

    /// Names, in normal form, that stand more than once, sorted.
    public var repeatedNames: [String] {
        columns.filter { $0.value.count > 1 }.keys.sorted()
    }
}
