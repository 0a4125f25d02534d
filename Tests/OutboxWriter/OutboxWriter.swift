import Books
import Glibc
import HTTPClient
import JSON
import Journal
import Service
import Spreadsheets

/// A process that changes a spreadsheet by way of the outbox until it is killed, and says on standard output, one JSON
/// object a line, what was acknowledged to it. The crash tests run it: what it was told must be true afterwards.
///
/// Its environment: `STATE` the folder of the journal, `SHEETS` and `TOKEN` the addresses of the simulated Google,
/// `CREDENTIALS` the key file's JSON, `RUN` a number that is greater in each process, and `DRAIN` to change nothing but
/// finish what earlier processes left.
@main
enum OutboxWriter {
    static func main() async throws {
        let environment = Environment()
        let journal = try await Journal.open(directory: environment["STATE"], time: CalendarTime(), logger: .silent)
        let workbook = GoogleWorkbook(
            account: try ServiceAccount(parsing: environment["CREDENTIALS"]), transport: HTTPClient(),
            options: .init(
                addresses: .init(sheets: environment["SHEETS"], token: environment["TOKEN"]),
                retries: RetryPolicy(attempts: 3, base: .milliseconds(20)),
                limits: .init(readsPerMinute: 100_000, writesPerMinute: 100_000)))
        var options = Outbox.Options()
        options.patience = .seconds(8)
        options.settlingTime = .seconds(2)
        options.attemptLimit = .milliseconds(500)
        options.firstPause = .milliseconds(20)
        let pending = Awaitable<Set<Int64>>([])
        let listener: @Sendable (Outbox.Notice) async -> Void = { notice in
            pending.withLock { pending in
                switch notice {
                case .recorded(let entry): pending.insert(entry.id)
                case .settled(let entry): pending.remove(entry.id)
                }
            }
        }
        let outbox = Outbox(
            .init(
                journal: journal, workbook: workbook, calendar: CalendarTime(), transport: TransportTime(),
                logger: .silent),
            tables: [Tables.ledger, Tables.counters], options: options,
            listeners: [Tables.ledger.name: listener, Tables.counters.name: listener])
        await outbox.start()
        say("ready")
        if environment["DRAIN"] == "1" {
            await pending.until { $0.isEmpty }
            await journal.close()
            return
        }
        await write(to: outbox, run: Int(environment["RUN"]) ?? 0)
    }

    /// Changes rows of all kinds until the end of the process.
    private static func write(to outbox: Outbox, run: Int) async {
        await withTaskGroup(of: Void.self) { group in
            for lane in 0..<2 {
                group.addTask {
                    for number in 0... { await confirm("c\(run)-\(lane)-\(number)", in: outbox) }
                }
            }
            group.addTask {
                for number in 0... {
                    await record("e\(run)-\(number)", in: outbox)
                    await count(run * 100_000 + number, counter: number % 3, in: outbox)
                }
            }
        }
    }

    private static func confirm(_ id: String, in outbox: Outbox) async {
        let row = RowChange(
            of: Tables.ledger, row: [id], .append, cause: id,
            [OutboxCell("note", .text("=1+1")), OutboxCell("amount", .number(1.5)), OutboxCell("done", .bool(true))])
        do throws(WriteFailure) {
            _ = try await outbox.write(row)
            say("confirmed", id)
        } catch {
            switch error {
            case .notSaved, .notRecorded, .refused, .conflict: say("failed", id)
            case .unsettled: say("recorded", id)
            }
        }
    }

    private static func record(_ id: String, in outbox: Outbox) async {
        let row = RowChange(of: Tables.ledger, row: [id], .append, cause: id, [OutboxCell("note", .text("-2"))])
        if (try? await outbox.enqueue([row])) != nil { say("recorded", id) }
    }

    private static func count(_ value: Int, counter: Int, in outbox: Outbox) async {
        let row = RowChange(
            of: Tables.counters, row: ["counter \(counter)"], .upsert, cause: "n\(value)",
            [OutboxCell("value", .number(Double(value)))])
        if (try? await outbox.enqueue([row])) != nil { say("counted", "\(counter)", "\(value)") }
    }

    /// Writes a line past every buffer, so that what was said before a kill is known.
    private static func say(_ words: String...) {
        let line = (["msg": .string(words.joined(separator: " "))] as JSONValue).encoded() + [0x0A]
        _ = line.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
    }
}

/// The environment of the process.
private struct Environment {
    subscript(name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }
}

private enum Tables {
    static let ledger = table("ledger", tab: "Ledger", key: "id", others: ["note", "amount", "done"])
    static let counters = table("counters", tab: "Counters", key: "key", others: ["value"])

    private static func table(_ name: String, tab: String, key: String, others: [String]) -> BookTable {
        BookTable(
            name: name, in: "ledgers", keys: [key], spreadsheet: { SpreadsheetKey("ledgers") }, tab: { tab },
            layout: { block throws(WorkbookError) in
                let header = SheetTable(block, schema: TableSchema()).header
                let names = [key] + others
                let columns = names.compactMap { name in header?.column(name).map { (name, $0) } }
                guard columns.count == names.count else { throw .schema("header of \(tab)") }
                return BookTable.Layout(headerRow: 1, columns: Dictionary(columns) { first, _ in first })
            }, normalise: { $0 })
    }
}
