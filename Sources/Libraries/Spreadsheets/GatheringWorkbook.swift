public import Service

/// A workbook that reads what several callers ask for at about the same time in one call: caches that load together cost
/// one request for each spreadsheet, not one for each tab (sheets chapter, sections 8.4 and 15).
///
/// Only reads in the background wait for company; those for a waiting person go at once. A tab that cannot be read costs
/// only those who asked for it.
public actor GatheringWorkbook: Workbook {
    private typealias Answers = [Result<[CellBlock], WorkbookError>]

    /// Reads that may go together.
    private struct Kind: Hashable {
        let spreadsheet: SpreadsheetKey
        let context: CallContext
    }

    private struct Group {
        let number: Int
        let call: SharedCall<Answers>
        var requests: [[CellRange]]
    }

    private let base: any Workbook
    private let time: any TimeSource
    private let window: Duration
    private var groups: [Kind: Group] = [:]
    private var nextNumber = 0

    /// Gathers reads of `base` that begin within a `window` of `time`, which must be transport time.
    public init(_ base: any Workbook, time: any TimeSource, window: Duration = .milliseconds(5)) {
        self.base = base
        self.time = time
        self.window = window
    }

    /// See ``Workbook``.
    public func read(
        _ ranges: [CellRange], of spreadsheet: SpreadsheetKey, _ context: CallContext
    ) async throws(WorkbookError) -> [CellBlock] {
        guard context.priority == .background else { return try await base.read(ranges, of: spreadsheet, context) }
        let (call, index) = join(Kind(spreadsheet: spreadsheet, context: context), ranges)
        return try await call.value(until: time.now + window + context.deadline, time)[index].get()
    }

    /// The group that is being gathered, or a new one, and the caller's place in it. Nothing may be awaited in here.
    private func join(_ kind: Kind, _ ranges: [CellRange]) -> (SharedCall<Answers>, Int) {
        if let group = groups[kind], group.call.join() {
            groups[kind]?.requests.append(ranges)
            return (group.call, group.requests.count)
        }
        nextNumber += 1
        let number = nextNumber
        let (time, window) = (time, window)
        let call = SharedCall<Answers> { [self] () async throws(WorkbookError) in
            do { try await time.sleep(for: window) } catch { throw .cancelled }
            return try await perform(kind, number)
        }
        groups[kind] = Group(number: number, call: call, requests: [ranges])
        return (call, 0)
    }

    private func perform(_ kind: Kind, _ number: Int) async throws(WorkbookError) -> Answers {
        // A group that everyone has left may have been replaced by another.
        guard let group = groups[kind], group.number == number else { throw .cancelled }
        groups[kind] = nil
        do {
            let blocks = try await base.read(Array(group.requests.joined()), of: kind.spreadsheet, kind.context)
            var rest = blocks[...]
            return group.requests.map { request in
                defer { rest = rest.dropFirst(request.count) }
                return .success(Array(rest.prefix(request.count)))
            }
        } catch {
            guard group.requests.count > 1, !error.isRetryable, error != .cancelled else { throw error }
        }
        var answers: Answers = []
        for request in group.requests {
            do throws(WorkbookError) {
                answers.append(.success(try await base.read(request, of: kind.spreadsheet, kind.context)))
            } catch {
                answers.append(.failure(error))
            }
        }
        return answers
    }

    // MARK: Handed on

    /// See ``Workbook``.
    public func write(
        _ writes: [CellWrite], to spreadsheet: SpreadsheetKey, _ context: CallContext
    ) async throws(WorkbookError) {
        try await base.write(writes, to: spreadsheet, context)
    }

    /// See ``Workbook``.
    public func append(
        _ row: [CellValue], to range: CellRange, of spreadsheet: SpreadsheetKey, _ context: CallContext
    ) async throws(WorkbookError) -> Int {
        try await base.append(row, to: range, of: spreadsheet, context)
    }

    /// See ``Workbook``.
    public func directory(
        of spreadsheet: SpreadsheetKey, _ context: CallContext
    ) async throws(WorkbookError) -> SpreadsheetInfo {
        try await base.directory(of: spreadsheet, context)
    }

    /// See ``Workbook``.
    public func deleteRows(
        _ rows: Set<Int>, of tab: String, in spreadsheet: SpreadsheetKey, _ context: CallContext
    ) async throws(WorkbookError) {
        try await base.deleteRows(rows, of: tab, in: spreadsheet, context)
    }

    /// See ``Workbook``.
    public func export(
        _ range: CellRange, of spreadsheet: SpreadsheetKey, _ context: CallContext
    ) async throws(WorkbookError) -> [UInt8] {
        try await base.export(range, of: spreadsheet, context)
    }

    /// See ``Workbook``.
    public func forgetDirectories() async { await base.forgetDirectories() }

    /// See ``Workbook``.
    public nonisolated func tail(of spreadsheet: SpreadsheetKey) -> String { base.tail(of: spreadsheet) }
}
