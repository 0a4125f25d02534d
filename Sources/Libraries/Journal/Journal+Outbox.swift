import Service

extension Journal {
    /// Adds an intent to the outbox and returns its entry. Forced.
    ///
    /// The same key again gives the entry that it already stands for. An eventual update or upsert of exactly the cells
    /// that the newest overlapping pending entry of the same row changes, if that is of the same kind and was not sent
    /// yet, takes its place there: the new values count, and what was seen before the first.
    public func append(_ intent: OutboxIntent) async throws(JournalError) -> OutboxEntry {
        let now = time.now
        return try await force { database throws(JournalError) in
            try Self.append(intent, at: now, in: database)
        }
    }

    /// Adds several intents, all or none, and returns their entries in the same order; each as ``append(_:)`` does.
    public func append(_ intents: [OutboxIntent]) async throws(JournalError) -> [OutboxEntry] {
        let now = time.now
        return try await force { database throws(JournalError) in
            try intents.map { (intent) throws(JournalError) in try Self.append(intent, at: now, in: database) }
        }
    }

    /// Entries that are not settled, in the order of their ids, of all spreadsheets or of one.
    public func pending(in spreadsheet: String? = nil) throws(JournalError) -> [OutboxEntry] {
        try read { database throws(JournalError) in
            try Self.entries(
                "WHERE state = 'pending' AND (?1 IS NULL OR spreadsheet = ?1) ORDER BY id", .text(spreadsheet),
                in: database)
        }
    }

    /// How many entries are not settled.
    public func pendingCount() throws(JournalError) -> Int {
        try read { database throws(JournalError) in
            try database.rows("SELECT count(*) FROM outbox WHERE state = 'pending'") { row throws(JournalError) in
                row.int(0)
            }.first ?? 0
        }
    }

    /// The entry that a key stands for, until it is forgotten some time after it was settled.
    public func outboxEntry(forKey key: String) throws(JournalError) -> OutboxEntry? {
        try read { database throws(JournalError) in
            try Self.entry(forKey: key, in: database)
        }
    }

    /// Notes that entries are being sent: from here on nothing coalesces into them. Gives them as they stand, which is
    /// what has to be sent. Forced.
    ///
    /// An entry that is not among them has been settled in the meantime and must not be sent.
    public func beginAttempts(_ ids: [Int64]) async throws(JournalError) -> [OutboxEntry] {
        let now = time.now
        return try await force { database throws(JournalError) in
            var begun: [OutboxEntry] = []
            for id in ids {
                let isPending = try database.run(
                    "UPDATE outbox SET attempts = attempts + 1, updated_at = ? WHERE id = ? AND state = 'pending'",
                    .time(now), .integer(id))
                if isPending > 0 { begun += try Self.entries("WHERE id = ?", .integer(id), in: database) }
            }
            return begun
        }
    }

    /// Records pending entries again of which the file knows nothing, as they are, because the one before it was damaged
    /// and set aside while they were waiting. Forced.
    public func restore(_ entries: [OutboxEntry]) async throws(JournalError) {
        try await force { database throws(JournalError) in
            for entry in entries {
                let isKnown = try database.rows(
                    "SELECT 1 FROM outbox WHERE id = ?1 UNION SELECT 1 FROM outbox_keys WHERE key = ?2",
                    .integer(entry.id), .text(entry.intent.key)
                ) { row throws(JournalError) in row.int(0) }
                if isKnown.isEmpty { try Self.insert(entry, id: entry.id, in: database) }
            }
        }
    }

    /// Keeps what went wrong with an attempt; the entry stays pending. Unforced.
    public func noteFailure(_ id: Int64, _ note: String) throws(JournalError) {
        let now = time.now
        try write { database throws(JournalError) in
            try database.run(
                "UPDATE outbox SET note = ?, updated_at = ? WHERE id = ? AND state = 'pending'",
                .text(note), .time(now), .integer(id))
        }
    }

