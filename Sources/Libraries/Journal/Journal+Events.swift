import Service

extension Journal {
    /// Claims an event for processing. Unforced.
    ///
    /// True: process it, then ``finish(_:)``. False: it is done, or being processed by this process. A key that an
    /// earlier process claimed and did not finish is handed out again, and every key once it has expired.
    public func claim(_ key: String) throws(JournalError) -> Bool {
        cleanIfDue()
        let (process, now, expired) = (process, time.now, time.now - options.eventKeyLifetime)
        return try write { database throws(JournalError) in
            try database.run(
                """
                INSERT INTO event_keys (key, process, is_finished, claimed_at) VALUES (?1, ?2, 0, ?3)
                ON CONFLICT (key) DO UPDATE SET process = ?2, is_finished = 0, claimed_at = ?3
                WHERE claimed_at < ?4 OR (is_finished = 0 AND process <> ?2)
                """, .text(key), .text(process), .time(now), .time(expired)) > 0
        }
    }

    /// Notes that a claimed event is done, so that it is never handed out again before it expires. Unforced.
    public func finish(_ key: String) throws(JournalError) {
        let (process, now) = (process, time.now)
        try write { database throws(JournalError) in
            try database.run(
                """
                INSERT INTO event_keys (key, process, is_finished, claimed_at) VALUES (?1, ?2, 1, ?3)
                ON CONFLICT (key) DO UPDATE SET is_finished = 1
                """, .text(key), .text(process), .time(now))
        }
    }

    /// Gives a claimed, unfinished event back, so that it can be claimed again. Unforced.
    public func release(_ key: String) throws(JournalError) {
        try write { database throws(JournalError) in
            try database.run("DELETE FROM event_keys WHERE key = ? AND is_finished = 0", .text(key))
        }
    }
}
