public import HTTPClient
public import Service

/// Spreadsheets of Google Sheets, reached as a service account (Sheets API v4).
///
/// ```swift
/// let account = try ServiceAccount(parsing: credentials)
/// let workbook = GoogleWorkbook(account: account, transport: HTTPClient())
/// let info = try await workbook.directory(of: SpreadsheetKey(id), .interactive)
/// ```
///
/// Values are read as people see them and written RAW. Reads, and writes of cells, are repeated after any failure that
/// may pass; appends and deletions only when the service has certainly not applied them. Calls stay within the quota by
/// themselves, and identical reads that are in flight together are one call.
///
/// Source: https://developers.google.com/workspace/sheets/api/reference/rest
public actor GoogleWorkbook: Workbook {
    /// How long one exchange with the service may take.
    static let callTimeout = Duration.seconds(15)
    /// How long the service may take to render a range.
    static let exportTimeout = Duration.seconds(20)
    /// Reads, writes and exports need this one scope.
    static let scope = "https://www.googleapis.com/auth/spreadsheets"

    /// Where the service is. All three can be replaced, for tests.
    public struct Addresses: Sendable, Hashable {
        /// The origin of Sheets v4.
        public var sheets: String
        /// The origin of exports.
        public var drive: String
        /// Where tokens are bought; nil for the address in the service account's key file.
        public var token: String?

        /// Google's own addresses, where nothing else is given; without a slash at the end.
        public init(
            sheets: String = "https://sheets.googleapis.com", drive: String = "https://docs.google.com",
            token: String? = nil
        ) {
            self.sheets = sheets
            self.drive = drive
            self.token = token
        }
    }

    /// What the process allows itself.
    public struct Limits: Sendable, Hashable {
        /// Reads that may begin in a minute.
        public var readsPerMinute: Int
        /// Writes that may begin in a minute.
        public var writesPerMinute: Int
        /// Calls of each kind in a minute that work in the background leaves to people who wait.
        public var reserve: Int
        /// Calls that may run at once.
        public var parallelCalls: Int

        /// Google's own limits: 60 a minute for each kind.
        public init(readsPerMinute: Int = 60, writesPerMinute: Int = 60, reserve: Int = 15, parallelCalls: Int = 4) {
            self.readsPerMinute = max(readsPerMinute, 1)
            self.writesPerMinute = max(writesPerMinute, 1)
            self.reserve = min(max(reserve, 0), min(self.readsPerMinute, self.writesPerMinute) - 1)
            self.parallelCalls = max(parallelCalls, 1)
        }

        func perMinute(_ kind: QuotaGovernor.Kind) -> Int {
            kind == .read ? readsPerMinute : writesPerMinute
        }
    }

    /// How calls are repeated, and how long things are waited for and believed.
    public struct Pace: Sendable, Hashable {
        /// How failed calls are repeated.
        public var retries: RetryPolicy
        /// How long a list of tabs is believed.
        public var directoryTTL: Duration
        /// The pause after each export.
        public var exportDelay: Duration

        /// A pace; see the properties.
        public init(
            retries: RetryPolicy = RetryPolicy(), directoryTTL: Duration = .seconds(900), exportDelay: Duration = .zero
        ) {
            self.retries = retries
            self.directoryTTL = directoryTTL
            self.exportDelay = exportDelay
        }
    }

    /// How the workbook behaves.
    public struct Options: Sendable {
        /// Where the service is.
        public var addresses: Addresses
        /// What the process allows itself.
        public var limits: Limits
        /// What may change while the process runs, asked for at each use.
        public var pace: @Sendable () -> Pace
        /// Hears of every exchange and every repetition; must not block.
        public var observer: @Sendable (GoogleWorkbookEvent) -> Void

        /// Options; see the properties.
        public init(
            addresses: Addresses = Addresses(), limits: Limits = Limits(),
            pace: @escaping @Sendable () -> Pace = { Pace() },
            observer: @escaping @Sendable (GoogleWorkbookEvent) -> Void = { _ in }
        ) {
            self.addresses = addresses
            self.limits = limits
            self.pace = pace
            self.observer = observer
        }
    }

    private struct ReadKey: Hashable {
        let spreadsheet: SpreadsheetKey
        let ranges: [CellRange]
    }

    private struct SharedRead {
        let ticket: QuotaGovernor.Ticket
        let deadline: SharedDeadline
        let call: SharedCall<[CellBlock]>
    }

    private struct KnownDirectory {
        let info: SpreadsheetInfo
        let readAt: Timestamp
    }

    let api: SheetsAPI
    private let options: Options
    let time: any TimeSource
    private let isExporting = Awaitable(false)
    private var directories: [SpreadsheetKey: KnownDirectory] = [:]
    private var reads: [ReadKey: SharedRead] = [:]

    /// A workbook that acts as `account`. `transportTime` is for deadlines and pauses, `calendarTime` for the claims
    /// that buy tokens.
    public init(
        account: ServiceAccount, transport: any HTTPTransport, options: Options = Options(),
        transportTime: any TimeSource = TransportTime(), calendarTime: any TimeSource = CalendarTime()
    ) {
        self.options = options
        time = transportTime
        let tokens = AccessTokens(
            account: account, address: options.addresses.token, scope: Self.scope, transport: transport,
            transportTime: transportTime, calendarTime: calendarTime)
        api = SheetsAPI(transport: transport, tokens: tokens, options: options, time: transportTime)
    }

    /// The reads that others may join.
    var readsInFlight: [SharedCall<[CellBlock]>] { reads.values.map(\.call) }

    /// The last six characters of the id.
    public nonisolated func tail(of spreadsheet: SpreadsheetKey) -> String { spreadsheet.tail }

    /// Forgets which tabs there are, so that the next call that needs to know asks again.
    public func forgetDirectories() async {
        directories.removeAll()
    }

    /// Reads ranges in one request (`values.batchGet`).
    public func read(
        _ ranges: [CellRange], of spreadsheet: SpreadsheetKey, _ context: CallContext
    ) async throws(WorkbookError) -> [CellBlock] {
        guard !ranges.isEmpty else { return [] }
        try Self.check(spreadsheet)
        let key = ReadKey(spreadsheet: spreadsheet, ranges: ranges)
        let deadline = time.now + context.deadline
        let read = sharedRead(key, context, deadline)
        if context.priority == .interactive { await api.promote(read.ticket) }
        defer { if let current = reads[key], current.call === read.call, !read.call.isJoinable { reads[key] = nil } }
        return try await read.call.value(until: deadline, time)
    }

    /// Writes cells in one request (`values.batchUpdate`). Neighbouring cells of a row go as one range.
    public func write(
        _ writes: [CellWrite], to spreadsheet: SpreadsheetKey, _ context: CallContext
    ) async throws(WorkbookError) {
        guard !writes.isEmpty else { return }
        try Self.check(spreadsheet)
        for write in writes { try Self.check(write.value, row: write.row) }
        let body = SheetsBody.ValueUpdates(writes)
        let call = try SheetsAPI.Call(
            kind: .write, operation: "values.batchUpdate", spreadsheet: spreadsheet, path: "/values:batchUpdate",
            body: body.encoded(), priority: context.priority, deadline: time.now + context.deadline)
        _ = try await changing(spreadsheet) { () async throws(WorkbookError) in
            try await findingTabs(writes.map(\.tab), call)
        }
    }

    /// Inserts a row (`values.append` with `INSERT_ROWS`).
    public func append(
        _ row: [CellValue], to range: CellRange, of spreadsheet: SpreadsheetKey, _ context: CallContext
    ) async throws(WorkbookError) -> Int {
        try Self.check(spreadsheet)
        for value in row { try Self.check(value, row: 1) }
        let path =
            "/values/\(PercentEncoding.encode(range.a1)):append"
            + PercentEncoding.query([("valueInputOption", "RAW"), ("insertDataOption", "INSERT_ROWS")])
        let body = SheetsBody.Rows(range: range.a1, values: [row.map(SheetsBody.Cell.init)])
        let call = try SheetsAPI.Call(
            kind: .write, operation: "values.append", spreadsheet: spreadsheet, path: path, body: body.encoded(),
            repetition: .ifNotApplied, priority: context.priority, deadline: time.now + context.deadline)
        let bytes = try await changing(spreadsheet) { () async throws(WorkbookError) in
            try await findingTabs([range.tab], call)
        }
        guard let text = SheetsAnswer.Append(bytes)?.updates?.updatedRange, let place = CellRange(a1: text) else {
            throw .ambiguous("the answer to an append names no row")
        }
        return place.grid.firstRow
    }

    /// The tabs (`spreadsheets.get`), remembered for a while.
    public func directory(
        of spreadsheet: SpreadsheetKey, _ context: CallContext
    ) async throws(WorkbookError) -> SpreadsheetInfo {
        try await directory(of: spreadsheet, context.priority, until: time.now + context.deadline)
    }

    /// Deletes rows, bottom to top, in one request (`spreadsheets.batchUpdate` with `deleteDimension`).
    public func deleteRows(
        _ rows: Set<Int>, of tab: String, in spreadsheet: SpreadsheetKey, _ context: CallContext
    ) async throws(WorkbookError) {
        guard !rows.isEmpty else { return }
        try Self.check(spreadsheet)
        for row in rows { try Self.check(.clear, row: row) }
        let deadline = time.now + context.deadline
        let number = try await number(of: tab, in: spreadsheet, context.priority, until: deadline)
        let body = SheetsBody.Deletions(rows: rows, sheetID: number)
        let call = try SheetsAPI.Call(
            kind: .write, operation: "deleteDimension", spreadsheet: spreadsheet, path: ":batchUpdate",
            body: body.encoded(), repetition: .ifNotApplied, priority: context.priority, deadline: deadline)
        _ = try await changing(spreadsheet) { () async throws(WorkbookError) in try await api.send(call) }
    }

    /// Renders a range as a PDF document, landscape and as wide as the page. One at a time.
    ///
    /// The reasons of its errors are the words that operators search for: `missing_gid`, `auth_failure:…`,
    /// `pdf_export_status_…`, `pdf_request_failed:…`, `empty_pdf_response`, `not_a_pdf`.
    public func export(
        _ range: CellRange, of spreadsheet: SpreadsheetKey, _ context: CallContext
    ) async throws(WorkbookError) -> [UInt8] {
        try Self.check(spreadsheet)
        guard let cells = range.grid.a1 else { throw .configuration("an export needs a range") }
        let deadline = time.now + context.deadline
        try await beginExport(until: deadline)
        defer { endExport() }
        let number: Int
        do throws(WorkbookError) {
            number = try await self.number(of: range.tab, in: spreadsheet, context.priority, until: deadline)
        } catch {
            if case .notFound = error { throw .notFound("missing_gid") }
            throw error
        }
        return try await api.export(cells, sheetID: number, of: spreadsheet, until: deadline)
    }
}

