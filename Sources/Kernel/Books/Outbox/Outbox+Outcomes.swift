import Journal
import Service
import Spreadsheets

extension Outbox {
    /// Finds out what came of a change whose time is up: the sheet holds it, or it is withdrawn, or nobody can tell.
    func settleOverdue(_ id: Int64, _ deadline: Timestamp) async throws(WriteFailure) -> WrittenRow {
        guard let outcome = items[id]?.outcome else { throw .unsettled }
        setOverdue(id, true)
        if items[id]?.isSending == true {
            await outcome.until(deadline, services.transport) { $0 != nil }
        }
        if let result = outcome.withLock({ $0 }) { return try result.get() }
        guard let item = items[id], !item.isSending else {
            setOverdue(id, false)
            throw .unsettled
        }
        let reason = item.entry.note.isEmpty ? "no answer in time" : item.entry.note
        if item.entry.attempts > 0 {
            // What was sent last may still be under way.
            let settled = min(item.notBefore, deadline - .seconds(1))
            do { try await services.transport.sleep(until: settled) } catch {
                setOverdue(id, false)
                throw .unsettled
            }
            let context = CallContext(
                priority: .interactive, deadline: max(deadline - services.transport.now, .seconds(1)))
            do throws(WorkbookError) {
                let row = try await OutboxApplication.holds(item.entry, item.table, services.workbook, context)
                if let row {
                    await settle([id], as: .applied) { _ in .success(row) }
                    return row
                }
            } catch {
                setOverdue(id, false)
                pump()
                throw .unsettled
            }
        }
        await settle([id], as: .withdrawn, reason) { _ in .failure(.notSaved(reason)) }
        if items[id] != nil {
            setOverdue(id, false)
            pump()
            throw .unsettled
        }
        pump()
        throw .notSaved(reason)
    }

    /// Tells operators of an outcome.
    func report(_ item: Item, _ state: OutboxEntry.State, _ reason: String) {
        let fields: KeyValuePairs<String, LogValue> = [
            "table": .string(item.table.name), "key": .string(item.entry.intent.key),
            "attempts": .int(item.entry.attempts), "reason": .string(reason),
        ]
        switch state {
        case .applied, .pending:
            services.logger.debug("outbox: change made", fields)
        case .withdrawn:
            services.logger.warning("outbox: change withdrawn", fields)
        case .conflict:
            services.logger.warning("outbox: conflict, the person's entry stands", fields)
            services.alert("⚠️ Sheet conflict — tab=\(item.table.tab()) • \(reason); nothing was overwritten.")
        case .refused:
            // Whoever waits reports a refusal in the words of the feature.
            if item.entry.isConfirmed || item.table.refusalLevel < .error {
                services.logger.warning("outbox: change refused", fields)
            } else {
                services.logger.error("outbox: change refused", fields)
            }
        }
    }
}
