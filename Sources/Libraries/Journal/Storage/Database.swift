import CSQLite
import Glibc

/// One connection to an SQLite file. Belongs to one thread at a time; not `Sendable`.
///
/// Statements are prepared once and kept. Every return code goes through ``check(_:)``.
final class Database {
    /// What a commit waits for.
    enum Durability: String {
        /// The write-ahead log is on the disk: survives a loss of power.
        case full = "FULL"
        /// The write-ahead log is with the operating system: survives the end of the process. A loss of power may cost
        /// the newest commits but never the file.
        case normal = "NORMAL"
    }

    let path: String
    private let handle: OpaquePointer
    private var statements: [String: OpaquePointer] = [:]

    init(path: String, durability: Durability) throws(JournalError) {
        self.path = path
        var handle: OpaquePointer?
        // NOMUTEX: the owner already sees to it that one thread at a time comes here.
        let code = sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nil)
        guard let handle else { throw .storage(code: Int(code), message: "out of memory") }
        self.handle = handle
        sqlite3_extended_result_codes(handle, 1)
        try check(code)
        // Only an operator's own tool can be in the way, and only for a moment.
        try check(sqlite3_busy_timeout(handle, 2000))
        // A write-ahead log makes a commit one sequential write, lets reads go on during it, and keeps its readers and
        // the two connections out of each other's way.
        try execute("PRAGMA journal_mode = WAL")
        try execute("PRAGMA synchronous = \(durability.rawValue)")
        try execute("PRAGMA foreign_keys = ON")
        // Sorting never needs files, and a schema from a foreign file may not call functions.
        try execute("PRAGMA temp_store = MEMORY")
        try execute("PRAGMA trusted_schema = OFF")
        // After a burst the log file is cut back to this size instead of staying as large as it ever was.
        try execute("PRAGMA journal_size_limit = 4194304")
    }

    deinit {
        for statement in statements.values { sqlite3_finalize(statement) }
        sqlite3_close_v2(handle)
    }

    /// Whether a transaction is open.
    var isInTransaction: Bool {
        sqlite3_get_autocommit(handle) == 0
    }

    /// Runs statements that take no values and give no rows of interest.
    func execute(_ sql: String) throws(JournalError) {
        try check(sqlite3_exec(handle, sql, nil, nil, nil))
    }

    /// Runs one statement and returns how many rows it changed.
    @discardableResult
    func run(_ sql: String, _ values: SQLValue...) throws(JournalError) -> Int {
        let statement = try prepared(sql, values)
        defer { sqlite3_reset(statement) }
        var code = sqlite3_step(statement)
        while code == SQLITE_ROW { code = sqlite3_step(statement) }
        try check(code)
        return Int(sqlite3_changes(handle))
    }

    /// The rows that one statement gives, read by `read`.
    func rows<Value>(
        _ sql: String,
        _ values: SQLValue...,
        read: (Row) throws(JournalError) -> Value
    ) throws(JournalError) -> [Value] {
        try rows(sql, values, read: read)
    }

    /// The rows that one statement gives, read by `read`.
    func rows<Value>(
        _ sql: String,
        _ values: [SQLValue],
        read: (Row) throws(JournalError) -> Value
    ) throws(JournalError) -> [Value] {
        let statement = try prepared(sql, values)
        defer { sqlite3_reset(statement) }
        var result: [Value] = []
        while true {
            let code = sqlite3_step(statement)
            guard code == SQLITE_ROW else {
                try check(code)
                return result
            }
            result.append(try read(Row(statement: statement)))
        }
    }

    /// The id that the newest inserted row got.
    var lastInsertedID: Int64 {
        sqlite3_last_insert_rowid(handle)
    }

    /// Runs `body` in a transaction that is rolled back if it throws.
    func transaction<Value>(_ body: () throws(JournalError) -> Value) throws(JournalError) -> Value {
        try run("BEGIN IMMEDIATE")
        do throws(JournalError) {
            let value = try body()
            try run("COMMIT")
            return value
        } catch {
            // Some errors, such as a full disk, end the transaction by themselves.
            if isInTransaction { try run("ROLLBACK") }
            throw error
        }
    }

    /// Runs `body` so that all or nothing of it counts, inside an open transaction, which goes on if it throws.
    func savepoint<Value>(_ body: () throws(JournalError) -> Value) throws(JournalError) -> Value {
        try run("SAVEPOINT step")
        do throws(JournalError) {
            let value = try body()
            try run("RELEASE step")
            return value
        } catch {
            if isInTransaction {
                try run("ROLLBACK TO step")
                try run("RELEASE step")
            }
            throw error
        }
    }

    /// Turns a result code into an error; the one place where codes are judged.
    private func check(_ code: Int32) throws(JournalError) {
        let primary = code & 0xFF
        if primary == SQLITE_OK || primary == SQLITE_ROW || primary == SQLITE_DONE { return }
        let message = String(cString: sqlite3_errmsg(handle))
        let systemError = sqlite3_system_errno(handle)
        switch primary {
        case SQLITE_FULL: throw .diskFull
        case SQLITE_IOERR where systemError == ENOSPC || systemError == EDQUOT: throw .diskFull
        case SQLITE_CORRUPT, SQLITE_NOTADB: throw .corrupt(message)
        case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM: throw .unwritable(path: path, reason: message)
        default: throw .storage(code: Int(code), message: message)
        }
    }

    private func prepared(_ sql: String, _ values: [SQLValue]) throws(JournalError) -> OpaquePointer {
        let statement = if let known = statements[sql] { known } else { try prepare(sql) }
        for (index, value) in values.enumerated() {
            try check(bind(value, to: statement, at: Int32(index + 1)))
        }
        return statement
    }

    private func prepare(_ sql: String) throws(JournalError) -> OpaquePointer {
        var statement: OpaquePointer?
        try check(sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil))
        guard let statement else { throw .storage(code: Int(SQLITE_MISUSE), message: "empty statement") }
        statements[sql] = statement
        return statement
    }

    private func bind(_ value: SQLValue, to statement: OpaquePointer, at index: Int32) -> Int32 {
        switch value {
        case .null: sqlite3_bind_null(statement, index)
        case .integer(let number): sqlite3_bind_int64(statement, index, number)
        case .real(let number): sqlite3_bind_double(statement, index, number)
        case .text(let text): csqlite_bind_text_copy(statement, index, text, Int32(text.utf8.count))
        case .bytes(let bytes) where bytes.isEmpty: sqlite3_bind_zeroblob(statement, index, 0)
        case .bytes(let bytes): csqlite_bind_blob_copy(statement, index, bytes, Int32(bytes.count))
        }
    }
}

