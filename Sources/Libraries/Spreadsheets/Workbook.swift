/// Names one spreadsheet of a workbook. What the text means is the workbook's business: an id of the service, or a
/// folder.
public struct SpreadsheetKey: Sendable, Hashable, CustomStringConvertible {
    /// The id or name.
    public let text: String

    /// The key with this id or name.
    public init(_ text: String) {
        self.text = text
    }

    /// The last six characters behind `…` if there are more; full ids do not belong into logs.
    public var tail: String {
        text.count > 6 ? "…\(text.suffix(6))" : text
    }

    /// Same as ``tail``.
    public var description: String { tail }
}

/// What a call may cost.
public struct CallContext: Sendable, Hashable {
    /// Who goes first when calls have to queue.
    public enum Priority: Int, Sendable, Comparable {
        case background, interactive

        /// Whether one yields to the other.
        public static func < (left: Priority, right: Priority) -> Bool { left.rawValue < right.rawValue }
    }

    /// Calls for a waiting person go before others.
    public var priority: Priority
    /// How long the whole call may take, waiting and retries included.
    public var deadline: Duration

    /// A context with a priority and a deadline.
    public init(priority: Priority, deadline: Duration) {
        self.priority = priority
        self.deadline = deadline
    }

    /// For a person who waits: 20 s.
    public static let interactive = CallContext(priority: .interactive, deadline: .seconds(20))
    /// For the load of a cache: 60 s.
    public static let load = CallContext(priority: .background, deadline: .seconds(60))
    /// For other work in the background: 90 s.
    public static let background = CallContext(priority: .background, deadline: .seconds(90))
}

/// What a spreadsheet holds.
public struct SpreadsheetInfo: Sendable, Hashable {
    /// One worksheet.
    public struct Tab: Sendable, Hashable {
        /// The title.
        public var title: String
        /// The number that the service knows the tab by (`gid`).
        public var id: Int
        /// Height of the grid.
        public var rowCount: Int
        /// Width of the grid.
        public var columnCount: Int

        /// A tab; see the properties.
        public init(title: String, id: Int, rowCount: Int, columnCount: Int) {
            self.title = title
            self.id = id
            self.rowCount = rowCount
            self.columnCount = columnCount
        }
    }

    /// The title of the spreadsheet.
    public var title: String
    /// The tabs, in order.
    public var tabs: [Tab]

    /// A spreadsheet; see the properties.
    public init(title: String, tabs: [Tab]) {
        self.title = title
        self.tabs = tabs
    }

    /// The tab of that title, exactly.
    public subscript(tab title: String) -> Tab? {
        tabs.first { $0.title == title }
    }
}

/// A set of spreadsheets, each made of tabs full of text.
///
/// ```swift
/// let blocks = try await workbook.read([CellRange(tab: "Config"), CellRange(tab: "bot_info")], of: key, .load)
/// try await workbook.write([CellWrite(tab: "bot_info", column: af, row: 24, value: .number(3))], to: key, .background)
/// ```
///
/// One call is one request to the service, however many ranges or cells it names. Retries that are safe have been made
/// when a call fails. Cancelling the task aborts the call with ``WorkbookError/cancelled``.
public protocol Workbook: Sendable {
    /// Reads ranges of one spreadsheet; the blocks come in the order of the ranges.
    func read(
        _ ranges: [CellRange], of spreadsheet: SpreadsheetKey, _ context: CallContext
    ) async throws(WorkbookError) -> [CellBlock]

    /// Writes cells of one spreadsheet in one request. No other cell changes.
    func write(
        _ writes: [CellWrite], to spreadsheet: SpreadsheetKey, _ context: CallContext
    ) async throws(WorkbookError)

    /// Inserts a row below the table that `range` lies on, beginning in the range's first column, and gives its sheet
    /// row. Never repeated by itself: after ``WorkbookError/ambiguous(_:)`` the caller looks whether the row is there.
    func append(
        _ row: [CellValue], to range: CellRange, of spreadsheet: SpreadsheetKey, _ context: CallContext
    ) async throws(WorkbookError) -> Int

    /// The title of a spreadsheet and its tabs.
    func directory(
        of spreadsheet: SpreadsheetKey, _ context: CallContext
    ) async throws(WorkbookError) -> SpreadsheetInfo

    /// Deletes whole rows of a tab, given by their sheet rows before the call.
    func deleteRows(
        _ rows: Set<Int>, of tab: String, in spreadsheet: SpreadsheetKey, _ context: CallContext
    ) async throws(WorkbookError)

    /// Renders a range as a PDF document.
    func export(
        _ range: CellRange, of spreadsheet: SpreadsheetKey, _ context: CallContext
    ) async throws(WorkbookError) -> [UInt8]

    /// Forgets which tabs there are, so that the next call that needs to know asks again.
    func forgetDirectories() async

    /// How logs and people name a spreadsheet without giving its id away.
    func tail(of spreadsheet: SpreadsheetKey) -> String

    /// Gives back what it holds, such as a thread, for a caller that is about to let go of it.
    func close()
}

extension Workbook {
    /// A workbook that holds nothing has nothing to give back.
    public func close() {}

    /// A workbook that remembers no tabs has none to forget.
    public func forgetDirectories() async {}

    /// Reads one range.
    public func read(
        _ range: CellRange, of spreadsheet: SpreadsheetKey, _ context: CallContext
    ) async throws(WorkbookError) -> CellBlock {
        let blocks = try await read([range], of: spreadsheet, context)
        guard let block = blocks.first else { throw .transient("no answer for \(range)") }
        return block
    }
}
