import Journal
import Service
import Spreadsheets

/// The work itself: what may be sent is sent, and what comes of it is recorded.
extension Outbox {
    /// Begins whatever may be begun, and comes back when more may be.
    func pump() {
        guard isOpen else { return }
        let now = services.transport.now
        var heads: [Item] = []
        var rows: Set<String> = []
        var next: Timestamp?
        for id in order {
            guard let item = items[id] else { continue }
            // Only the first entry of a row may go.
            guard rows.insert("\(item.table.name)\u{0}\(item.entry.intent.row)").inserted else { continue }
            guard !item.isSending, !item.isOverdue, !busyTables.contains(item.table.name) else { continue }
            if item.notBefore > now {
                next = min(next ?? item.notBefore, item.notBefore)
            } else {
                heads.append(item)
            }
        }
        for kind in [OutboxKind.confirmed, .eventual] {
            var ready: [String: [Item]] = [:]
            for item in heads where item.entry.intent.kind == kind && !busyTables.contains(item.table.name) {
                let spreadsheet = item.table.spreadsheetName
                if ready[spreadsheet, default: []].count < options.batchLimit {
                    ready[spreadsheet, default: []].append(item)
                }
            }
            for batch in ready.values { begin(batch, kind) }
        }
        wake(at: next)
    }

    private func wake(at time: Timestamp?) {
        alarm?.cancel()
        alarm = time.map { time in
            Task { [transport = services.transport] in
                guard (try? await transport.sleep(until: time)) != nil else { return }
                self.pump()
            }
        }
    }

    private func begin(_ batch: [Item], _ kind: OutboxKind) {
        let ids = batch.map(\.entry.id)
        for item in batch {
            items[item.entry.id]?.isSending = true
            busyTables.insert(item.table.name)
        }
        let context = CallContext(
            priority: kind == .confirmed ? .interactive : .background, deadline: options.attemptLimit)
        let number = nextAttempt
        nextAttempt += 1
        services.activity.begin()
        attempts[number] = Task {
            await self.attempt(ids, context)
            for item in batch { self.busyTables.remove(item.table.name) }
            self.attempts[number] = nil
            self.services.activity.end()
            self.note()
            self.pump()
        }
    }

    private func attempt(_ ids: [Int64], _ context: CallContext) async {
        let entries: [OutboxEntry]
        do throws(JournalError) {
            entries = try await noteAttempts(ids)
        } catch {
            services.logger.warning("outbox cannot note an attempt", error: error)
            for id in ids { await postpone(id, .transient("\(error)")) }
            return
        }
        for id in ids where !entries.contains(where: { $0.id == id }) { await drop(id) }
        for entry in entries { items[entry.id]?.entry = entry }
        var application = OutboxApplication(services.workbook, context)
        await application.apply(entries.compactMap { entry in items[entry.id].map { (entry, $0.table) } })
        await take(application.attempts, of: entries)
    }

    private func noteAttempts(_ ids: [Int64]) async throws(JournalError) -> [OutboxEntry] {
        let known = try await services.journal.beginAttempts(ids)
        let others = ids.filter { id in !known.contains { $0.id == id } }
        guard !others.isEmpty else { return known }
        // They were settled meanwhile, or recorded in a file that was damaged and set aside since.
        try await services.journal.restore(order.compactMap { items[$0]?.entry })
        return try await known + services.journal.beginAttempts(others)
    }

    /// Draws the consequences of an attempt.
    private func take(_ attempts: [Int64: OutboxAttempt], of entries: [OutboxEntry]) async {
        var applied: [(Int64, WrittenRow)] = []
        for entry in entries {
            switch attempts[entry.id] {
            case .applied(let row)?: applied.append((entry.id, row))
            case .conflict(let reason)?:
                await settle([entry.id], as: .conflict, reason) { _ in .failure(.conflict(reason)) }
            case .failed(let error)? where error.endsEntries || entry.isConfirmed && error.isDefinite:
                await settle([entry.id], as: .refused, "\(error)") { _ in .failure(.refused(error)) }
            case .failed(let error)?: await postpone(entry.id, error)
            case nil: await postpone(entry.id, .transient("not tried"))
            }
        }
        let rows = Dictionary(applied) { first, _ in first }
        await settle(applied.map(\.0), as: .applied) { .success(rows[$0] ?? WrittenRow(before: [:], after: [:])) }
    }