// MARK: - Tabs

extension GoogleWorkbook {
    private func directory(
        of spreadsheet: SpreadsheetKey, _ priority: CallContext.Priority, until deadline: Timestamp
    ) async throws(WorkbookError) -> SpreadsheetInfo {
        try Self.check(spreadsheet)
        if let known = directories[spreadsheet], time.now < known.readAt + options.pace().directoryTTL {
            return known.info
        }
        let call = SheetsAPI.Call(
            kind: .read, operation: "spreadsheets.get", spreadsheet: spreadsheet,
            path: PercentEncoding.query([("fields", "properties.title,sheets.properties")]), priority: priority,
            deadline: deadline)
        guard let answer = SheetsAnswer.Spreadsheet(try await api.send(call)) else {
            throw .transient("unreadable answer of spreadsheets.get")
        }
        directories[spreadsheet] = KnownDirectory(info: answer.info, readAt: time.now)
        return answer.info
    }

    private func number(
        of tab: String, in spreadsheet: SpreadsheetKey, _ priority: CallContext.Priority, until deadline: Timestamp
    ) async throws(WorkbookError) -> Int {
        if let tab = try await directory(of: spreadsheet, priority, until: deadline)[tab: tab] { return tab.id }
        // The tab may be younger than the list.
        directories[spreadsheet] = nil
        if let tab = try await directory(of: spreadsheet, priority, until: deadline)[tab: tab] { return tab.id }
        throw .notFound("worksheet not found: \(tab)")
    }

