/// The figures of the Daily Recruiter Update as the statistics tab has them. Pure.
///
/// Source: recruitment chapter, section 9.2; sheets chapter, section 5.4.
struct RecruiterFigures: Sendable, Hashable {
    /// One line.
    struct Line: Sendable, Hashable {
        var key: String
        var open, inactives, reserved: Int

        fileprivate var isIdle: Bool { open == 0 && inactives == 0 && reserved == 0 }
    }

    /// A tier of clans in the details.
    enum Group: String, Sendable, CaseIterable {
        case eliteEndGame = "elite end game"
        case earlyEndGame = "early end game"
        case lateGame = "late game"
        case midGame = "mid game"
        case earlyGame = "early game"
        case beginners

        /// The name as people read it.
        var title: String {
            rawValue.split(separator: " ").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: " ")
        }
    }

    /// The figures of the whole cluster.
    var general: [Line] = []
    /// The figures of each bracket.
    var brackets: [Line] = []
    /// The clans of each group that have any; a group without has no entry.
    var details: [Group: [Line]] = [:]
    /// Columns that the header lacks; no line can be read then.
    var missingColumns: [String] = []

    /// Whether the summary has nothing to show.
    var isEmpty: Bool { general.isEmpty && brackets.isEmpty }

    /// No figures.
    init() {}

    /// Reads the rows of the tab, the header first.
    init(_ rows: [[String]]) {
        let header = (rows.first ?? []).map(Self.normalised)
        let columns = Columns(header)
        guard let columns else {
            missingColumns = Columns.names.filter { !header.contains($0) }
            return
        }
        let body = Array(rows.dropFirst())
        func start(of marker: String, from index: Int = 0) -> Int? {
            body[index...].firstIndex { Self.normalised($0.first ?? "") == marker }
        }
        /// The rows between a marker and the first of others that follows it.
        func block(_ index: Int?, until ends: [String]) -> ArraySlice<[String]> {
            guard let index else { return [] }
            let end = ends.lazy.compactMap { start(of: $0, from: index + 1) }.first
            return body[(index + 1)..<(end ?? body.count)]
        }
        let perBracket = start(of: "per bracket")
        general = block(start(of: "general overview"), until: ["per bracket", "bracket details"])
            .compactMap(columns.line).filter { !$0.isIdle || Self.alwaysShown.contains($0.key.lowercased()) }
        brackets = block(perBracket, until: ["bracket details"]).compactMap(columns.line)
        details = Self.details(in: block(start(of: "bracket details") ?? perBracket, until: []), columns)
    }

    /// Rows of the whole cluster that are shown also where all is zero.
    private static let alwaysShown: Set<String> = ["overall", "top 10", "top 5"]

    private static func details(in rows: ArraySlice<[String]>, _ columns: Columns) -> [Group: [Line]] {
        var details: [Group: [Line]] = [:]
        var group: Group?
        for row in rows {
            if let opened = row.dropFirst().first.flatMap({ Group(rawValue: normalised($0)) }) {
                group = opened
            } else if row.allSatisfy({ $0.allSatisfy(\.isWhitespace) }) {
                group = nil
            } else if let group, let line = columns.line(row), !line.isIdle {
                details[group, default: []].append(line)
            }
        }
        return details
    }

    /// A header or marker as it is compared: lower case, `_` as a blank, white space collapsed.
    private static func normalised(_ cell: String) -> String {
        cell.lowercased().split { $0.isWhitespace || $0 == "_" }.joined(separator: " ")
    }
}

/// Where the named columns stand.
private struct Columns {
    static let names = ["key", "open spots", "inactives", "reserved spots"]

    private let positions: [Int]

    init?(_ header: [String]) {
        let positions = Self.names.compactMap { header.firstIndex(of: $0) }
        guard positions.count == Self.names.count else { return nil }
        self.positions = positions
    }

    /// The line that a row holds; nil for one without key.
    func line(_ row: [String]) -> RecruiterFigures.Line? {
        func cell(_ column: Int) -> String { row.indices.contains(positions[column]) ? row[positions[column]] : "" }
        let key = cell(0).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard !key.isEmpty else { return nil }
        return RecruiterFigures.Line(
            key: key, open: Self.number(cell(1)), inactives: Self.number(cell(2)), reserved: Self.number(cell(3)))
    }

    /// A whole number, with or without commas between its thousands; 0 for anything else.
    static func number(_ cell: String) -> Int {
        let words = cell.split(whereSeparator: \.isWhitespace)
        guard words.count == 1, var text = words.first else { return 0 }
        let isNegative = text.hasPrefix("-")
        if isNegative || text.hasPrefix("+") { text = text.dropFirst() }
        let groups = text.split(separator: ",", omittingEmptySubsequences: false)
        let isGrouped = (1...3).contains(groups[0].count) && groups.dropFirst().allSatisfy { $0.count == 3 }
        let digits = groups.joined()
        guard groups.count == 1 || isGrouped, !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return 0 }
        return Int((isNegative ? "-" : "") + digits) ?? 0
    }
}