    /// Records the outcome of a pending entry. Forced.
    ///
    /// False: the entry has another outcome already, or is unknown; nothing changes.
    public func settle(_ id: Int64, as state: OutboxEntry.State, note: String = "") async throws(JournalError) -> Bool {
        try await !settle([id], as: state, note: note).isEmpty
    }

    /// Records one outcome of several pending entries, and gives those that had no outcome before. Forced.
    public func settle(
        _ ids: [Int64], as state: OutboxEntry.State, note: String = ""
    ) async throws(JournalError) -> [Int64] {
        let now = time.now
        return try await force { database throws(JournalError) in
            var settled: [Int64] = []
            for id in ids {
                let isPending = try database.run(
                    "UPDATE outbox SET state = ?, note = ?, updated_at = ? WHERE id = ? AND state = 'pending'",
                    .text(state.rawValue), .text(note), .time(now), .integer(id))
                if isPending > 0 { settled.append(id) }
            }
            return settled
        }
    }
}

// MARK: - Storage

extension Journal {
    private static func append(
        _ intent: OutboxIntent, at now: Timestamp, in database: Database
    ) throws(JournalError) -> OutboxEntry {
        if let known = try entry(forKey: intent.key, in: database) { return known }
        if let target = try coalescingTarget(of: intent, in: database) {
            return try coalesce(intent, into: target, at: now, in: database)
        }
        return try insert(intent, at: now, in: database)
    }

    private static func insert(
        _ intent: OutboxIntent, at now: Timestamp, in database: Database
    ) throws(JournalError) -> OutboxEntry {
        var entry = OutboxEntry(
            id: 0, intent: intent, state: .pending, attempts: 0, note: "", createdAt: now, updatedAt: now)
        entry.id = try insert(entry, id: nil, in: database)
        return entry
    }

    /// Inserts a pending entry under an id, by default the next one, and gives that.
    @discardableResult
    private static func insert(
        _ entry: OutboxEntry, id: Int64?, in database: Database
    ) throws(JournalError) -> Int64 {
        let intent = entry.intent
        try database.run(
            """
            INSERT INTO outbox
            (id, key, spreadsheet, tab, row, operation, kind, state, attempts, note, created_at, updated_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, 'pending', ?, ?, ?, ?)
            """, id.map { SQLValue.integer($0) } ?? .null, .text(intent.key), .text(intent.spreadsheet),
            .text(intent.tab), .text(intent.row), .text(intent.operation.rawValue), .text(intent.kind.rawValue),
            .integer(entry.attempts), .text(entry.note), .time(entry.createdAt), .time(entry.updatedAt))
        let id = database.lastInsertedID
        try database.run("INSERT INTO outbox_keys (key, entry) VALUES (?, ?)", .text(intent.key), .integer(id))
        try insertCells(intent.cells, of: id, in: database)
        return id
    }

    private static func insertCells(
        _ cells: [OutboxCell], of id: Int64, in database: Database
    ) throws(JournalError) {
        for (position, cell) in cells.enumerated() {
            let value = StoredValue(cell.value)
            try database.run(
                """
                INSERT INTO outbox_cells (entry, position, column_name, value_kind, value_text, value_number, seen_before)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """, .integer(id), .integer(position), .text(cell.column), .text(value.kind), value.text, value.number,
                .text(cell.seenBefore))
        }
    }

    /// Only the newest overlapping entry can be a target: an older one would be overwritten by those after it.
    private static func coalescingTarget(
        of intent: OutboxIntent, in database: Database
    ) throws(JournalError) -> OutboxEntry? {
        guard [.update, .upsert].contains(intent.operation), intent.kind == .eventual else { return nil }
        let columns = Set(intent.cells.map(\.column))
        let pending = try entries(
            "WHERE state = 'pending' AND spreadsheet = ? AND tab = ? AND row = ? ORDER BY id DESC",
            .text(intent.spreadsheet), .text(intent.tab), .text(intent.row), in: database)
        let newest = pending.first { entry in
            entry.intent.operation != intent.operation || entry.intent.cells.contains { columns.contains($0.column) }
        }
        guard let newest, newest.attempts == 0, newest.intent.operation == intent.operation,
            newest.intent.kind == .eventual,
            Set(newest.intent.cells.map(\.column)) == columns
        else { return nil }
        return newest
    }