    /// Makes a call; if the service does not know a range in it, makes it once more, since a tab that people are just
    /// replacing is missing for a moment, and then says which tab is missing.
    func findingTabs(_ tabs: [String], _ call: SheetsAPI.Call) async throws(WorkbookError) -> [UInt8] {
        do throws(WorkbookError) { return try await api.send(call) } catch {
            guard error == SheetsAPI.unknownRange else { throw error }
        }
        directories[call.spreadsheet] = nil
        do throws(WorkbookError) { return try await api.send(call) } catch {
            guard error == SheetsAPI.unknownRange else { throw error }
        }
        let info = try await directory(of: call.spreadsheet, call.priority, until: call.deadline.time)
        let missing = tabs.first { info[tab: $0] == nil }
        throw missing.map { .notFound("worksheet not found: \($0)") } ?? .schema("range lies outside its worksheet")
    }
}

// MARK: - Sharing and order

extension GoogleWorkbook {
    /// The read of that kind that is in flight, or a new one; counted for the caller. Nothing may be awaited between the
    /// look and the entry, or two callers could each begin one.
    private func sharedRead(_ key: ReadKey, _ context: CallContext, _ deadline: Timestamp) -> SharedRead {
        if let read = reads[key], read.call.join() {
            read.deadline.extend(to: deadline)
            return read
        }
        let ticket = api.makeTicket()
        let sharedDeadline = SharedDeadline(deadline)
        let call = SheetsAPI.Call(
            kind: .read, operation: "values.batchGet", spreadsheet: key.spreadsheet,
            path: Self.batchGet(key.ranges, rendered: "FORMATTED_VALUE"), priority: context.priority,
            sharedDeadline: sharedDeadline, ticket: ticket)
        let shared = SharedCall<[CellBlock]> { [self] () async throws(WorkbookError) in
            let bytes = try await findingTabs(key.ranges.map(\.tab), call)
            guard let blocks = SheetsAnswer.Values(bytes)?.blocks(of: key.ranges) else {
                throw .transient("unreadable answer of values.batchGet")
            }
            return blocks
        }
        let read = SharedRead(ticket: ticket, deadline: sharedDeadline, call: shared)
        reads[key] = read
        return read
    }

