import Books
import Glibc
import HTTPClient
import JSON
import Journal
import Service
import Spreadsheets

/// What the process was started with: where its journal and the simulated Google are, and what it shall do.
struct Surroundings {
    subscript(name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }

    func number(_ name: String) -> Int { Int(self[name]) ?? 0 }

    func journal() async throws -> Journal {
        try await Journal.open(directory: self["STATE"], time: CalendarTime(), logger: .silent)
    }

    func google() throws -> GoogleWorkbook {
        GoogleWorkbook(
            account: try ServiceAccount(parsing: self["CREDENTIALS"]), transport: HTTPClient(),
            options: .init(
                addresses: .init(sheets: self["SHEETS"], token: self["TOKEN"]),
                limits: .init(readsPerMinute: 1_000_000, writesPerMinute: 1_000_000),
                pace: { .init(retries: RetryPolicy(attempts: 3, base: .milliseconds(20))) }))
    }

    /// Says a line past every buffer, so that what was said before a kill is known.
    static func say(_ message: String, _ fields: [String: String] = [:]) {
        var object: JSONObject = ["msg": .string(message)]
        for (name, value) in fields { object[name] = .string(value) }
        let line = JSONValue.object(object).encoded() + [0x0A]
        _ = line.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
    }
}

/// The entries of the outbox that have no outcome yet.
final class PendingEntries: Sendable {
    private let entries = Awaitable<Set<Int64>>([])

    /// Hears of the entries of a table.
    var listener: @Sendable (Outbox.Notice) async -> Void {
        { [entries] notice in
            entries.withLock { entries in
                switch notice {
                case .recorded(let entry): entries.insert(entry.id)
                case .settled(let entry, _): entries.remove(entry.id)
                }
            }
        }
    }

    /// Returns once every entry has its outcome.
    func areSettled() async { await entries.until { $0.isEmpty } }
}
