extension Journal {
    /// The value that was stored under a key.
    public func value(for key: String) throws(JournalError) -> String? {
        try read { database throws(JournalError) in
            try database.rows("SELECT value FROM settings WHERE key = ?", .text(key)) { row throws(JournalError) in
                row.text(0)
            }.first
        }
    }

    /// All values whose keys begin with `prefix`, by key.
    public func values(withPrefix prefix: String) throws(JournalError) -> [String: String] {
        let pairs = try read { database throws(JournalError) in
            try database.rows(
                "SELECT key, value FROM settings WHERE substr(key, 1, length(?1)) = ?1", .text(prefix)
            ) { row throws(JournalError) in (row.text(0), row.text(1)) }
        }
        return Dictionary(pairs) { _, last in last }
    }

    /// Stores a value under a key; nil forgets it. Forced.
    public func setValue(_ value: String?, for key: String) async throws(JournalError) {
        try await force { database throws(JournalError) in
            if let value {
                try database.run(
                    "INSERT INTO settings (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2",
                    .text(key), .text(value))
            } else {
                try database.run("DELETE FROM settings WHERE key = ?", .text(key))
            }
        }
    }
}