    /// Makes a change. Reads that began before its end may not show it, so nobody joins them any more.
    private func changing<Answer: Sendable>(
        _ spreadsheet: SpreadsheetKey, _ change: () async throws(WorkbookError) -> Answer
    ) async throws(WorkbookError) -> Answer {
        defer { reads = reads.filter { $0.key.spreadsheet != spreadsheet } }
        return try await change()
    }

    private func beginExport(until deadline: Timestamp) async throws(WorkbookError) {
        while true {
            let isFree = isExporting.withLock { isTaken in
                defer { isTaken = true }
                return !isTaken
            }
            if isFree { return }
            let isOver = await isExporting.until(deadline, time) { !$0 }
            if Task.isCancelled { throw .cancelled }
            guard isOver else { throw .transient("pdf_request_failed:no time left") }
        }
    }

    /// Lets the next export begin, after the pause between two.
    private func endExport() {
        let (isExporting, time, delay) = (isExporting, time, options.pace().exportDelay)
        Task {
            if delay > .zero { try? await time.sleep(for: delay) }
            isExporting.withLock { $0 = false }
        }
    }

    /// The path that reads ranges, their values given as `ValueRenderOption` says.
    static func batchGet(_ ranges: [CellRange], rendered option: String) -> String {
        let query =
            ranges.map { (name: "ranges", value: $0.a1) }
            + [("majorDimension", "ROWS"), ("valueRenderOption", option)]
            + [("dateTimeRenderOption", "FORMATTED_STRING")]
        return "/values:batchGet\(PercentEncoding.query(query))"
    }

    // MARK: Input

    static func check(_ spreadsheet: SpreadsheetKey) throws(WorkbookError) {
        if spreadsheet.text.isEmpty { throw .spreadsheetNotSet("sheet id not provided") }
    }

    private static func check(_ value: CellValue, row: Int) throws(WorkbookError) {
        if case .number(let number) = value, !number.isFinite { throw .data("\(number) is not a number of a sheet") }
        guard (1...GridRange.lastPossibleRow).contains(row) else { throw .data("no such row: \(row)") }
    }
}
