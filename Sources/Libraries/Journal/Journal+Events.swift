import Service
import Synchronization

extension Journal {
    /// Claims an event for processing.
    ///
    /// True: process it, then ``finish(_:)``. False: it is done, or being processed by this process. An event that an
    /// earlier process claimed and did not finish is handed out again, and every one once its key has expired.
    ///
    /// An event that was never finished is handed out without a turn on the journal's thread, so that nobody who waits
    /// for an answer waits for a disk.
    public nonisolated func claim(_ key: String) async throws(JournalError) -> Bool {
        switch claims.withLock({ $0?.take(key) }) {
        case nil: throw .closed
        case .granted: return true
        case .refused: return false
        case .askRecords: break
        }
        do {
            guard try await isFinished(key) else { return true }
        } catch {
            giveBack(key)
            throw error
        }
        giveBack(key)
        return false
    }

    /// Notes that a claimed event is done, so that it is never handed out again before it expires. Unforced.
    ///
    /// Where that cannot be written, this process does not hand it out again all the same.
    public func finish(_ key: String) throws(JournalError) {
        cleanIfDue()
        let (process, now) = (process, time.now)
        try write { database throws(JournalError) in
            try database.run(
                """
                INSERT INTO event_keys (key, process, is_finished, claimed_at) VALUES (?1, ?2, 1, ?3)
                ON CONFLICT (key) DO UPDATE SET process = ?2, is_finished = 1, claimed_at = ?3
                """, .text(key), .text(process), .time(now))
        }
        claims.withLock { $0?.finish(key, now: time.steadyNow) }
    }

    /// The keys of all events that were finished, expired ones among them.
    func finishedKeys() throws(JournalError) -> [String] {
        try read { database throws(JournalError) in
            try database.rows("SELECT key FROM event_keys WHERE is_finished = 1") {
                row throws(JournalError) in row.text(0)
            }
        }
    }

    private func isFinished(_ key: String) throws(JournalError) -> Bool {
        let expired = time.now - options.eventKeyLifetime
        return try read { database throws(JournalError) in
            try !database.rows(
                "SELECT 1 FROM event_keys WHERE key = ? AND is_finished = 1 AND claimed_at >= ?", .text(key),
                .time(expired)
            ) { row throws(JournalError) in row.int(0) }.isEmpty
        }
    }

    private nonisolated func giveBack(_ key: String) {
        claims.withLock { $0?.giveBack(key) }
    }
}
