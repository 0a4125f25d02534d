import Service

extension Journal {
    /// Records how far a step of a flow is. Forced.
    ///
    /// The first record of a step sets its `startedAt`; later ones keep it, and keep the message if none is given.
    public func record(
        _ step: String,
        of flow: String,
        as state: FlowStep.State,
        messageID: UInt64? = nil,
        detail: [UInt8] = []
    ) async throws(JournalError) {
        let now = time.now
        try await force { database throws(JournalError) in
            try database.run(
                """
                INSERT INTO flow_steps (flow, step, state, message, detail, started_at, updated_at)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)
                ON CONFLICT (flow, step) DO UPDATE SET
                state = ?3, message = coalesce(?4, message), detail = ?5, updated_at = ?6
                """, .text(flow), .text(step), .text(state.rawValue), .id(messageID), .bytes(detail), .time(now))
        }
    }

    /// The steps of a flow in the order in which they were begun.
    public func steps(of flow: String) throws(JournalError) -> [FlowStep] {
        try read { database throws(JournalError) in
            try database.rows(
                "\(Self.selectSteps) WHERE flow = ? ORDER BY started_at, step", .text(flow), read: Self.flowStep)
        }
    }

    /// One step of a flow, if it was ever begun.
    public func step(_ step: String, of flow: String) throws(JournalError) -> FlowStep? {
        try read { database throws(JournalError) in
            try database.rows(
                "\(Self.selectSteps) WHERE flow = ? AND step = ?", .text(flow), .text(step), read: Self.flowStep
            ).first
        }
    }

    /// All flows that were not ended, those first that began first.
    public func openFlows() throws(JournalError) -> [String] {
        try read { database throws(JournalError) in
            try database.rows("SELECT flow FROM flow_steps GROUP BY flow ORDER BY min(started_at), flow") {
                row throws(JournalError) in row.text(0)
            }
        }
    }

    /// Forgets a flow that has run to its end. Forced.
    public func endFlow(_ flow: String) async throws(JournalError) {
        try await force { database throws(JournalError) in
            try database.run("DELETE FROM flow_steps WHERE flow = ?", .text(flow))
        }
    }

    private static let selectSteps =
        "SELECT flow, step, state, message, detail, started_at, updated_at FROM flow_steps"

    private static func flowStep(_ row: Row) throws(JournalError) -> FlowStep {
        guard let state = FlowStep.State(rawValue: row.text(2)) else {
            throw .unreadableRecord("flow step state \(row.text(2))")
        }
        return FlowStep(
            flow: row.text(0),
            step: row.text(1),
            state: state,
            messageID: row.optionalID(3),
            detail: row.bytes(4),
            startedAt: row.time(5),
            updatedAt: row.time(6)
        )
    }
}