    /// Records outcomes and tells them. If they cannot be recorded the entries are tried again, which does no harm.
    func settle(
        _ ids: [Int64], as state: OutboxEntry.State, _ reason: String = "",
        _ result: (Int64) -> Result<WrittenRow, WriteFailure>
    ) async {
        guard !ids.isEmpty else { return }
        do throws(JournalError) {
            _ = try await services.journal.settle(ids, as: state, note: reason)
        } catch {
            services.logger.warning("outbox cannot record an outcome", error: error)
            for id in ids {
                // Whoever waits need not wait for the journal: the sheet holds it.
                if state == .applied { complete(id, result(id)) }
                await postpone(id, .transient("\(error)"))
            }
            return
        }
        for id in ids {
            guard let item = items[id] else { continue }
            remove(id, failed: state != .applied)
            counts.count(state)
            report(item, state, reason)
            Self.complete(item, result(id))
            var entry = item.entry
            (entry.state, entry.note) = (state, reason)
            await listeners[item.table.name]?(.settled(entry, isAwaited: item.waiters > 0))
        }
    }

    private func remove(_ id: Int64, failed: Bool = true) {
        if failed, readers > 0 { failedMeanwhile.insert(id) }
        items[id] = nil
        order.removeAll { $0 == id }
        note()
    }

    private func complete(_ id: Int64, _ result: Result<WrittenRow, WriteFailure>) {
        if let item = items[id] { Self.complete(item, result) }
    }

    private static func complete(_ item: Item, _ result: Result<WrittenRow, WriteFailure>) {
        item.outcome.withLock { $0 = $0 ?? result }
    }

    /// Lets go of an entry that was settled before it was taken up here, and tells those who wait.
    private func drop(_ id: Int64) async {
        guard let item = items[id] else { return }
        remove(id)
        var result = Result<WrittenRow, WriteFailure>.failure(.unsettled)
        if let entry = try? await services.journal.outboxEntry(forKey: item.entry.intent.key) {
            do throws(WriteFailure) { result = .success(try Self.outcome(of: entry)) } catch {
                result = .failure(error)
            }
        }
        Self.complete(item, result)
    }

    private func postpone(_ id: Int64, _ error: WorkbookError) async {
        guard var item = items[id] else { return }
        item.isSending = false
        guard error != .cancelled else {
            items[id] = item
            return
        }
        item.failures += 1
        item.entry.note = "\(error)"
        var pause = options.firstPause
        for _ in 1..<item.failures where pause < options.longestPause { pause = pause * 2 }
        pause = min(pause, options.longestPause)
        if case .ambiguous = error { pause = max(pause, options.settlingTime) }
        if case .quota(_, let wish?) = error { pause = max(pause, wish) }
        item.notBefore = services.transport.now + pause
        items[id] = item
        counts.countRetry()
        services.logger.warning(
            "outbox: change not made yet",
            [
                "table": .string(item.table.name), "attempt": .int(item.entry.attempts),
                "delay_ms": .milliseconds(pause),
            ], error: error)
        do { try await services.journal.noteFailure(id, "\(error)") } catch {
            services.logger.debug("outbox cannot note a failure", error: error)
        }
    }

    /// Forbids further attempts, or allows them again.
    func setOverdue(_ id: Int64, _ isOverdue: Bool) { items[id]?.isOverdue = isOverdue }

    /// Tells the counters how much is waiting.
    func note() {
        counts.note(pending: items.count, oldest: order.first.flatMap { items[$0]?.entry.createdAt })
    }
}

extension OutboxEntry {
    /// Whether somebody waits for the outcome.
    var isConfirmed: Bool { intent.kind == .confirmed }
}

extension WorkbookError {
    /// Whether trying again a little later is of no use to somebody who waits.
    fileprivate var isDefinite: Bool {
        switch self {
        case .spreadsheetNotSet, .configuration: true
        default: endsEntries
        }
    }
}