/// What SQLite stores in a cell.
enum SQLValue {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case bytes([UInt8])

    static func integer(_ number: Int) -> SQLValue { .integer(Int64(number)) }
    static func id(_ id: UInt64) -> SQLValue { .integer(Int64(bitPattern: id)) }
    static func id(_ id: UInt64?) -> SQLValue { id.map { .id($0) } ?? .null }
    static func text(_ text: String?) -> SQLValue { text.map { .text($0) } ?? .null }
}

/// The current row of a running statement; valid only while it is being read.
struct Row {
    let statement: OpaquePointer

    func isNull(_ column: Int32) -> Bool {
        sqlite3_column_type(statement, column) == SQLITE_NULL
    }

    func integer(_ column: Int32) -> Int64 {
        sqlite3_column_int64(statement, column)
    }

    func int(_ column: Int32) -> Int {
        Int(integer(column))
    }

    func real(_ column: Int32) -> Double {
        sqlite3_column_double(statement, column)
    }

    func id(_ column: Int32) -> UInt64 {
        UInt64(bitPattern: integer(column))
    }

    func optionalID(_ column: Int32) -> UInt64? {
        isNull(column) ? nil : id(column)
    }

    func text(_ column: Int32) -> String {
        optionalText(column) ?? ""
    }

    func optionalText(_ column: Int32) -> String? {
        guard let text = sqlite3_column_text(statement, column) else { return nil }
        let length = Int(sqlite3_column_bytes(statement, column))
        return String(decoding: UnsafeBufferPointer(start: text, count: length), as: UTF8.self)
    }

    func bytes(_ column: Int32) -> [UInt8] {
        guard let bytes = sqlite3_column_blob(statement, column) else { return [] }
        return Array(UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(statement, column))))
    }
}
