public import Configuration

/// What was found in one spreadsheet. Source: coreops chapter, section 7.6; sheets chapter, section 12.
public struct SpreadsheetInspection: Sendable, Hashable {
    /// The spreadsheet.
    public var spreadsheet: KnownSpreadsheet
    /// Its title, or its label where it could not be opened.
    public var title: String
    /// The last four characters of its id; `—` if it has none.
    public var tail: String
    /// The tab that was read for the names of the others.
    public var configTab: String
    /// What keeps the spreadsheet from being fine.
    public var warnings: [String] = []
    /// What somebody should look at in the Config tab; does no harm by itself.
    public var findings: [String] = []
    /// The tabs, in the order in which the Config tab names them.
    public var tabs: [TabInspection] = []
    /// How many rows the Config tab has.
    public var configRowCount = 0
    /// The beginning of the Config tab, two cells a row.
    public var firstRows: [[String]] = []
    /// Why the Config tab could not be read.
    public var configFailure: String?
    /// The tab that is looked at though the Config tab does not name it.
    public var addedTab: String?
    /// Whether it failed in a way that nobody foresaw.
    public var isUnhandled = false
    /// Whether the Config tab names tabs.
    public var listsTabs = true

    /// Whether nothing is wrong.
    public var isFine: Bool { warnings.isEmpty && tabs.allSatisfy(\.isFine) }
}

/// What was found in one tab.
public struct TabInspection: Sendable, Hashable {
    /// The title.
    public var name: String
    /// The Config key that names it; nil for a tab that is looked at without one.
    public var key: String?
    /// Rows of data; nil if they could not be read.
    public var rowCount: Int?
    /// Texts of the header that are not blank.
    public var headers: [String] = []
    /// Required headers that are not there.
    public var missing: [String] = []
    /// What somebody should look at; does no harm by itself.
    public var findings: [String] = []
    /// Why the tab could not be read.
    public var error: String?

    /// Whether the program can use it.
    public var isFine: Bool { error == nil && missing.isEmpty }
}
