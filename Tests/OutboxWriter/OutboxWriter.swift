import Books
import Journal
import Service
import Spreadsheets

/// A process that changes a spreadsheet by way of the outbox until it is killed, and says on standard output, one JSON
/// object a line, what was acknowledged to it. The crash tests run it: what it was told must be true afterwards.
///
/// Its environment: `STATE` the folder of the journal, `SHEETS` and `TOKEN` the addresses of the simulated Google,
/// `CREDENTIALS` the key file's JSON, `RUN` a number that is greater in each process, and `DRAIN` to change nothing but
/// finish what earlier processes left. With `TASK` = `seats` it keeps the seats of clans; see ``SeatKeeper``.
@main
enum OutboxWriter {
    static func main() async throws {
        let surroundings = Surroundings()
        if surroundings["TASK"] == "seats" { return try await SeatKeeper(surroundings).work() }
        let journal = try await surroundings.journal()
        var options = Outbox.Options()
        options.patience = .seconds(8)
        options.settlingTime = .seconds(2)
        options.attemptLimit = .milliseconds(500)
        options.firstPause = .milliseconds(20)
        let pending = PendingEntries()
        let outbox = Outbox(
            .init(
                journal: journal, workbook: try surroundings.google(), calendar: CalendarTime(),
                transport: TransportTime(), logger: .silent),
            tables: [Tables.ledger, Tables.counters], options: options,
            listeners: [Tables.ledger.name: pending.listener, Tables.counters.name: pending.listener])
        await outbox.start()
        say("ready")
        if surroundings["DRAIN"] == "1" {
            await pending.areSettled()
            await journal.close()
            return
        }
        await write(to: outbox, run: surroundings.number("RUN"))
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

    private static func say(_ words: String...) { Surroundings.say(words.joined(separator: " ")) }
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
