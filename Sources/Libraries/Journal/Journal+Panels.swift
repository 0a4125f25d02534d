import Service

extension Journal {
    /// The state of the panel on a message, unless there is none or it has expired.
    public func panel(_ messageID: UInt64) throws(JournalError) -> PanelRecord? {
        let expired = time.now - options.panelLifetime
        return try read { database throws(JournalError) in
            try database.rows(
                "SELECT message, kind, state, updated_at FROM panels WHERE message = ? AND updated_at >= ?",
                .id(messageID), .time(expired), read: Self.panelRecord
            ).first
        }
    }

    /// All panels of a kind that have not expired, those that changed last first.
    public func panels(ofKind kind: String) throws(JournalError) -> [PanelRecord] {
        let expired = time.now - options.panelLifetime
        return try read { database throws(JournalError) in
            try database.rows(
                """
                SELECT message, kind, state, updated_at FROM panels WHERE kind = ? AND updated_at >= ?
                ORDER BY updated_at DESC, message DESC
                """, .text(kind), .time(expired), read: Self.panelRecord)
        }
    }

    /// Saves the state of a panel in place of the one before; the time of the change is the present. Unforced.
    public func savePanel(_ messageID: UInt64, kind: String, state: [UInt8]) throws(JournalError) {
        cleanIfDue()
        let now = time.now
        try write { database throws(JournalError) in
            try database.run(
                """
                INSERT INTO panels (message, kind, state, updated_at) VALUES (?1, ?2, ?3, ?4)
                ON CONFLICT (message) DO UPDATE SET kind = ?2, state = ?3, updated_at = ?4
                """, .id(messageID), .text(kind), .bytes(state), .time(now))
        }
    }

    /// Forgets a panel. Unforced.
    public func deletePanel(_ messageID: UInt64) throws(JournalError) {
        try write { database throws(JournalError) in
            try database.run("DELETE FROM panels WHERE message = ?", .id(messageID))
        }
    }

    private static func panelRecord(_ row: Row) throws(JournalError) -> PanelRecord {
        PanelRecord(messageID: row.id(0), kind: row.text(1), state: row.bytes(2), updatedAt: row.time(3))
    }
}