    private static func coalesce(
        _ intent: OutboxIntent, into target: OutboxEntry, at now: Timestamp, in database: Database
    ) throws(JournalError) -> OutboxEntry {
        var merged = target
        let before = Dictionary(target.intent.cells.map { ($0.column, $0.seenBefore) }) { first, _ in first }
        merged.intent.cells = intent.cells.map { cell in
            // Whoever read after the first intent saw its pending value, not the sheet's.
            OutboxCell(cell.column, cell.value, seenBefore: before[cell.column] ?? nil)
        }
        merged.updatedAt = now
        try database.run("DELETE FROM outbox_cells WHERE entry = ?", .integer(target.id))
        try insertCells(merged.intent.cells, of: target.id, in: database)
        try database.run("INSERT INTO outbox_keys (key, entry) VALUES (?, ?)", .text(intent.key), .integer(target.id))
        try database.run("UPDATE outbox SET updated_at = ? WHERE id = ?", .time(now), .integer(target.id))
        return merged
    }

    private static func entry(forKey key: String, in database: Database) throws(JournalError) -> OutboxEntry? {
        try entries("WHERE id = (SELECT entry FROM outbox_keys WHERE key = ?)", .text(key), in: database).first
    }

    private static func entries(
        _ condition: String, _ values: SQLValue..., in database: Database
    ) throws(JournalError) -> [OutboxEntry] {
        let entries = try database.rows(
            """
            SELECT id, key, spreadsheet, tab, row, operation, kind, state, attempts, note, created_at, updated_at
            FROM outbox \(condition)
            """, values, read: entryWithoutCells)
        return try entries.map { (entry) throws(JournalError) in
            var entry = entry
            entry.intent.cells = try database.rows(
                """
                SELECT column_name, value_kind, value_text, value_number, seen_before FROM outbox_cells
                WHERE entry = ? ORDER BY position
                """, .integer(entry.id), read: cell)
            return entry
        }
    }

    private static func entryWithoutCells(_ row: Row) throws(JournalError) -> OutboxEntry {
        guard let operation = OutboxOperation(rawValue: row.text(5)), let kind = OutboxKind(rawValue: row.text(6)),
            let state = OutboxEntry.State(rawValue: row.text(7))
        else { throw .unreadableRecord("outbox entry \(row.integer(0))") }
        return OutboxEntry(
            id: row.integer(0),
            intent: OutboxIntent(
                key: row.text(1), spreadsheet: row.text(2), tab: row.text(3), row: row.text(4), operation: operation,
                kind: kind, cells: []),
            state: state,
            attempts: row.int(8),
            note: row.text(9),
            createdAt: row.time(10),
            updatedAt: row.time(11)
        )
    }

    private static func cell(_ row: Row) throws(JournalError) -> OutboxCell {
        let value: OutboxCell.Value
        switch row.text(1) {
        case "text": value = .text(row.text(2))
        case "number": value = .number(row.real(3))
        case "bool": value = .bool(row.real(3) != 0)
        case "clear": value = .clear
        case let kind: throw .unreadableRecord("outbox cell of kind \(kind)")
        }
        return OutboxCell(row.text(0), value, seenBefore: row.optionalText(4))
    }

    /// The three columns that hold a cell's value.
    private struct StoredValue {
        var kind: String
        var text = SQLValue.null
        var number = SQLValue.null

        init(_ value: OutboxCell.Value) {
            switch value {
            case .text(let text): (kind, self.text) = ("text", .text(text))
            case .number(let number): (kind, self.number) = ("number", .real(number))
            case .bool(let bool): (kind, number) = ("bool", .real(bool ? 1 : 0))
            case .clear: kind = "clear"
            }
        }
    }
}
