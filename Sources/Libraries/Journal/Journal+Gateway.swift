import Service

extension Journal {
    /// How eager the saving of a gateway session is.
    public enum CheckpointPace: Sendable {
        /// At most once a second; the newest record always gets there.
        case paced
        /// At once.
        case immediate
    }

    struct CheckpointPacing {
        var waiting: GatewayRecord?
        var nextWrite: Timestamp?
        var timer: Task<Void, Never>?
    }

    /// The gateway session that was last saved.
    public func gatewaySession() throws(JournalError) -> GatewayRecord? {
        if let waiting = checkpoint.waiting { return waiting }
        return try read { database throws(JournalError) in
            try database.rows("SELECT session, sequence, resume_url, guilds FROM gateway_session") {
                row throws(JournalError) in
                GatewayRecord(
                    sessionID: row.text(0),
                    sequence: row.int(1),
                    resumeURL: row.text(2),
                    guildIDs: row.text(3).split(separator: " ").compactMap { UInt64($0) }
                )
            }.first
        }
    }

    /// Saves the gateway session in place of the one before. Unforced.
    public func saveGatewaySession(_ record: GatewayRecord, pace: CheckpointPace = .paced) throws(JournalError) {
        checkpoint.waiting = record
        let now = options.clock.now
        switch pace {
        case .immediate: try flushCheckpoint()
        case .paced:
            if let nextWrite = checkpoint.nextWrite, now < nextWrite {
                writeCheckpoint(at: nextWrite)
            } else {
                try flushCheckpoint()
            }
        }
    }

    /// Forgets the gateway session, so that the next start begins a new one. Unforced.
    public func clearGatewaySession() throws(JournalError) {
        checkpoint.waiting = nil
        try write { database throws(JournalError) in
            try database.run("DELETE FROM gateway_session")
        }
    }

    /// Writes the record that waits for its turn, if there is one.
    func flushCheckpoint() throws(JournalError) {
        guard let record = checkpoint.waiting else { return }
        checkpoint.nextWrite = options.clock.now + options.checkpointInterval
        let guilds = record.guildIDs.map { String($0) }.joined(separator: " ")
        try write { database throws(JournalError) in
            try database.run(
                """
                INSERT INTO gateway_session (id, session, sequence, resume_url, guilds) VALUES (1, ?1, ?2, ?3, ?4)
                ON CONFLICT (id) DO UPDATE SET session = ?1, sequence = ?2, resume_url = ?3, guilds = ?4
                """, .text(record.sessionID), .integer(record.sequence), .text(record.resumeURL), .text(guilds))
        }
        checkpoint.waiting = nil
    }

    private func writeCheckpoint(at deadline: Timestamp) {
        guard checkpoint.timer == nil else { return }
        let clock = options.clock
        checkpoint.timer = Task { [weak self] in
            do { try await clock.sleep(until: deadline) } catch { return }
            await self?.checkpointIsDue()
        }
    }

    private func checkpointIsDue() {
        checkpoint.timer = nil
        // A failure shows in `health`, and the record goes on waiting for the next one.
        try? flushCheckpoint()
    }
}
