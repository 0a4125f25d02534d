/// The shapes that the file has had. Each step leads from the version before it; the file's `user_version` tells which
/// steps it has taken. A step that was ever released is never edited: a new one is added.
enum Migrations {
    static let steps: [String] = [
        // 1: what the gateway and its events need
        """
        CREATE TABLE event_keys (
            key TEXT PRIMARY KEY,
            process TEXT NOT NULL,
            is_finished INTEGER NOT NULL,
            claimed_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX event_keys_by_age ON event_keys (claimed_at);
        CREATE TABLE gateway_session (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            session TEXT NOT NULL,
            sequence INTEGER NOT NULL,
            resume_url TEXT NOT NULL,
            guilds TEXT NOT NULL
        ) STRICT;
        CREATE TABLE settings (
            key TEXT PRIMARY KEY,
            value TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        """,
        // 2: panels and flows
        """
        CREATE TABLE panels (
            message INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            state BLOB NOT NULL,
            updated_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX panels_by_age ON panels (updated_at);
        CREATE TABLE flow_steps (
            flow TEXT NOT NULL,
            step TEXT NOT NULL,
            state TEXT NOT NULL,
            message INTEGER,
            detail BLOB NOT NULL,
            started_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            PRIMARY KEY (flow, step)
        ) STRICT, WITHOUT ROWID;
        """,
        // 3: the outbox; entries keep the order of their ids, several keys may stand for one coalesced entry
        """
        CREATE TABLE outbox (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            key TEXT NOT NULL,
            spreadsheet TEXT NOT NULL,
            tab TEXT NOT NULL,
            row TEXT NOT NULL,
            operation TEXT NOT NULL,
            kind TEXT NOT NULL,
            state TEXT NOT NULL,
            attempts INTEGER NOT NULL,
            note TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX outbox_pending ON outbox (spreadsheet, tab, row) WHERE state = 'pending';
        CREATE INDEX outbox_settled ON outbox (updated_at) WHERE state <> 'pending';
        CREATE TABLE outbox_keys (
            key TEXT PRIMARY KEY,
            entry INTEGER NOT NULL REFERENCES outbox (id) ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX outbox_keys_by_entry ON outbox_keys (entry);
        CREATE TABLE outbox_cells (
            entry INTEGER NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            column_name TEXT NOT NULL,
            value_kind TEXT NOT NULL,
            value_text TEXT,
            value_number REAL,
            seen_before TEXT,
            PRIMARY KEY (entry, position)
        ) STRICT, WITHOUT ROWID;
        """,
    ]

    static func version(of database: Database) throws(JournalError) -> Int {
        let versions = try database.rows("PRAGMA user_version") { row throws(JournalError) in row.int(0) }
        return versions.first ?? 0
    }

    /// Brings the file to the newest shape, or to `target`, in one transaction: the disk is waited for once, and a step
    /// that fails leaves the file as it was found.
    static func apply(to database: Database, upTo target: Int = steps.count) throws(JournalError) {
        let version = try version(of: database)
        guard version <= steps.count else { throw .newerSchema(found: version, supported: steps.count) }
        guard version < target else { return }
        try database.transaction { () throws(JournalError) in
            for step in steps[version..<target] { try database.execute(step) }
            try database.execute("PRAGMA user_version = \(target)")
        }
    }
}
