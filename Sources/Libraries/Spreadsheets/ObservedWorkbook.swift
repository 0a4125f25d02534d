public import Service

/// A workbook that tells what happens to it: every call is counted and timed, and its outcome handed on.
public struct ObservedWorkbook: Workbook {
    private let base: any Workbook
    private let metrics: Metrics
    private let time: any TimeSource
    private let onOutcome: @Sendable (SpreadsheetKey, WorkbookError?) -> Void

    /// Watches `base`. `time` must be transport time; `onOutcome` hears of each call's spreadsheet and error, nil for a success.
    public init(
        _ base: any Workbook,
        metrics: Metrics,
        time: any TimeSource,
        onOutcome: @escaping @Sendable (SpreadsheetKey, WorkbookError?) -> Void = { _, _ in }
    ) {
        self.base = base
        self.metrics = metrics
        self.time = time
        self.onOutcome = onOutcome
    }

    /// See ``Workbook``.
    public func read(
        _ ranges: [CellRange], of spreadsheet: SpreadsheetKey, _ context: CallContext
    ) async throws(WorkbookError) -> [CellBlock] {
        try await observing("read", spreadsheet) { () async throws(WorkbookError) in
            try await base.read(ranges, of: spreadsheet, context)
        }
    }

    /// See ``Workbook``.
    public func write(
        _ writes: [CellWrite], to spreadsheet: SpreadsheetKey, _ context: CallContext
    ) async throws(WorkbookError) {
        try await observing("write", spreadsheet) { () async throws(WorkbookError) in
            try await base.write(writes, to: spreadsheet, context)
        }
    }

    /// See ``Workbook``.
    public func append(
        _ row: [CellValue], to range: CellRange, of spreadsheet: SpreadsheetKey, _ context: CallContext
    ) async throws(WorkbookError) -> Int {
        try await observing("append", spreadsheet) { () async throws(WorkbookError) in
            try await base.append(row, to: range, of: spreadsheet, context)
        }
    }

    /// See ``Workbook``.
    public func directory(
        of spreadsheet: SpreadsheetKey, _ context: CallContext
    ) async throws(WorkbookError) -> SpreadsheetInfo {
        try await observing("directory", spreadsheet) { () async throws(WorkbookError) in
            try await base.directory(of: spreadsheet, context)
        }
    }

    /// See ``Workbook``.
    public func deleteRows(
        _ rows: Set<Int>, of tab: String, in spreadsheet: SpreadsheetKey, _ context: CallContext
    ) async throws(WorkbookError) {
        try await observing("delete_rows", spreadsheet) { () async throws(WorkbookError) in
            try await base.deleteRows(rows, of: tab, in: spreadsheet, context)
        }
    }

    /// See ``Workbook``.
    public func export(
        _ range: CellRange, of spreadsheet: SpreadsheetKey, _ context: CallContext
    ) async throws(WorkbookError) -> [UInt8] {
        try await observing("export", spreadsheet) { () async throws(WorkbookError) in
            try await base.export(range, of: spreadsheet, context)
        }
    }

    /// See ``Workbook``.
    public func forgetDirectories() async {
        await base.forgetDirectories()
    }

    /// See ``Workbook``.
    public func tail(of spreadsheet: SpreadsheetKey) -> String {
        base.tail(of: spreadsheet)
    }

    private func observing<Answer>(
        _ operation: String, _ spreadsheet: SpreadsheetKey, _ call: () async throws(WorkbookError) -> Answer
    ) async throws(WorkbookError) -> Answer {
        let start = time.now
        do {
            let answer = try await call()
            note(operation, spreadsheet, since: start, error: nil)
            return answer
        } catch {
            note(operation, spreadsheet, since: start, error: error)
            throw error
        }
    }

    private func note(
        _ operation: String, _ spreadsheet: SpreadsheetKey, since start: Timestamp, error: WorkbookError?
    ) {
        metrics.counter(
            "workbook_calls_total", help: "Calls to the workbook.",
            labels: ["operation": operation, "result": error?.kind ?? "ok"]
        ).increment()
        metrics.histogram(
            "workbook_call_seconds", help: "Time from call to answer.", labels: ["operation": operation]
        ).observe((time.now - start).inSeconds)
        onOutcome(spreadsheet, error)
    }
}
